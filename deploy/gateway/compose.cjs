// Composes the supergraph from a list of subgraphs; a hint is as good as an error here. The list is what rover takes too.
"use strict";
const { readFileSync } = require("node:fs");
const { dirname, resolve } = require("node:path");
const { composeServices } = require("@apollo/composition");
const { parse } = require("graphql");

const list = process.argv[2] ?? "subgraphs.json";
const { subgraphs } = JSON.parse(readFileSync(list, "utf8"));
const services = Object.entries(subgraphs).map(([name, { routing_url, schema }]) => ({
  name,
  url: routing_url,
  typeDefs: parse(readFileSync(resolve(dirname(list), schema.file), "utf8")),
}));

const { errors = [], hints = [], supergraphSdl } = composeServices(services);
for (const each of [...errors, ...hints]) console.error(each.toString());
if (errors.length || hints.length) process.exit(1);
process.stdout.write(supergraphSdl);
