// The schema where introspection is off: from the printed one, which the service gives to everybody.
import { buildSchema, introspectionFromSchema, type IntrospectionQuery } from "graphql";

export async function printedSchema(): Promise<IntrospectionQuery> {
  const text = await (await fetch("/schema.graphql")).text();
  // Federation's own directives are used there without being declared.
  return introspectionFromSchema(buildSchema(text, { assumeValidSDL: true }));
}
