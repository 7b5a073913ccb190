// The root component: the sign-in page, or the frame with the view of the address.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { Frame } from "./frame";
import { useGraph } from "./graph/client";
import { StartDocument } from "./graph/generated";
import { t, useLanguage } from "./i18n";
import { QueryResult, Empty, Failed, Loading, NotFound } from "./components/query-states";
import { PlaceProvider, ROUTES, currentYear, decodePart, useYearParameter } from "./routing";
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

async function fetchStart(): Promise<Start> {
  const response = await fetch("/portal.json");
  if (!response.ok) throw new Error(`/portal.json: ${response.status}`);
  return (await response.json()) as Start;
}

export function App() {
  useLanguage();
  const query = useQuery({ queryKey: ["start"], queryFn: fetchStart, staleTime: Infinity });
  const session = useCurrentSession();
  return (
    <QueryResult query={query}>
      {(start) => (
        <StartContext value={start}>
          {session ? <SignedIn session={session} /> : <SignInPage start={start} />}
        </StartContext>
      )}
    </QueryResult>
  );
}

/** The page before a session exists; it also finishes a sign-in when the issuer redirects back with a code. */
function SignInPage({ start }: { start: Start }) {
  const [, go] = useLocation();
  const [returning] = useState(() => new URLSearchParams(location.search).has("state"));
  const query = useQuery({
    queryKey: ["return"],
    queryFn: async () => {
      const oidc = await import("./oidc");
      if (!oidc.isIssuerRedirect()) return null;
      const back = await oidc.finishSignIn(start);
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
  const { token } = session;
  const tree = useMemo(() => new Tree(root, { token }), [root, token]);
  // The tree does not depend on the year, so it is loaded in parallel with the first query.
  useEffect(() => void tree.toggle(root, true), [tree, root]);
  return (
    <SessionProvider value={session}>
      <TreeProvider value={tree}>
        <SignedInViews />
      </TreeProvider>
      {session.over && <ExpiredDialog session={session} />}
    </SessionProvider>
  );
}

function SignedInViews() {
  const query = useGraph(StartDocument, {}, { keep: true });
  const queries = useQueryClient();
  const [requestedYear] = useYearParameter();
  const session = useCurrentSession();
  const over = session?.over ?? false;
  // After a new sign-in, the queries that the expired session left failed are sent again.
  useEffect(() => {
    if (!over) void queries.refetchQueries({ predicate: ({ state }) => state.status === "error" });
  }, [over, queries]);
  if (query.data === undefined)
    return query.error ? <Failed error={query.error} retry={query.refetch} /> : <Loading />;
  const { me, cycles } = query.data.data;
  const year = cycles.some((cycle) => cycle.year === requestedYear) ? requestedYear : currentYear(cycles);
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
      <Route path={ROUTES.hierarchy}>
        <Hierarchy />
      </Route>
      <Route path={ROUTES.body}>{({ code }) => <Hierarchy code={decodePart(code)} />}</Route>
      <Route path={ROUTES.person}>{({ id }) => <Person key={id} id={id} />}</Route>
      <Route path={ROUTES.appraisal}>{({ id }) => <Why key={id} id={id} />}</Route>
      <Route path={ROUTES.work} component={Work} />
      <Route path={ROUTES.groupSheet}>
        {({ group }) => <Sheet key={group} group={decodePart(group)} appraisal={null} />}
      </Route>
      <Route path={ROUTES.appraisalSheet}>{({ id }) => <Sheet key={id} group={null} appraisal={id} />}</Route>
      <Route path={ROUTES.authority}>
        <Authority />
      </Route>
      <Route path={ROUTES.authorityOf}>
        {({ kind, id }) => <Authority kind={kind} id={decodePart(id)} />}
      </Route>
      <Route path={ROUTES.compliance} component={Compliance} />
      <Route path="/don-vi">
        <Redirect to="/" />
      </Route>
      <Route>
        <NotFound>{t("Không có trang này.", "There is no such page.")}</NotFound>
      </Route>
    </Switch>
  );
}
