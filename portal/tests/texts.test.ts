// The texts in the sources: each stands in both languages, with the same values filled in.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { parseSync, Visitor, type ESTree } from "vite";

/** Letters that only Vietnamese has; Đ alone stands in the names of documents too (124-QĐ/TW). */
const VIETNAMESE = /[ăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/i;
const LETTERS = /\p{L}{2}/u;
/** Names, units and examples, the same in both languages. */
const SAME = new Set(["KiB", "xeploai", "GraphiQL", "/schema.graphql", "12-KL/BCSĐ", "ht.so-noi-vu.truong"]);
/** What people read or hear of an element beside its content. */
const READ = new Set(["aria-label", "title", "placeholder", "alt", "data-label"]);

type Text = { words: string; values: string[] };
type Pair = { place: string; source: string[]; texts: (Text | null)[] };

const pairs: Pair[] = [];
const single: string[] = [];
for (const file of readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name)))
  collect(`src/${file}`, readFileSync(`src/${file}`, "utf8"));

function collect(file: string, source: string) {
  const placeOf = (node: ESTree.Span) => `${file}:${source.slice(0, node.start).split("\n").length}`;
  const note = (node: ESTree.Span, text: string) => {
    const words = text.trim();
    if (LETTERS.test(words) && !SAME.has(words)) single.push(`${placeOf(node)}: ${words}`);
  };
  new Visitor({
    CallExpression(call) {
      if (call.callee.type !== "Identifier" || call.callee.name !== "t") return;
      if (call.arguments.some((argument) => argument.type === "SpreadElement")) return; // a pair of a table
      pairs.push({ place: placeOf(call), source: call.arguments.map((argument) => source.slice(argument.start, argument.end)), texts: call.arguments.map((argument) => textOf(argument, source)) });
    },
    JSXElement(element) {
      for (const child of element.children)
        if (child.type === "JSXExpressionContainer" && child.expression.type === "Literal") note(child, String(child.expression.value));
    },
    JSXText: (node) => note(node, node.value),
    JSXAttribute(node) {
      const name = node.name.type === "JSXIdentifier" ? node.name.name : "";
      if (READ.has(name) && node.value?.type === "Literal") note(node, node.value.value);
    },
  }).visit(parseSync(file, source).program);
}

/** A literal or a template; null for anything else, whose words cannot be compared. */
function textOf(node: ESTree.Argument, source: string): Text | null {
  if (node.type === "Literal" && typeof node.value === "string") return { words: node.value, values: [] };
  if (node.type !== "TemplateLiteral") return null;
  const values = node.expressions.map((value) => source.slice(value.start, value.end));
  return { words: node.quasis.map((quasi) => quasi.value.cooked ?? "").join("…"), values: values.toSorted() };
}

/** A text of the service, which answers in both languages: `finding.label` and `finding.labelInEnglish`, or `post.vi` and `post.en`. */
function isOfTheService({ source: [vietnamese = "", english = ""] }: Pair): boolean {
  const counterparts = [`${vietnamese}InEnglish`, `${vietnamese}InEnglish ?? ${vietnamese}`, vietnamese.replace(/\.vi$/, ".en")];
  return /^[\w.]+$/.test(vietnamese) && vietnamese !== english && counterparts.includes(english);
}

/** The places of the pairs of literals with a fault. */
const faults = (isFault: (vietnamese: Text, english: Text) => boolean) =>
  pairs.filter(({ texts: [vietnamese, english] }) => vietnamese && english && isFault(vietnamese, english)).map(({ place }) => place);

test("the sources have texts", () => assert.ok(pairs.length > 100, String(pairs.length)));

describe("each text", () => {
  test("is a pair of literals, or of texts of the service", () => {
    const others = pairs.filter((pair) => (pair.texts.length !== 2 || pair.texts.includes(null)) && !isOfTheService(pair));
    assert.deepEqual(others.map(({ place }) => place), []);
  });

  test("is not empty in either language", () => {
    assert.deepEqual(faults((...texts) => texts.some(({ words }) => words.trim() === "")), []);
  });

  test("fills in the same values in both languages", () => {
    assert.deepEqual(faults((vietnamese, english) => vietnamese.values.join() !== english.values.join()), []);
  });

  test("differs between the languages", () => {
    assert.deepEqual(faults((vietnamese, english) => vietnamese.words === english.words && LETTERS.test(english.words)), []);
  });

  test("has its Vietnamese first", () => {
    assert.deepEqual(faults((_, english) => VIETNAMESE.test(english.words)), []);
  });

  test("is written in composed letters", () => {
    assert.deepEqual(faults((...texts) => texts.some(({ words }) => words !== words.normalize("NFC"))), []);
  });
});

test("no text stands in one language only", () => assert.deepEqual(single, []));
