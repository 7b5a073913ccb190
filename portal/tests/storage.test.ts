// What is read from the storage of the browser: nothing malformed, and nothing where storage is disabled.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { isDraft } from "../src/draft";
import { tabStorage } from "../src/graphiql/tab-storage";
import { language, setLanguage } from "../src/i18n";
import { isPending } from "../src/oidc";
import { isSession } from "../src/session";
import { isRecord, namesFrom, readJson, readText, writeText } from "../src/storage";
import { isConcluded } from "../src/views/record";

const SESSION = { token: "a.b.c", identity: null, person: "ht.bi-thu", post: null, over: false };
const DRAFT = { levels: { a: "GOOD" }, reasons: { a: "" }, number: "1-KL", date: "2023-12-11", sent: { payload: "{}", key: "k" } };
const PENDING = { verifier: "v", state: "s", nonce: "n", back: "/viec" };
const CONCLUDED = {
  __typename: "Conclusion",
  year: 2023,
  appraisals: [{ id: "a", version: 3, subject: { name: "An" } }],
  quota: { group: {}, otherReading: {} },
  receipt: { hash: "0", sequence: 1 },
};

afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});

describe("texts", () => {
  test("are stored in the area that is named, under the prefix of the portal", () => {
    writeText("a", "tab");
    writeText("a", "browser", "browser");
    assert.equal(sessionStorage.getItem("xeploai.a"), "tab");
    assert.equal(localStorage.getItem("xeploai.a"), "browser");
    assert.deepEqual([readText("a"), readText("a", "browser")], ["tab", "browser"]);
  });

  test("are removed by null, and are null where nothing is stored", () => {
    writeText("a", "text");
    writeText("a", null);
    assert.equal(readText("a"), null);
    assert.deepEqual(Object.keys(sessionStorage), []);
  });
});

describe("JSON", () => {
  for (const text of ["", "{", "undefined", "{'a': 1}", '{"a": 1']) {
    test(`that is malformed is null: ${text}`, () => {
      writeText("a", text);
      assert.equal(readJson("a", isRecord), null);
    });
  }

  test("that is no object is null", () => {
    for (const text of ["null", "1", '"text"', "[]", "true"]) {
      writeText("a", text);
      assert.equal(readJson("a", isRecord), null, text);
    }
  });

  test("that is accepted comes back equal", () => {
    writeText("a", JSON.stringify(DRAFT));
    assert.deepEqual(readJson("a", isDraft), DRAFT);
  });
});

type Case = { name: string; isValid: (value: unknown) => boolean; valid: object; faults: Record<string, unknown>[] };
const CASES: Case[] = [
  {
    name: "a session",
    isValid: isSession,
    valid: SESSION,
    faults: [{ token: 1 }, { token: undefined }, { person: null }, { over: "false" }, { identity: 1 }, { post: undefined }],
  },
  {
    name: "a draft",
    isValid: isDraft,
    valid: DRAFT,
    faults: [
      { levels: undefined },
      { levels: [] },
      { levels: { a: "BEST" } },
      { levels: { a: null } },
      { reasons: { a: 1 } },
      { reasons: null },
      { number: 12 },
      { date: null },
      { sent: undefined },
      { sent: { payload: "{}" } },
      { sent: { key: "k" } },
    ],
  },
  { name: "a pending sign-in", isValid: isPending, valid: PENDING, faults: Object.keys(PENDING).map((part) => ({ [part]: undefined })) },
  {
    name: "a conclusion",
    isValid: isConcluded,
    valid: CONCLUDED,
    faults: [
      { year: "2023" },
      { appraisals: {} },
      { appraisals: [null] },
      { appraisals: [{ id: "a", version: "3", subject: {} }] },
      { appraisals: [{ id: 1, version: 3, subject: {} }] },
      { appraisals: [{ id: "a", version: 3, subject: null }] },
      { quota: undefined },
      { quota: {} },
      { quota: { group: {} } },
      { receipt: null },
    ],
  },
];

for (const { name, isValid, valid, faults } of CASES)
  describe(name, () => {
    test("is accepted as the portal writes it", () => assert.equal(isValid(JSON.parse(JSON.stringify(valid))), true));

    for (const value of [null, [], "text", 1, {}])
      test(`is not ${JSON.stringify(value)}`, () => assert.equal(isValid(value), false));

    for (const fault of faults)
      test(`is refused with ${Object.keys(fault)[0]}: ${JSON.stringify(Object.values(fault)[0])}`, () =>
        assert.equal(isValid({ ...valid, ...fault }), false));
  });

test("a conclusion without a quota is accepted", () => assert.equal(isConcluded({ ...CONCLUDED, quota: null }), true));
test("a draft that was not sent is accepted", () => assert.equal(isDraft({ ...DRAFT, sent: null }), true));

describe("the storage of GraphiQL", () => {
  test("counts and clears its own entries only", () => {
    writeText("session", JSON.stringify(SESSION));
    tabStorage.setItem("graphiql:tabState", "{}");
    tabStorage.setItem("graphiql:query", "{ me }");
    assert.equal(tabStorage.length, 2);
    assert.deepEqual(namesFrom("graphiql:"), ["graphiql:tabState", "graphiql:query"]);
    tabStorage.clear();
    assert.equal(tabStorage.length, 0);
    assert.deepEqual(readJson("session", isSession), SESSION);
  });
});

/** Runs with an area of storage that throws as soon as it is named, as a browser's does when cookies are blocked. */
function withDisabled(area: "sessionStorage" | "localStorage", run: () => void) {
  const enabled = globalThis[area];
  Object.defineProperty(globalThis, area, {
    configurable: true,
    get: () => {
      throw new DOMException("The user has disabled storage", "SecurityError");
    },
  });
  try {
    run();
  } finally {
    Object.defineProperty(globalThis, area, { value: enabled, configurable: true, writable: true });
  }
}

describe("disabled storage", () => {
  test("of the tab reads as null, and writing is no error", () =>
    withDisabled("sessionStorage", () => {
      writeText("a", "text");
      assert.equal(readText("a"), null);
      assert.equal(readJson("a", isRecord), null);
      tabStorage.setItem("graphiql:query", "{ me }");
      assert.equal(tabStorage.length, 0);
      tabStorage.clear();
    }));

  test("of the browser leaves the language to be chosen for this visit", () =>
    withDisabled("localStorage", () => {
      setLanguage("en");
      assert.deepEqual([language(), readText("language", "browser")], ["en", null]);
      setLanguage("vi");
    }));
});
