// Writes src/graph/generated.ts: the operations of src/graph/*.graphql, typed by the SDL.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as documentNodes from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse, specifiedDirectives, visit } from "graphql";

const operationsFolder = new URL("../src/graph/", import.meta.url);
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
const specified = new Set(specifiedDirectives.map((directive) => directive.name));
// A client does not need the directives of federation and of limits.
const schema = visit(parse(readFileSync(sdl, "utf8")), {
  Directive: (node) => (specified.has(node.name.value) ? undefined : null),
  DirectiveDefinition: () => null,
});
const documents = readdirSync(operationsFolder)
  .filter((name) => name.endsWith(".graphql"))
  .toSorted()
  .map((name) => ({ location: name, document: parse(readFileSync(new URL(name, operationsFolder), "utf8")) }));
const text = await codegen({
  filename: "generated.ts",
  schema,
  documents,
  config,
  plugins: [{ operations: {} }, { documentNodes: {} }],
  pluginMap: { operations, documentNodes },
});
writeFileSync(new URL("generated.ts", operationsFolder), text);
