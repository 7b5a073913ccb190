// What a client sends: one operation by POST with JSON, or a query by GET. Whatever else comes is refused with a code.
"use strict";
const { GraphQLError, Kind } = require("graphql");

const BODY_BYTES_MAX = 1 << 20;

/** An answer that is no result of an operation: the request itself is refused. */
class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/** The parameters of GraphQL over HTTP, each of its type. Throws Refused. */
async function readParameters(request) {
  if (request.method === "GET") return checked(fromAddress(request.url));
  if (request.method !== "POST") throw new Refused(405, "HTTP_405", "POST, or GET for queries");
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? ""))
    throw new Refused(415, "HTTP_415", "Content-Type: application/json");
  return checked(fromJson("body", await readBody(request)));
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Refused(413, "BODY_TOO_LARGE", `at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function fromAddress(url) {
  const given = Object.fromEntries(new URLSearchParams(url.split("?")[1] ?? ""));
  for (const name of ["variables", "extensions"]) if (given[name]) given[name] = fromJson(name, given[name]);
  return given;
}

function fromJson(name, text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, "BAD_REQUEST", `${name}: not JSON`);
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function checked(given) {
  if (!isObject(given)) throw new Refused(400, "BAD_REQUEST", "a JSON object with a query is needed");
  const { query, variables, operationName, extensions } = given;
  for (const [name, value] of Object.entries({ variables, extensions }))
    if (value != null && !isObject(value)) throw new Refused(400, "BAD_REQUEST", `${name}: an object`);
  if (operationName != null && typeof operationName !== "string")
    throw new Refused(400, "BAD_REQUEST", "operationName: a text");
  // 200, as clients expect it: they send the query from then on.
  if (query === undefined && extensions?.persistedQuery)
    throw new Refused(200, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported");
  if (typeof query !== "string") throw new Refused(400, "BAD_REQUEST", "a JSON object with a query is needed");
  return { query, variables: variables ?? {}, operationName: operationName || undefined };
}

/** The operation that is meant, or an error with its code. */
function chooseOperation(document, operationName, method) {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const chosen = operations.filter(({ name }) => operationName === undefined || name?.value === operationName);
  if (chosen.length !== 1)
    return { error: refusal("GRAPHQL_INVALID", "operationName: name one operation of the document") };
  const [{ operation }] = chosen;
  if (operation === "subscription")
    return { error: refusal("NEEDS_STREAM", "this gateway has no subscriptions: ask the service for the stream") };
  if (method === "GET" && operation !== "query")
    throw new Refused(405, "ONLY_QUERIES_BY_GET", "only queries may come by GET");
  return { operation };
}

const refusal = (code, message) => new GraphQLError(message, { extensions: { code } });

module.exports = { Refused, chooseOperation, readParameters };
