// The client of the graph over HTTP: what it sends, and what becomes of each kind of answer.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { execute, Refused, Unreachable } from "../src/graph/client";
import { TreeLevelDocument } from "../src/graph/generated";
import { setLanguage } from "../src/i18n";
import { isSession, startSession } from "../src/session";
import { readJson } from "../src/storage";
import { serve, type Request, type Response } from "./server";

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenOf = (person: string) => `${encoded({ alg: "none" })}.${encoded({ sub: person, note: "???>>>" })}.x`;
const TOKEN = tokenOf("ht.bi-thu");
const DATA = { body: { code: "ht", name: "Hà Tĩnh" } };

let requests: Request[] = [];
let response: Response = { body: { data: DATA } };
let stop = () => {};

beforeEach(async () => {
  requests = [];
  response = { body: { data: DATA } };
  stop = await serve((request) => {
    requests.push(request);
    return response;
  });
});
afterEach(() => {
  stop();
  setLanguage("vi");
});

const send = (signal?: AbortSignal) => execute({ token: TOKEN }, TreeLevelDocument, { code: "ht" }, signal);

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error,
  );
}

describe("a request", () => {
  test("carries the operation, its variables, the token and the language", async () => {
    await send();
    setLanguage("en");
    await send();
    assert.deepEqual(requests.map(({ path, headers }) => [path, headers.authorization, headers["accept-language"]]), [
      ["/graphql", `Bearer ${TOKEN}`, "vi"],
      ["/graphql", `Bearer ${TOKEN}`, "en"],
    ]);
    assert.match(requests[0]?.body.query ?? "", /query TreeLevel\(/);
    assert.deepEqual(requests[0]?.body.variables, { code: "ht" });
  });
});

describe("an answer", () => {
  test("of data comes back whole", async () => assert.deepEqual(await send(), { data: DATA, faults: [] }));

  test("of data with errors keeps both", async () => {
    const errors = [{ message: "Không thuộc quyền xem", path: ["body", "rating"], extensions: { code: "FORBIDDEN", clause: "HD01:6.2" } }];
    response = { body: { data: DATA, errors } };
    assert.deepEqual(await send(), { data: DATA, faults: errors });
  });

  test("without data is a refusal, by its first error", async () => {
    response = { body: { data: null, errors: [{ message: "Sai ngày", extensions: { code: "BAD_INPUT", field: "document.date", clause: "HD01:6.2" } }, { message: "b" }] } };
    const error = await failureOf(send());
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.message, error.code, error.field, error.clause], ["Sai ngày", "BAD_INPUT", "document.date", "HD01:6.2"]);
  });

  test("without data and without a code is an internal refusal", async () => {
    response = { status: 500, body: { errors: [{ message: "?" }] } };
    const error = await failureOf(send());
    assert.ok(error instanceof Refused);
    assert.equal(error.code, "INTERNAL");
  });

  for (const [name, body] of [["is no JSON", "<html>Bad gateway</html>"], ["is empty", ""], ["says nothing", {}]] as const)
    test(`that ${name} means that the service is not reached`, async () => {
      response = { status: 502, body };
      const error = await failureOf(send());
      assert.ok(error instanceof Unreachable);
      assert.equal(error.message, "502");
    });

  test("that never comes means that the service is not reached", async () => {
    stop();
    globalThis.fetch = ((fetch) => (_: unknown, init?: RequestInit) => fetch("http://127.0.0.1:9", init))(globalThis.fetch);
    assert.ok((await failureOf(send())) instanceof Unreachable);
  });

  test("that is no longer awaited stays an abort", async () => {
    const error = await failureOf(send(AbortSignal.abort()));
    assert.ok(error instanceof DOMException);
    assert.equal(error.name, "AbortError");
  });
});

const stored = () => readJson("session", isSession);

describe("an expired token", () => {
  test("ends the session that it belongs to, and keeps who it was", async () => {
    startSession(TOKEN, { post: "ht.bi-thu" });
    assert.deepEqual(stored(), { token: TOKEN, identity: null, person: "ht.bi-thu", post: "ht.bi-thu", over: false });
    response = { status: 401, body: { errors: [{ message: "?", extensions: { code: "BAD_TOKEN" } }] } };
    const error = await failureOf(send());
    assert.ok(error instanceof Refused);
    assert.equal(error.code, "BAD_TOKEN");
    assert.deepEqual(stored(), { token: TOKEN, identity: null, person: "ht.bi-thu", post: "ht.bi-thu", over: true });
  });

  test("leaves a newer session alone", async () => {
    startSession(tokenOf("ht.so-y-te.truong"), {});
    response = { status: 401, body: "" };
    await failureOf(send());
    assert.deepEqual([stored()?.person, stored()?.over], ["ht.so-y-te.truong", false]);
  });
});
