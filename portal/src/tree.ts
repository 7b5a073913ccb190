// The tree of bodies as far as it was asked for: each body's children come when it is opened.
import { createContext, useContext, useSyncExternalStore } from "react";
import { ask, type Answer } from "./graph/client";
import { TreeLevelDocument, TreeLevelsDocument, type TreeLevelQuery, type TreeLevelsQuery, type TypedDocumentString } from "./graph/generated";
import type { Session } from "./session";

export type Node = { code: string; name: string; kind: string; parent: string | null; below: number };
export type Row = { node: Node; depth: number; place: number; of: number };

type Level = TypedDocumentString<TreeLevelQuery | TreeLevelsQuery, { code: string; after?: string | null | undefined }>;

const AT_ONCE = 6;

export class Tree {
  readonly root: string;
  readonly nodes = new Map<string, Node>();
  readonly open = new Set<string>();
  version = 0;
  error: unknown = null;
  /** How many levels are still to come, while everything is opened. */
  progress: { done: number; of: number } | null = null;
  private readonly children = new Map<string, string[]>();
  private readonly asked = new Map<string, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private readonly session: Session;

  constructor(root: string, session: Session) {
    this.root = root;
    this.session = session;
  }

  subscribe = (changed: () => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  private changed() {
    this.version += 1;
    for (const each of this.listeners) each();
  }

  /** The children of a body, asked for once; `deep` brings theirs along. */
  load(code: string, deep = false): Promise<void> {
    const before = this.asked.get(code);
    if (before) return before;
    const coming = this.fetch(code, deep).catch((error: unknown) => {
      this.asked.delete(code);
      this.error = error;
      this.changed();
      throw error;
    });
    this.asked.set(code, coming);
    return coming;
  }

  private async fetch(code: string, deep: boolean) {
    const document: Level = deep ? TreeLevelsDocument : TreeLevelDocument;
    const found: string[] = [];
    let after: string | null = null;
    do {
      const answer: Answer<TreeLevelQuery | TreeLevelsQuery> = await ask(this.session, document, { code, after });
      const { body } = answer.data;
      if (!body) break;
      for (const { node } of body.children.edges) {
        found.push(this.know(node, code));
        const { children } = node;
        if ("edges" in children && !children.pageInfo.hasNextPage && !this.asked.has(node.code)) {
          this.asked.set(node.code, Promise.resolve());
          this.children.set(node.code, children.edges.map((edge) => this.know(edge.node, node.code)));
        }
      }
      if (!this.nodes.has(code)) this.nodes.set(code, { code, name: body.name, kind: body.kind, parent: null, below: found.length });
      after = body.children.pageInfo.hasNextPage ? body.children.pageInfo.endCursor : null;
    } while (after);
    this.children.set(code, found);
    this.error = null;
    this.changed();
  }

  private know(node: { code: string; name: string; kind: string; children: { totalCount: number } }, parent: string): string {
    const { code, name, kind } = node;
    this.nodes.set(code, { code, name, kind, parent, below: node.children.totalCount });
    return code;
  }

  async toggle(code: string, open = !this.open.has(code)) {
    if (open) this.open.add(code);
    else this.open.delete(code);
    this.changed();
    if (open) await this.load(code).catch(() => this.open.delete(code));
  }

  /** Opens every level there is, asking for some at once. */
  async openAll() {
    let level = [this.root];
    let done = 0;
    for (; level.length > 0; level = this.below(level)) {
      const waiting = [...level];
      const of = done + waiting.length;
      const work = async () => {
        for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
          await this.load(code, code !== this.root).catch(() => undefined);
          this.open.add(code);
          done += 1;
          this.progress = { done, of };
          this.changed();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    }
    this.progress = null;
    this.changed();
  }

  private below(level: string[]): string[] {
    const found = level.flatMap((code) => this.children.get(code) ?? []);
    return found.filter((code) => (this.nodes.get(code)?.below ?? 0) > 0);
  }

  closeAll() {
    this.open.clear();
    this.open.add(this.root);
    this.changed();
  }

  /** Opens the way from the root down to a body, whose ancestors are given from the top. */
  async reveal(ancestors: string[]) {
    for (const code of ancestors) {
      this.open.add(code);
      await this.load(code).catch(() => undefined);
    }
    this.changed();
  }

  rows(): Row[] {
    const found: Row[] = [];
    const add = (code: string, depth: number, place: number, of: number) => {
      const node = this.nodes.get(code);
      if (!node) return;
      found.push({ node, depth, place, of });
      if (!this.open.has(code)) return;
      const below = this.children.get(code) ?? [];
      below.forEach((child, index) => add(child, depth + 1, index + 1, below.length));
    };
    add(this.root, 1, 1, 1);
    return found;
  }
}

const TreeContext = createContext<Tree | null>(null);
export const TreeProvider = TreeContext.Provider;

export function useTree(): Tree {
  const tree = useContext(TreeContext);
  if (!tree) throw new Error("used outside of the signed-in part");
  useSyncExternalStore(tree.subscribe, () => tree.version);
  return tree;
}
