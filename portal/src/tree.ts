// The tree of bodies, loaded on demand: the children of a body are loaded when it is opened.
import { createContext, useContext, useSyncExternalStore } from "react";
import { execute, type Answer } from "./graph/client";
import { TreeLevelDocument, TreeLevelsDocument, type TreeLevelQuery, type TreeLevelsQuery, type TypedDocumentString } from "./graph/generated";
import type { Credential } from "./session";

export type Node = { code: string; name: string; kind: string; parent: string | null; below: number };
export type Row = { node: Node; depth: number; place: number; of: number };

type Level = TypedDocumentString<TreeLevelQuery | TreeLevelsQuery, { code: string; after?: string | null | undefined }>;

/** Concurrent requests while the whole tree is opened. */
const REQUESTS_MAX = 6;

export class Tree {
  readonly root: string;
  readonly nodes = new Map<string, Node>();
  readonly open = new Set<string>();
  version = 0;
  error: unknown = null;
  /** Bodies loaded so far, of those known, while the whole tree is opened. */
  progress: { done: number; of: number } | null = null;
  private readonly children = new Map<string, string[]>();
  private readonly loads = new Map<string, Promise<void>>();
  private readonly listeners = new Set<() => void>();
  private readonly session: Credential;

  constructor(root: string, session: Credential) {
    this.root = root;
    this.session = session;
  }

  subscribe = (changed: () => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  private changed() {
    this.version += 1;
    for (const notify of this.listeners) notify();
  }

  /** Loads the children of a body once; `deep` loads their children too. */
  load(code: string, deep = false): Promise<void> {
    const started = this.loads.get(code);
    if (started) return started;
    const load = this.fetch(code, deep).catch((error: unknown) => {
      this.loads.delete(code);
      this.error = error;
      this.changed();
      throw error;
    });
    this.loads.set(code, load);
    return load;
  }

  private async fetch(code: string, deep: boolean) {
    const document: Level = deep ? TreeLevelsDocument : TreeLevelDocument;
    const codes: string[] = [];
    let root: Node | null = null;
    let after: string | null = null;
    do {
      const answer: Answer<TreeLevelQuery | TreeLevelsQuery> = await execute(this.session, document, { code, after });
      const { body } = answer.data;
      if (!body) break;
      for (const { node } of body.children.edges) {
        codes.push(this.addNode(node, code));
        const { children } = node;
        if ("edges" in children && !children.pageInfo.hasNextPage && !this.loads.has(node.code)) {
          this.loads.set(node.code, Promise.resolve());
          this.children.set(node.code, children.edges.map((edge) => this.addNode(edge.node, node.code)));
        }
      }
      root = { code, name: body.name, kind: body.kind, parent: null, below: codes.length };
      after = body.children.pageInfo.hasNextPage ? body.children.pageInfo.endCursor : null;
    } while (after);
    // The root is in no other body's list.
    if (root && !this.nodes.has(code)) this.nodes.set(code, root);
    this.children.set(code, codes);
    this.error = null;
    this.changed();
  }

  private addNode(node: { code: string; name: string; kind: string; children: { totalCount: number } }, parent: string): string {
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

  /** Opens every body, level by level. */
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
      await Promise.all(Array.from({ length: REQUESTS_MAX }, work));
    }
    this.progress = null;
    this.changed();
  }

  private below(level: string[]): string[] {
    const children = level.flatMap((code) => this.children.get(code) ?? []);
    return children.filter((code) => (this.nodes.get(code)?.below ?? 0) > 0);
  }

  closeAll() {
    this.open.clear();
    this.open.add(this.root);
    this.changed();
  }

  /** Opens the path from the root to a body; `ancestors` begin at the root. */
  async reveal(ancestors: string[]) {
    for (const code of ancestors) {
      this.open.add(code);
      await this.load(code).catch(() => undefined);
    }
    this.changed();
  }

  rows(): Row[] {
    const rows: Row[] = [];
    const add = (code: string, depth: number, place: number, of: number) => {
      const node = this.nodes.get(code);
      if (!node) return;
      rows.push({ node, depth, place, of });
      if (!this.open.has(code)) return;
      const below = this.children.get(code) ?? [];
      below.forEach((child, index) => add(child, depth + 1, index + 1, below.length));
    };
    add(this.root, 1, 1, 1);
    return rows;
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
