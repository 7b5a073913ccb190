// A gateway in front of xeploai and of other subgraphs: one supergraph, many provinces.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const http = require("node:http");
const { ApolloGateway, RemoteGraphQLDataSource } = require("@apollo/gateway");
const { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } = require("graphql");
const { readProvinces } = require("./provinces.cjs");

const OURS = "xeploai";
const PASSED_ON = ["authorization", "accept-language", "x-request-id", "traceparent", "tracestate"];
const POSITION = "xeploai-position";
const BODY_BYTES_MAX = 1 << 20;
const TOKENS_MAX = 5000;
const SUBGRAPH_MS_MAX = 30_000;

const { SUPERGRAPH = "supergraph.graphql", PROVINCES = "provinces.json" } = process.env;
const { HOST = "127.0.0.1", PORT = "4000", INTROSPECTION = "false" } = process.env;
const RULES = INTROSPECTION === "true" ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

/** An answer that is no result of an operation: the request itself is refused. */
class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** Asks one subgraph: with the caller's own headers, ours at the address of the caller's province. */
class Subgraph extends RemoteGraphQLDataSource {
  fetcher = (url, init) => fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(SUBGRAPH_MS_MAX) });

  willSendRequest({ request, context }) {
    for (const name of PASSED_ON) {
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

async function read(request) {
  if (request.method !== "POST") throw new Refused(405, "HTTP_405", "POST only");
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new Refused(415, "HTTP_415", "Content-Type: application/json");
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refused(413, "BODY_TOO_LARGE", `at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof body?.query === "string") return body;
  } catch {
    // said below
  }
  throw new Refused(400, "BAD_REQUEST", "a JSON object with a query is needed");
}

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
  const { query, variables, operationName } = await read(request);
  const { schema } = gateway;
  const { document, errors } = readDocument(schema, query);
  if (errors.length) return { errors: errors.map((error) => withCode(error, "GRAPHQL_INVALID")) };
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
  return { ...result, errors: result.errors?.map((error) => withCode(error, "GRAPHQL_INVALID")) };
}

function withCode(error, code) {
  const { message, path, locations, extensions } = error.toJSON?.() ?? error;
  return { message, path, locations, extensions: { code, ...extensions } };
}

function send(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}

const server = http.createServer(async (request, response) => {
  try {
    if (request.method === "GET" && request.url === "/livez") return send(response, 200, "alive");
    send(response, 200, await answer(request, response));
  } catch (error) {
    const known = error instanceof Refused;
    if (!known) console.error(error);
    const { status, code, message } = known ? error : { status: 500, code: "INTERNAL", message: "internal error" };
    send(response, status, { errors: [{ message, extensions: { code } }] });
  }
});

gateway.load().then(() => server.listen(Number(PORT), HOST, () => console.log(`gateway at http://${HOST}:${PORT}`)));
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => server.close(() => process.exit(0)));
