// Words, dates, numbers and citations in both languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, test } from "node:test";
import { buildSchema, isEnumType } from "graphql";
import * as i18n from "../src/i18n";
import { readText } from "../src/storage";

const SDL = readFileSync("../schema/contract/schema.graphql", "utf8");
const schema = buildSchema(SDL, { assumeValidSDL: true });

function valuesOf(enumeration: string): string[] {
  const type = schema.getType(enumeration);
  assert.ok(isEnumType(type), enumeration);
  return type.getValues().map(({ name }) => name);
}

function inBoth<T>(text: () => T): [T, T] {
  i18n.setLanguage("vi");
  const vietnamese = text();
  i18n.setLanguage("en");
  return [vietnamese, text()];
}

afterEach(() => i18n.setLanguage("vi"));

describe("words of the graph", () => {
  const functions: [string, (value: string) => string][] = [
    ["Stage", i18n.stageWord],
    ["Track", i18n.trackWord],
    ["BodyKind", i18n.kindWord],
    ["Tier", i18n.tierWord],
    ["Act", i18n.actWord],
    ["AboutKind", i18n.aboutWord],
    ["ComputedLevel", i18n.levelWord],
    ["Level", i18n.levelWord],
    ["Level", i18n.levelShort],
    ["ComputedLevel", i18n.levelShort],
    ["Seat", i18n.seatWord],
    ["Reason", i18n.reasonWord],
  ];
  for (const [enumeration, word] of functions)
    for (const value of valuesOf(enumeration))
      test(`${enumeration}.${value} has a word in both languages (${word.name || "word"})`, () => {
        const [vietnamese, english] = inBoth(() => word(value));
        for (const text of [vietnamese, english]) {
          assert.notEqual(text, value);
          assert.equal(text, text.trim());
          assert.notEqual(text, "");
        }
        assert.notEqual(vietnamese, english);
      });

  test("an unknown value is shown as it is", () => {
    for (const [, word] of functions) assert.deepEqual(inBoth(() => word("NEW_VALUE")), ["NEW_VALUE", "NEW_VALUE"]);
  });

  test("different values have different words", () => {
    for (const [enumeration, word] of functions)
      for (const words of inBoth(() => valuesOf(enumeration).map(word))) assert.deepEqual([...new Set(words)], words, enumeration);
  });
});

describe("the language", () => {
  test("is Vietnamese at first, and stored when it is chosen", () => {
    assert.equal(i18n.language(), "vi");
    i18n.setLanguage("en");
    assert.deepEqual([i18n.language(), document.documentElement.lang, readText("language", "browser")], ["en", "en", "en"]);
    assert.equal(i18n.t("Có", "Yes"), "Yes");
    i18n.setLanguage("vi");
    assert.deepEqual([i18n.t("Có", "Yes"), document.documentElement.lang], ["Có", "vi"]);
  });
});

describe("dates and numbers", () => {
  test("a day is day/month/year in both languages", () => {
    assert.deepEqual(inBoth(() => i18n.day("2023-12-01")), ["01/12/2023", "01/12/2023"]);
  });

  test("a moment's day is the one that it is written with", () => assert.equal(i18n.day("2023-12-01T23:59:59Z"), "01/12/2023"));

  test("no day is a dash", () => {
    for (const nothing of [null, undefined, ""]) assert.equal(i18n.day(nothing), "—");
  });

  test("a moment is told in the time of Vietnam, seven hours ahead", () => {
    for (const text of inBoth(() => i18n.moment("2023-12-31T18:05:00Z"))) {
      assert.match(text, /\b0?1:05\b/);
      assert.match(text, /\b0?1\/0?1\/(20)?24\b/);
    }
  });

  test("a number has the separators of its language", () => {
    assert.deepEqual(inBoth(() => i18n.number(1_234_567.5)), ["1.234.567,5", "1,234,567.5"]);
    assert.deepEqual(inBoth(() => i18n.number(999)), ["999", "999"]);
  });
});

describe("names without diacritics", () => {
  for (const [name, plain] of [
    ["Đảng ủy Kỳ Anh", "dang uy ky anh"],
    ["Nguyễn Thị Ước", "nguyen thi uoc"],
    ["ĐẶNG", "dang"],
    ["A1", "a1"],
  ] as const)
    test(name, () => assert.equal(i18n.plain(name), plain));

  test("composed and decomposed letters are equal", () => {
    assert.equal(i18n.plain("Hà Tĩnh".normalize("NFD")), i18n.plain("Hà Tĩnh".normalize("NFC")));
  });
});

describe("citations", () => {
  const cases: [string, string, string][] = [
    ["HD01:6.2.3:a", "điểm 6.2.3 a, HD 01", "point 6.2.3 a, Guide 01"],
    ["QĐ124:Đ12.1.3", "Điều 12.1.3, QĐ 124", "Article 12.1.3, Reg. 124"],
    ["HD02:1", "điểm 1, HD02", "point 1, HD02"],
  ];
  for (const [id, vietnamese, english] of cases)
    test(id, () => assert.deepEqual(inBoth(() => i18n.cite(id)), [vietnamese, english]));

  test("a rater is named by a section of the guide or an article of the regulation", () => {
    assert.deepEqual(inBoth(() => i18n.sectionWord("6.2.1")), ["mục 6.2.1", "section 6.2.1"]);
    assert.deepEqual(inBoth(() => i18n.sectionWord("Đ8")), ["Điều 8", "Article 8"]);
  });
});
