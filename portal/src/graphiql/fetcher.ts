// The fetcher of GraphiQL: queries and mutations by POST, subscriptions as server-sent events.
import type { GraphiQLProps } from "graphiql";
import { GraphQLError, getOperationAST, type OperationDefinitionNode, OperationTypeNode, parse } from "graphql";
import { createClient } from "graphql-sse";
import { printedSchema } from "./printed-schema";

const URL = "/graphql";

type Fetcher = GraphiQLProps["fetcher"];
type Params = Parameters<Fetcher>[0];
type Answer = { data?: unknown; errors?: { extensions?: { code?: string } }[] };
type FetcherOptions = { token: string | undefined; language: string; introspectionIsOff: () => void };

export function fetcherFor({ token, language, introspectionIsOff }: FetcherOptions): Fetcher {
  return (params, options) => {
    const operation = operationOf(params);
    const request = { ...params, operationName: operation?.name?.value ?? null };
    const headers = new Headers({ "Accept-Language": language });
    if (token) headers.set("Authorization", `Bearer ${token}`);
    // The headers of the editor come last: they may replace the token of the session.
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return subscribe(request, headers);
    return sendRequest(request, headers, introspectionIsOff);
  };
}

/**
 * The operation to run; undefined for a document with errors, which the service reports. GraphiQL sends the operation name that
 * its editor had up to 100 ms ago: after a paste that name may be missing from the document, so the only operation is taken.
 */
function operationOf({ query, operationName }: Params): OperationDefinitionNode | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? undefined;
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function subscribe(request: Params, headers: Headers) {
  const client = createClient({ url: URL, headers: Object.fromEntries(headers), retryAttempts: 0 });
  const { query, variables, operationName } = request;
  return client.iterate({ query, variables, ...(operationName && { operationName }) });
}

async function sendRequest(request: Params, headers: Headers, introspectionIsOff: () => void) {
  headers.set("Content-Type", "application/json");
  const response = await fetch(URL, { method: "POST", headers, body: JSON.stringify(request) });
  const answer = (await response.json()) as Answer;
  const isOff = answer.errors?.some((error) => error.extensions?.code === "INTROSPECTION_OFF");
  if (!isOff || request.operationName !== "IntrospectionQuery") return answer;
  introspectionIsOff();
  return { data: await printedSchema() };
}
