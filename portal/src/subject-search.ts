// Searches bodies and persons by name, with diacritics or without.
import { useGraph } from "./graph/client";
import { SearchDocument } from "./graph/generated";
import { kindWord, plain } from "./i18n";
import { usePlace, type Subject } from "./routing";
import { useDebounced } from "./debounced";

const BODIES_SHOWN = 8;

export type SubjectMatch = { subject: Subject; id: string; about: string };

/** The matches so far. `isPending`: the answer to this text has not arrived. `more`: the number of matches that are not shown. */
export function useSubjectSearch(text: string): { matches: SubjectMatch[]; isPending: boolean; more: number } {
  const { year } = usePlace();
  const query = text.trim();
  const name = useDebounced(query);
  const { data, isFetching } = useGraph(SearchDocument, { name, year }, { enabled: name !== "", keep: true });
  if (!query || !data) return { matches: [], isPending: query !== "", more: 0 };
  const { searchBodies, searchPersons } = data.data;
  // The graph sorts by name; a body whose name begins with the text comes before a body whose name only contains it.
  const sortRank = (body: string) => (plain(body).startsWith(plain(query)) ? 0 : body.length);
  const bodies = searchBodies.edges
    .map(({ node }) => ({ subject: node, id: node.code, about: kindWord(node.kind) }))
    .toSorted((a, b) => sortRank(a.subject.name) - sortRank(b.subject.name))
    .slice(0, BODIES_SHOWN);
  const persons = searchPersons.edges.map(({ node }) => ({ subject: node, id: node.id, about: postTitles(node.memberships) }));
  const matches = [...bodies, ...persons];
  const more = searchBodies.totalCount + searchPersons.totalCount - matches.length;
  return { matches, isPending: isFetching || name !== query, more };
}

const postTitles = (memberships: { post: { title: string } | null }[]) =>
  memberships.flatMap(({ post }) => (post ? [post.title] : [])).join(" · ");
