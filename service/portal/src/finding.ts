// Bodies by name, without marks. The one place that knows where names are searched: in the tree.
import { useEffect, useMemo, useState } from "react";
import { plain } from "./language";
import { useTree, type Node } from "./tree";

const SHOWN = 12;

export type Found = { bodies: Node[]; progress: { done: number; of: number } | null };

/** Nothing is asked for before somebody types; then the names come level by level. */
export function useBodiesByName(text: string): Found {
  const tree = useTree();
  const [began, setBegan] = useState(false);
  const wanted = plain(text.trim());
  useEffect(() => {
    if (!wanted || began) return;
    setBegan(true);
    void tree.loadAll(false);
  }, [wanted, began, tree]);
  const { version } = tree;
  const bodies = useMemo(() => (wanted ? matching(tree.nodes.values(), wanted) : []), [wanted, tree, version]);
  return { bodies, progress: tree.progress };
}

/** Every word typed is in the name; names that begin with the text come first. */
function matching(nodes: Iterable<Node>, wanted: string): Node[] {
  const words = wanted.split(/\s+/);
  const found: { node: Node; name: string }[] = [];
  for (const node of nodes) {
    const name = plain(node.name);
    if (words.every((word) => name.includes(word))) found.push({ node, name });
  }
  const rank = (name: string) => (name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2);
  found.sort((a, b) => rank(a.name) - rank(b.name) || a.name.length - b.name.length);
  return found.slice(0, SHOWN).map(({ node }) => node);
}
