// Bodies and persons by name, without marks, as the graph finds them. The one place that knows how.
import { useGraph } from "./graph/client";
import { SearchDocument } from "./graph/generated";
import { kindWord, plain } from "./language";
import { usePlace, type Subject } from "./place";
import { useSettled } from "./settled";

const BODIES_SHOWN = 8;

export type Found = { subject: Subject; id: string; about: string };

/** What was found so far; `waits` while the answer is not yet to this text, `more` is how many are not shown. */
export function useFound(text: string): { found: Found[]; waits: boolean; more: number } {
  const { year } = usePlace();
  const wanted = text.trim();
  const name = useSettled(wanted);
  const { data, isFetching } = useGraph(SearchDocument, { name, year }, { enabled: name !== "", keep: true });
  if (!wanted || !data) return { found: [], waits: wanted !== "", more: 0 };
  const { searchBodies, searchPersons } = data.data;
  // The graph sorts by name; who types a name wants the body that is called so before those that are named after it.
  const near = (name: string) => (plain(name).startsWith(plain(wanted)) ? 0 : name.length);
  const bodies = searchBodies.edges
    .map(({ node }) => ({ subject: node, id: node.code, about: kindWord(node.kind) }))
    .sort((a, b) => near(a.subject.name) - near(b.subject.name))
    .slice(0, BODIES_SHOWN);
  const persons = searchPersons.edges.map(({ node }) => ({ subject: node, id: node.id, about: posts(node.memberships) }));
  const found = [...bodies, ...persons];
  const more = searchBodies.totalCount + searchPersons.totalCount - found.length;
  return { found, waits: isFetching || name !== wanted, more };
}

const posts = (memberships: { post: { title: string } | null }[]) =>
  memberships.flatMap(({ post }) => (post ? [post.title] : [])).join(" · ");
