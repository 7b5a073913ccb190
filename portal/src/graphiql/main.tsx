// The page at /graphql: GraphiQL, and above it who asks, in which language.
import { GraphiQL, type GraphiQLProps } from "graphiql";
import "graphiql/style.css";
import { useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { t, useLanguage } from "../language";
import { LanguageSwitch } from "../parts/language-switch";
import { useCurrentSession, type Start } from "../session";
import { Asker } from "./asker";
import examples from "./examples.json";
import { fetcherFor } from "./fetcher";
import "./graphiql.css";
import { keptInThisTab } from "./keeping";
import { linkedOperation } from "./linked-operation";

/** Each example is a tab, and says in its first line what it asks. */
const TABS: NonNullable<GraphiQLProps["defaultTabs"]> = examples.map((example) => ({
  query: [`# ${example.name}`, ...example.query].join("\n"),
  variables: JSON.stringify(example.variables, null, 2),
}));

/** What the address asks for comes first, and is not asked for again when the page is reloaded. */
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
        <Asker start={start} session={session} />
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
          storage={keptInThisTab}
          // A token is for this tab alone, and the colours are those of the system.
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

// Of the first tab, GraphiQL shows the variables that it has kept, not those that the tab begins with.
const isNew = keptInThisTab.getItem("graphiql:tabState") === null;
if (isNew && !linked) keptInThisTab.setItem("graphiql:variables", TABS[0]?.variables ?? "");

const root = document.getElementById("root");
if (root) {
  const start = (await (await fetch("/portal.json")).json()) as Start;
  createRoot(root).render(<Page start={start} />);
}
