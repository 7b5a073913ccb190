// The page at /graphql: GraphiQL below a bar with the principal and the language.
import { GraphiQL, type GraphiQLProps } from "graphiql";
import "graphiql/style.css";
import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { t, useLanguage } from "../i18n";
import { LanguageSwitch } from "../components/language-switch";
import { useCurrentSession, type Start } from "../session";
import { PrincipalChoice } from "./principal-choice";
import examples from "./examples.json";
import { fetcherFor } from "./fetcher";
import "./graphiql.css";
import { tabStorage } from "./tab-storage";
import { linkedOperation } from "./linked-operation";

/** Each example is a tab; the first line of its query describes it. */
const TABS: NonNullable<GraphiQLProps["defaultTabs"]> = examples.map((example) => ({
  query: [`# ${example.name}`, ...example.query].join("\n"),
  variables: JSON.stringify(example.variables, null, 2),
}));

/** The operation of the address opens in the first tab; a reload does not open it again. */
const linked = linkedOperation(location.search);
if (linked) history.replaceState(null, "", location.pathname);

function Page({ start }: { start: Start }) {
  const language = useLanguage();
  const session = useCurrentSession();
  const [asksSchema, setAsksSchema] = useState(true);
  const token = session?.over ? undefined : session?.token;
  const fetcher = useMemo(
    () => fetcherFor({ token, language, introspectionIsOff: () => setAsksSchema(false) }),
    [token, language],
  );
  const title = t("Truy vấn", "Queries");
  useEffect(() => {
    document.title = `${title} · xeploai`;
  }, [title]);
  return (
    <>
      <header className="bar">
        <h1>
          <a href="/">xeploai</a> · {title}
        </h1>
        <PrincipalChoice start={start} session={session} />
        {!asksSchema && (
          <p role="status">
            {t("Không tra được lược đồ qua truy vấn; tài liệu theo ", "Introspection is off; the docs are those of ")}
            <a href="/schema.graphql">/schema.graphql</a>
          </p>
        )}
        <LanguageSwitch />
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={linked ? [linked, ...TABS] : TABS}
          {...linked}
          defaultQuery={"# Ctrl + Space: fields, arguments\n"}
          storage={tabStorage}
          // Headers may hold a token, so they are not stored; the colours are those of the system.
          showPersistHeadersSettings={false}
          forcedTheme="system"
          defaultEditorToolsVisibility="variables"
        >
          <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

// GraphiQL shows stored variables in the first tab instead of the tab's own, so those are stored first.
const isNew = tabStorage.getItem("graphiql:tabState") === null;
if (isNew && !linked) tabStorage.setItem("graphiql:variables", TABS[0]?.variables ?? "");

const root = document.getElementById("root");
if (root) {
  const start = (await (await fetch("/portal.json")).json()) as Start;
  createRoot(root).render(<Page start={start} />);
}
