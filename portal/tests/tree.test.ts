// The tree of bodies: loaded on demand from a server, page after page.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Tree } from "../src/tree";
import { serve, type Request } from "./server";

/** Each body, and the bodies below it. */
const BODIES: Record<string, string[]> = {
  ht: ["a", "b", "c"],
  a: ["a1", "a2"],
  b: [],
  c: ["c1"],
  a1: [],
  a2: ["a21", "a22"],
  a21: [],
  a22: [],
  c1: [],
};
const PAGE = 2;
/** Bodies of the second level that one request for two levels brings. */
const INNER_PAGE = 1;

let requested: string[] = [];
let failing = new Set<string>();
let stop = () => {};

function connection<N>(nodes: N[], start: number, size: number) {
  const end = start + size;
  return {
    totalCount: nodes.length,
    pageInfo: { hasNextPage: end < nodes.length, endCursor: String(end) },
    edges: nodes.slice(start, end).map((node) => ({ node })),
  };
}

const childrenOf = (code: string) => BODIES[code] ?? [];
const leaf = (code: string) => ({ code, name: code.toUpperCase(), kind: "UNIT" });
const counted = (code: string) => ({ ...leaf(code), children: { totalCount: childrenOf(code).length } });

function answer({ body: { query, variables } }: Request) {
  const { code, after } = variables as { code: string; after: string | null };
  const isDeep = query.includes("query TreeLevels(");
  requested.push(`${isDeep ? "deep " : ""}${code}${after ? ` from ${after}` : ""}`);
  if (failing.has(code)) return { body: { errors: [{ message: code, extensions: { code: "INTERNAL" } }] } };
  if (!(code in BODIES)) return { body: { data: { body: null } } };
  const nodes = childrenOf(code).map((child) =>
    isDeep ? { ...leaf(child), children: connection(childrenOf(child).map(counted), 0, INNER_PAGE) } : counted(child),
  );
  return { body: { data: { body: { ...leaf(code), children: connection(nodes, Number(after ?? 0), PAGE) } } } };
}

beforeEach(async () => {
  requested = [];
  failing = new Set();
  stop = await serve(answer);
});
afterEach(() => stop());

const newTree = (root = "ht") => new Tree(root, { token: "t" });
const codes = (tree: Tree) => tree.rows().map(({ node }) => node.code);

describe("a tree", () => {
  test("has no rows before it is loaded", () => assert.deepEqual(newTree().rows(), []));

  test("shows the root and what is below it, loaded page after page", async () => {
    const tree = newTree();
    await tree.toggle("ht", true);
    assert.deepEqual(requested, ["ht", "ht from 2"]);
    assert.deepEqual(
      tree.rows().map(({ node, depth, place, of }) => [node.code, depth, place, of, node.below, node.parent]),
      [
        ["ht", 1, 1, 1, 3, null],
        ["a", 2, 1, 3, 2, "ht"],
        ["b", 2, 2, 3, 0, "ht"],
        ["c", 2, 3, 3, 1, "ht"],
      ],
    );
  });

  test("asks for the children of a body once, however often it is opened", async () => {
    const tree = newTree();
    await Promise.all([tree.load("ht"), tree.load("ht")]);
    for (let turn = 0; turn < 3; turn += 1) await tree.toggle("a");
    assert.deepEqual(requested, ["ht", "ht from 2", "a"]);
  });

  test("hides what is below a closed body", async () => {
    const tree = newTree();
    await tree.toggle("ht");
    await tree.toggle("a");
    assert.deepEqual(codes(tree), ["ht", "a", "a1", "a2", "b", "c"]);
    await tree.toggle("a");
    assert.deepEqual(codes(tree), ["ht", "a", "b", "c"]);
  });

  test("opens whole, by two levels at once, and asks anew where the second has more than a page", async () => {
    const tree = newTree();
    const progress: string[] = [];
    tree.subscribe(() => tree.progress && progress.push(`${tree.progress.done}/${tree.progress.of}`));
    await tree.openAll();
    assert.deepEqual(codes(tree), ["ht", "a", "a1", "a2", "a21", "a22", "b", "c", "c1"]);
    assert.deepEqual(requested.toSorted(), ["deep a", "deep a2", "deep c", "ht", "ht from 2"]);
    assert.equal(progress[0], "1/1");
    assert.equal(tree.progress, null);
    tree.closeAll();
    assert.deepEqual(codes(tree), ["ht", "a", "b", "c"]);
  });

  test("opens the path to a body", async () => {
    const tree = newTree();
    await tree.reveal(["ht", "a", "a2"]);
    assert.deepEqual(codes(tree), ["ht", "a", "a1", "a2", "a21", "a22", "b", "c"]);
  });

  test("tells its listeners of each change, until they leave", async () => {
    const tree = newTree();
    const versions: number[] = [];
    const leave = tree.subscribe(() => versions.push(tree.version));
    await tree.toggle("ht");
    assert.deepEqual(versions, [1, 2]);
    leave();
    tree.closeAll();
    assert.deepEqual([versions.length, tree.version], [2, 3]);
  });

  test("of an unknown root stays empty", async () => {
    const tree = newTree("none");
    await tree.toggle("none");
    assert.deepEqual(tree.rows(), []);
  });
});

describe("a failed request", () => {
  test("closes the body again, is told, and is sent anew", async () => {
    const tree = newTree();
    await tree.toggle("ht");
    failing.add("a");
    await tree.toggle("a");
    assert.ok(tree.error instanceof Error);
    assert.equal(tree.error.message, "a");
    assert.equal(tree.open.has("a"), false);
    failing.clear();
    await tree.toggle("a");
    assert.deepEqual([tree.error, codes(tree)], [null, ["ht", "a", "a1", "a2", "b", "c"]]);
  });

  test("leaves the rest of a whole tree", async () => {
    const tree = newTree();
    failing.add("c");
    await tree.openAll();
    assert.deepEqual(codes(tree), ["ht", "a", "a1", "a2", "a21", "a22", "b", "c"]);
  });
});
