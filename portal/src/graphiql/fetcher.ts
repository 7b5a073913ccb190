// How GraphiQL asks: a query or a mutation by POST, a subscription as a stream of server-sent events.
import type { GraphiQLProps } from "graphiql";
import { GraphQLError, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { createClient } from "graphql-sse";
import { printedSchema } from "./printed-schema";

const URL = "/graphql";

type Fetcher = GraphiQLProps["fetcher"];
type Asked = Parameters<Fetcher>[0];
type Answer = { data?: unknown; errors?: { extensions?: { code?: string } }[] };
type Asking = { token: string | undefined; language: string; introspectionIsOff: () => void };

export function fetcherFor({ token, language, introspectionIsOff }: Asking): Fetcher {
  return (written, options) => {
    const operation = operationOf(written);
    const asked = { ...written, operationName: operation?.name?.value ?? null };
    const headers = new Headers({ "Accept-Language": language });
    if (token) headers.set("Authorization", `Bearer ${token}`);
    // What is written in the editor of headers comes last: there one may ask as somebody else.
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    if (operation?.operation === "subscription") return subscribed(asked, headers);
    return posted(asked, headers, introspectionIsOff);
  };
}

/**
 * The operation that is meant; none where the service has to say what is wrong with the document. GraphiQL names it as the
 * editor held it up to 100 ms ago: whoever pastes and runs at once would ask for an operation that is gone.
 */
function operationOf({ query, operationName }: Asked): OperationDefinitionNode | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
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
