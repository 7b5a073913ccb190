// Reads the operation of a link to GraphiQL: /graphql?query=…&variables=…

export type LinkedOperation = { query: string; variables: string };

export function linkedOperation(search: string): LinkedOperation | null {
  const parameters = new URLSearchParams(search);
  const query = parameters.get("query");
  return query ? { query, variables: parameters.get("variables") ?? "" } : null;
}
