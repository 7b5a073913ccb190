// Writes src/graph/generated.ts: every operation of src/graph/*.graphql with its types, by the SDL.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as documentNodes from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse, specifiedDirectives, visit } from "graphql";

const here = new URL("../src/graph/", import.meta.url);
const sdl = new URL("../../schema/contract/schema.graphql", import.meta.url);
const config = {
  documentMode: "string",
  enumType: "string-literal",
  useTypeImports: true,
  skipTypename: true,
  nonOptionalTypename: false,
  avoidOptionals: { field: true },
  scalars: { ID: "string", Date: "string", DateTime: "string", JSON: "unknown", _Any: "unknown" },
};
const known = new Set(specifiedDirectives.map((directive) => directive.name));
// What federation and limits add to an SDL is nothing to a client.
const schema = visit(parse(readFileSync(sdl, "utf8")), {
  Directive: (node) => (known.has(node.name.value) ? undefined : null),
  DirectiveDefinition: () => null,
});
const documents = readdirSync(here)
  .filter((name) => name.endsWith(".graphql"))
  .sort()
  .map((name) => ({ location: name, document: parse(readFileSync(new URL(name, here), "utf8")) }));
const written = await codegen({
  filename: "generated.ts",
  schema,
  documents,
  config,
  plugins: [{ operations: {} }, { documentNodes: {} }],
  pluginMap: { operations, documentNodes },
});
writeFileSync(new URL("generated.ts", here), written);
