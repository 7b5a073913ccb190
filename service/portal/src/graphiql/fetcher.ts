// How GraphiQL asks: a query or a mutation by POST, a subscription as a stream of server-sent events.
import type { GraphiQLProps } from "graphiql";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-sse";
import { printedSchema } from "./printed-schema";

const URL = "/graphql";

type Fetcher = GraphiQLProps["fetcher"];
type Asked = Parameters<Fetcher>[0];
type Answer = { data?: unknown; errors?: { extensions?: { code?: string } }[] };
type Asking = { token: string | undefined; language: string; introspectionIsOff: () => void };

export function fetcherFor({ token, language, introspectionIsOff }: Asking): Fetcher {
  return (asked, options) => {
    const headers = new Headers({ "Accept-Language": language });
    if (token) headers.set("Authorization", `Bearer ${token}`);
    // What is written in the editor of headers comes last: there one may ask as somebody else.
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    const operation = options?.documentAST && getOperationAST(options.documentAST, asked.operationName);
    if (operation?.operation === "subscription") return subscribed(asked, headers);
    return posted(asked, headers, introspectionIsOff);
  };
}

function subscribed(asked: Asked, headers: Headers) {
  const client = createClient({ url: URL, headers: Object.fromEntries(headers), retryAttempts: 0 });
  const { query, variables, operationName } = asked;
  return client.iterate({ query, variables, ...(operationName && { operationName }) });
}

async function posted(asked: Asked, headers: Headers, introspectionIsOff: () => void) {
  headers.set("Content-Type", "application/json");
  const response = await fetch(URL, { method: "POST", headers, body: JSON.stringify(asked) });
  const answer = (await response.json()) as Answer;
  const isOff = answer.errors?.some((error) => error.extensions?.code === "INTROSPECTION_OFF");
  if (!isOff || asked.operationName !== "IntrospectionQuery") return answer;
  introspectionIsOff();
  return { data: await printedSchema() };
}
