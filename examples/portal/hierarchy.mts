// One body of the hierarchy: its level, and how many of what is directly below it have which level.
//   node examples/portal/hierarchy.mts CODE YEAR        (XEPLOAI_URL, XEPLOAI_TOKEN)

type Level = "EXCELLENT" | "GOOD" | "COMPLETED" | "NOT_COMPLETED";
type Tally = { excellent: number; good: number; completed: number; notCompleted: number; notRated: number; total: number };
type Child = { name: string; rating: { level: Level } | null; tally: Tally };
type Page = { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; edges: { node: Child }[] };
type Body = { name: string; rating: { level: Level; rater: { section: string } } | null; tally: Tally; children: Page };
type Fault = { message: string; extensions: { code: string } };
type Answer = { data?: { body: Body | null } | null; errors?: Fault[] };

const QUERY = `
  query Hierarchy($code: ID!, $year: Int!, $after: String) {
    body(code: $code) {
      name
      rating(year: $year) { level rater { section } }
      tally(year: $year, of: PERSON) { ...Counts }
      children(first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { name rating(year: $year) { level } tally(year: $year, of: PERSON) { ...Counts } } }
      }
    }
  }
  fragment Counts on Tally { excellent good completed notCompleted notRated total }`;

/** Asks for one page of children. Throws with the code of the refusal, by which a client decides. */
async function ask(variables: { code: string; year: number; after: string | null }): Promise<Body> {
  const response = await fetch(process.env.XEPLOAI_URL ?? "http://127.0.0.1:8000/graphql", {
    method: "POST",
    headers: {
      Authorization: `Bearer ${process.env.XEPLOAI_TOKEN ?? ""}`,
      "Content-Type": "application/json",
      "Accept-Language": "en",
    },
    body: JSON.stringify({ query: QUERY, variables }),
  });
  const { data, errors } = (await response.json()) as Answer;
  if (errors?.[0]) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  if (!data?.body) throw new Error(`NOT_FOUND: there is no body ${variables.code}`);
  return data.body;
}

const line = (name: string, level: Level | undefined, counts: Tally) =>
  [name, level ?? "not rated", `${counts.total - counts.notRated} of ${counts.total} people rated`].join(" | ");

async function main(code: string, year: number): Promise<void> {
  let after: string | null = null;
  do {
    const body: Body = await ask({ code, year, after });
    if (after === null) console.log(line(body.name, body.rating?.level, body.tally));
    for (const { node } of body.children.edges) console.log(`  ${line(node.name, node.rating?.level, node.tally)}`);
    after = body.children.pageInfo.hasNextPage ? body.children.pageInfo.endCursor : null;
  } while (after !== null);
}

const [code = "ht", year = "2022"] = process.argv.slice(2);
main(code, Number(year)).catch((fault: Error) => {
  console.error(fault.message);
  process.exitCode = 1;
});
