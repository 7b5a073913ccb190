// Pure parts of components: days that are typed, bars, links to GraphiQL.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderToStaticMarkup } from "react-dom/server";
import { parseDay } from "../src/components/date";
import { Bar, countsLabel, segments, type Counts } from "../src/components/tally";
import { linkedOperation } from "../src/graphiql/linked-operation";
import { day, setLanguage } from "../src/i18n";

const NOBODY: Counts = { excellent: 0, good: 0, completed: 0, notCompleted: 0, notRated: 0, total: 0 };

describe("a typed day", () => {
  for (const [text, iso] of [
    ["11/12/2023", "2023-12-11"],
    [" 1/2/2024 ", "2024-02-01"],
    ["1-2-2024", "2024-02-01"],
    ["1.2.2024", "2024-02-01"],
    ["29/02/2024", "2024-02-29"],
    ["31/12/2023", "2023-12-31"],
  ] as const)
    test(`${text} is read`, () => assert.equal(parseDay(text), iso));

  for (const text of ["29/02/2023", "31/04/2023", "12/13/2023", "0/1/2023", "1/0/2023", "32/1/2023", "11/12/23", "2023-12-11", "11/12", "", "today"])
    test(`${text || "nothing"} is no day`, () => assert.equal(parseDay(text), null));

  test("is shown as it is read", () => {
    for (const iso of ["2023-12-11", "2024-02-29", "2024-01-01"]) assert.equal(parseDay(day(iso)), iso);
  });
});

describe("a bar of counts", () => {
  const counts = { ...NOBODY, excellent: 1, good: 2, notRated: 1, total: 4 };

  test("has a part for each level with a count, without gaps, up to its end", () => {
    assert.deepEqual(segments(counts), [
      { level: "EXCELLENT", from: 0, width: 25 },
      { level: "GOOD", from: 25, width: 50 },
      { level: "NOT_RATED", from: 75, width: 25 },
    ]);
  });

  test("says its counts in the language", (context) => {
    context.after(() => setLanguage("vi"));
    assert.equal(countsLabel(counts), "Xuất sắc 1, Tốt 2, Chưa xếp loại 1");
    assert.match(renderToStaticMarkup(<Bar counts={counts} />), /aria-label="Xuất sắc 1, Tốt 2, Chưa xếp loại 1".*(<rect[^>]*>.*){3}/);
    setLanguage("en");
    assert.equal(countsLabel(counts), "Excellent 1, Good 2, Not rated 1");
    assert.equal(countsLabel(NOBODY), "nobody");
  });

  test("of nobody is a dash", () => {
    for (const none of [null, NOBODY]) assert.equal(renderToStaticMarkup(<Bar counts={none} />), '<span class="quiet">—</span>');
  });
});

describe("a link to GraphiQL", () => {
  test("carries an operation and its variables", () => {
    const search = new URLSearchParams({ query: "{ me { person { name } } }", variables: '{"a": "ớ&="}' });
    assert.deepEqual(linkedOperation(`?${search}`), { query: "{ me { person { name } } }", variables: '{"a": "ớ&="}' });
    assert.deepEqual(linkedOperation("?query=%7Bme%7D"), { query: "{me}", variables: "" });
  });

  test("without an operation is none", () => {
    for (const search of ["", "?", "?query=", "?variables={}"]) assert.equal(linkedOperation(search), null);
  });
});
