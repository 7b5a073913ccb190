// An operation in the address, as links to GraphiQL have it: /graphql?query=…&variables=…

export type LinkedOperation = { query: string; variables: string };

export function linkedOperation(search: string): LinkedOperation | null {
  const asked = new URLSearchParams(search);
  const query = asked.get("query");
  return query ? { query, variables: asked.get("variables") ?? "" } : null;
}
