// The whole page: the door, the frame, and one view by the address.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Frame } from "./frame";
import { useGraph } from "./graph/client";
import { StartDocument } from "./graph/generated";
import { t, useLanguage } from "./language";
import { Asked, Empty, Failed, Loading, NotThere } from "./parts/states";
import { PlaceProvider, presentYear, useYearOfAddress } from "./place";
import { SessionProvider, StartContext, useCurrentSession, useStart, type Session, type Start } from "./session";
import { ExpiredDialog, SignIn } from "./sign-in";
import { Tree, TreeProvider } from "./tree";
import { Hierarchy } from "./views/hierarchy";

const Person = lazy(() => import("./views/person"));
const Why = lazy(() => import("./views/why"));
const Work = lazy(() => import("./views/work"));
const Sheet = lazy(() => import("./views/sheet"));
const Authority = lazy(() => import("./views/authority"));
const Compliance = lazy(() => import("./views/compliance"));

async function start(): Promise<Start> {
  const answer = await fetch("/portal.json");
  if (!answer.ok) throw new Error(`/portal.json: ${answer.status}`);
  return (await answer.json()) as Start;
}

export function App() {
  useLanguage();
  const query = useQuery({ queryKey: ["start"], queryFn: start, staleTime: Infinity });
  const session = useCurrentSession();
  return (
    <Asked query={query}>
      {(found) => (
        <StartContext value={found}>
          {session ? <SignedIn session={session} /> : <Door start={found} />}
        </StartContext>
      )}
    </Asked>
  );
}

/** Back from the issuer with a code, or nobody yet. */
function Door({ start }: { start: Start }) {
  const [, go] = useLocation();
  const [returning] = useState(() => new URLSearchParams(location.search).has("state"));
  const query = useQuery({
    queryKey: ["return"],
    queryFn: async () => {
      const oidc = await import("./oidc");
      if (!oidc.isReturn()) return null;
      const back = await oidc.comeBack(start);
      go(back, { replace: true });
      return back;
    },
    enabled: returning,
    retry: false,
    staleTime: Infinity,
  });
  if (returning && query.isPending) return <Loading what={t("Đang đăng nhập…", "Signing in…")} />;
  return <SignIn start={start} failed={query.error} />;
}

function SignedIn({ session }: { session: Session }) {
  const { root } = useStart();
  const tree = useMemo(() => new Tree(root, session), [root, session.token]);
  // The tree needs no year, so it is asked for beside the first question and not after it.
  useEffect(() => void tree.toggle(root, true), [tree, root]);
  return (
    <SessionProvider value={session}>
      <TreeProvider value={tree}>
        <Placed />
      </TreeProvider>
      {session.over && <ExpiredDialog session={session} />}
    </SessionProvider>
  );
}

function Placed() {
  const query = useGraph(StartDocument, {}, { keep: true });
  const queries = useQueryClient();
  const [asked] = useYearOfAddress();
  const session = useCurrentSession();
  const over = session?.over ?? false;
  // Whoever signs in again goes on where the old session stopped.
  useEffect(() => {
    if (!over) void queries.refetchQueries({ predicate: (each) => each.state.status === "error" });
  }, [over, queries]);
  if (query.data === undefined)
    return query.error ? <Failed error={query.error} retry={query.refetch} /> : <Loading />;
  const { me, cycles } = query.data.data;
  const year = cycles.some((cycle) => cycle.year === asked) ? asked : presentYear(cycles);
  if (!year) return <Empty>{t("Chưa có năm xếp loại nào được mở.", "No year was opened yet.")}</Empty>;
  return (
    <PlaceProvider value={{ me, cycles, year }}>
      <Frame>
        <Suspense fallback={<Loading />}>
          <Views />
        </Suspense>
      </Frame>
    </PlaceProvider>
  );
}

function Views() {
  return (
    <Switch>
      <Route path="/">
        <Hierarchy />
      </Route>
      <Route path="/don-vi/:code">{({ code }) => <Hierarchy code={decodeURIComponent(code)} />}</Route>
      <Route path="/nguoi/:id">{({ id }) => <Person key={id} id={id} />}</Route>
      <Route path="/ho-so/:id">{({ id }) => <Why key={id} id={id} />}</Route>
      <Route path="/viec" component={Work} />
      <Route path="/viec/nhom/:group">
        {({ group }) => <Sheet key={group} group={decodeURIComponent(group)} appraisal={null} />}
      </Route>
      <Route path="/viec/ho-so/:id">{({ id }) => <Sheet key={id} group={null} appraisal={id} />}</Route>
      <Route path="/tham-quyen">
        <Authority />
      </Route>
      <Route path="/tham-quyen/:kind/:id">
        {({ kind, id }) => <Authority kind={kind} id={decodeURIComponent(id)} />}
      </Route>
      <Route path="/tien-do" component={Compliance} />
      <Route path="/don-vi">
        <Redirect to="/" />
      </Route>
      <Route>
        <NotThere>{t("Không có trang này.", "There is no such page.")}</NotThere>
      </Route>
    </Switch>
  );
}
