// A gateway in front of xeploai and of other subgraphs: one supergraph, many provinces.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const http = require("node:http");
const { ApolloGateway, RemoteGraphQLDataSource } = require("@apollo/gateway");
const { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } = require("graphql");
const { Refused, chooseOperation, readParameters } = require("./reading.cjs");
const { readProvinces } = require("./provinces.cjs");

const OURS = "xeploai";
const PASSED_ON = ["accept-language", "x-request-id", "traceparent", "tracestate"];
/** A token is for our subgraph: whoever else gets it could act in the caller's name. */
const PASSED_ON_TO_OURS = [...PASSED_ON, "authorization"];
const POSITION = "xeploai-position";
const RESPONSE_TYPE = "application/graphql-response+json";
const TOKENS_MAX = 5000;
const SUBGRAPH_MS_MAX = 30_000;

const { SUPERGRAPH = "supergraph.graphql", PROVINCES = "provinces.json" } = process.env;
const { HOST = "127.0.0.1", PORT = "4000", INTROSPECTION = "false" } = process.env;
const RULES = INTROSPECTION === "true" ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** Asks one subgraph: with the caller's own headers; ours with the token, too, at the address of the caller's province. */
class Subgraph extends RemoteGraphQLDataSource {
  fetcher = (url, init) => fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(SUBGRAPH_MS_MAX) });

  willSendRequest({ request, context }) {
    for (const name of this.name === OURS ? PASSED_ON_TO_OURS : PASSED_ON) {
      if (context.headers?.[name]) request.http.headers.set(name, context.headers[name]);
    }
    if (this.name !== OURS) return;
    if (context.province) request.http.url = context.province;
    if (context.position) request.http.headers.set(POSITION, context.position);
  }

  /**
   * What a command wrote is read by whatever follows it, in this operation and in the caller's next one. Commands of one
   * operation run one after the other, and nothing else writes: the last position is the furthest.
   */
  didReceiveResponse({ response, context }) {
    const written = this.name === OURS && response.http.headers.get(POSITION);
    if (written) context.position = context.written = written;
    return response;
  }

  /** What a subgraph refuses as a whole keeps its code; its address stays here. */
  async errorFromResponse(response) {
    const body = await response.json().catch(() => undefined);
    const said = body?.errors?.[0];
    if (!said?.extensions?.code) return unavailable();
    return new GraphQLError(said.message, { extensions: said.extensions });
  }

  didEncounterError(error) {
    if (error instanceof GraphQLError) throw error;
    console.error(JSON.stringify({ event: "subgraph_failed", subgraph: this.name, error: String(error) }));
    throw unavailable();
  }
}

const unavailable = () =>
  new GraphQLError("a subgraph does not answer", { extensions: { code: "SUBGRAPH_UNAVAILABLE" } });

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(SUPERGRAPH, "utf8"),
  buildService: ({ name, url }) => new Subgraph({ name, url }),
});
const provinceOf = readProvinces(readFileSync(PROVINCES, "utf8"));

function readDocument(schema, query) {
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX });
    return { document, errors: validate(schema, document, RULES, { maxErrors: 10 }) };
  } catch (error) {
    return { errors: [error] };
  }
}

async function answer(request, response) {
  const province = provinceOf(request.headers["x-province"]);
  if (!province) throw new Refused(400, "UNKNOWN_PROVINCE", "X-Province: not a province of this gateway");
  const { query, variables, operationName } = await readParameters(request);
  const { schema } = gateway;
  const { document, errors } = readDocument(schema, query);
  if (errors.length) return refused(errors);
  const { error } = chooseOperation(document, operationName, request.method);
  if (error) return refused([error]);
  const context = { headers: request.headers, province, position: request.headers[POSITION] };
  const result = await gateway.executor({
    request: { query, variables, operationName },
    document,
    source: query,
    queryHash: createHash("sha256").update(query).digest("hex"),
    operationName: operationName ?? null,
    schema,
    context,
    metrics: {},
    logger: console,
  });
  if (context.written) response.setHeader("Xeploai-Position", context.written);
  return { ...result, errors: result.errors?.map((error) => withCode(error, "GRAPHQL_INVALID")) ?? incomplete(result) };
}

const refused = (errors) => ({ errors: errors.map((error) => withCode(error, "GRAPHQL_INVALID")) });

/** A field that may not be null and has no value makes its parent null: an error as any other, not an extension alone. */
function incomplete({ extensions }) {
  return extensions?.valueCompletion?.map(({ message, path }) => ({ message, path, extensions: { code: "INCOMPLETE" } }));
}

function withCode(error, code) {
  const { message, path, locations, extensions } = error.toJSON?.() ?? error;
  return { message, path, locations, extensions: { code, ...extensions } };
}

/** Who takes GraphQL's own type gets it, and 400 where no operation ran; others get JSON, and 200 for every document. */
function send(request, response, status, body) {
  const isOfGraphQL = (request.headers.accept ?? "").includes(RESPONSE_TYPE);
  const didNotRun = status === 200 && body.errors && !("data" in body);
  response.writeHead(isOfGraphQL && didNotRun ? 400 : status, {
    "Content-Type": `${isOfGraphQL ? RESPONSE_TYPE : "application/json"}; charset=utf-8`,
    "Cache-Control": "no-store",
    Vary: "Accept",
  });
  response.end(JSON.stringify(body));
}

const server = http.createServer(async (request, response) => {
  try {
    if (request.method === "GET" && request.url === "/livez") return send(request, response, 200, "alive");
    send(request, response, 200, await answer(request, response));
  } catch (error) {
    const known = error instanceof Refused;
    if (!known) console.error(error);
    const { status, code, message } = known ? error : { status: 500, code: "INTERNAL", message: "internal error" };
    send(request, response, status, { errors: [{ message, extensions: { code } }] });
  }
});

gateway.load().then(() => server.listen(Number(PORT), HOST, () => console.log(`gateway at http://${HOST}:${PORT}`)));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => server.close(() => process.exit(0)));
