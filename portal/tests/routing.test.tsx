// Addresses: each leads to the view and the subject that it was made for; links keep the year.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderToStaticMarkup } from "react-dom/server";
import { matchRoute, Router, useLocation, useRouter } from "wouter";
import * as routing from "../src/routing";

type Match = { name: string; parts: Record<string, string | undefined> };

/** The routes that fit an address, as the router reads it. */
function matchesOf(path: string): Match[] {
  const matches: Match[] = [];
  function Matcher() {
    const [location] = useLocation();
    const { parser } = useRouter();
    for (const [name, pattern] of Object.entries(routing.ROUTES)) {
      const [isMatch, parameters] = matchRoute(parser, pattern, location);
      if (isMatch) matches.push({ name, parts: Object.fromEntries(Object.entries(parameters).filter(([key]) => /\D/.test(key))) });
    }
    return null;
  }
  renderToStaticMarkup(<Router ssrPath={path}><Matcher /></Router>);
  return matches;
}

const body = (code: string) => ({ __typename: "Body" as const, code, name: code });
const person = (id: string) => ({ __typename: "Person" as const, id, name: id });
const kindOf = (path: string) => matchesOf(path)[0]?.parts.kind;
const cycle = (year: number, closedOn: string | null, edition: string | null) => ({ year, closedOn, edition }) as routing.Cycle;
const CODES = ["ht", "ht.so-noi-vu", "ht.so-y-te.cb-1", "2023:Đ12/nhóm A", "a b?c#d", "số 1"];

describe("an address", () => {
  const makers: [string, string, (id: string) => string][] = [
    ["body", "code", routing.bodyPath],
    ["body", "code", (code) => routing.subjectPath(body(code))],
    ["groupSheet", "group", routing.groupSheetPath],
    ["authorityOf", "id", (code) => routing.authorityPath(body(code))],
  ];
  for (const [name, part, pathOf] of makers)
    for (const code of CODES)
      test(`of ${name} leads back to ${code}`, () => {
        const matches = matchesOf(pathOf(code));
        assert.deepEqual(matches.map((match) => match.name), [name]);
        assert.equal(routing.decodePart(matches[0]?.parts[part] ?? ""), code);
      });

  const id = "0190f3c1-7b1e-7000-8000-000000000001";
  for (const [name, path] of [
    ["person", routing.personPath(id)],
    ["person", routing.subjectPath(person(id))],
    ["appraisal", routing.appraisalPath(id)],
    ["appraisalSheet", routing.appraisalSheetPath(id)],
    ["authorityOf", routing.authorityPath(person(id))],
  ] as const)
    test(`of ${name} leads back to its id: ${path}`, () => {
      const [match, ...others] = matchesOf(path);
      assert.deepEqual([match?.name, match?.parts.id, others], [name, id, []]);
    });

  test("says whether authority is over a body or a person", () => {
    assert.deepEqual([kindOf(routing.authorityPath(body("ht"))), kindOf(routing.authorityPath(person(id)))], ["don-vi", "nguoi"]);
  });

  test("fits one route at most", () => {
    for (const path of Object.values(routing.ROUTES).filter((pattern) => !pattern.includes(":")))
      assert.equal(matchesOf(path).length, 1, path);
    for (const path of ["/khac", "/don-vi", "/viec/nhom", "/don-vi/a/b"]) assert.deepEqual(matchesOf(path), [], path);
  });

  test("that is not well encoded is an unknown subject, and no fault", () => {
    for (const part of ["100%", "%E0%A4", "%"]) {
      assert.equal(routing.decodePart(part), part);
      assert.equal(routing.decodePart(matchesOf(`/don-vi/${part}`)[0]?.parts.code ?? ""), part);
    }
  });
});

/** A link on a page whose address ends in this search. */
const linkOn = (search: string) =>
  renderToStaticMarkup(
    <Router ssrPath="/viec" ssrSearch={search}>
      <routing.SubjectLink of={body("ht.a")} />
    </Router>,
  );

describe("a link", () => {
  test("keeps the year of the address", () => assert.equal(linkOn("nam=2022"), '<a href="/don-vi/ht.a?nam=2022">ht.a</a>'));

  test("has no year where the address has none, or one that is no number", () => {
    for (const search of ["", "nam=", "nam=abc", "nam=0"]) assert.equal(linkOn(search), '<a href="/don-vi/ht.a">ht.a</a>');
  });
});

describe("the year in progress", () => {
  test("is the last open one that has an edition", () => {
    const cycles = [cycle(2021, "2022-01-31", "e"), cycle(2022, null, "e"), cycle(2023, null, "e"), cycle(2024, null, null)];
    assert.equal(routing.currentYear(cycles), 2023);
  });

  test("is the last one where all are closed", () => {
    assert.equal(routing.currentYear([cycle(2021, "2022-01-31", "e"), cycle(2022, "2023-01-31", "e")]), 2022);
  });

  test("is none where no year was opened", () => assert.equal(routing.currentYear([]), undefined));
});

describe("today", () => {
  test("is the day of Vietnam, seven hours ahead", () => {
    assert.equal(routing.dayInVietnam(new Date("2023-12-31T16:59:59Z")), "2023-12-31");
    assert.equal(routing.dayInVietnam(new Date("2023-12-31T17:00:00Z")), "2024-01-01");
  });
});
