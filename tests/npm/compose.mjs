// Composes subgraphs by one of two implementations: {by, subgraphs: [{name, url, sdl}]} from stdin, JSON to stdout.
import { readFileSync } from "node:fs";
import * as apollo from "@apollo/composition";
import * as guild from "@theguild/federation-composition";
import { parse } from "graphql";

const { by, subgraphs } = JSON.parse(readFileSync(0, "utf8"));
const composers = { apollo, guild };
const found = composers[by].composeServices(subgraphs.map(({ sdl, ...one }) => ({ ...one, typeDefs: parse(sdl) })));
const said = (each) => each.map((one) => `${one.definition?.code ?? one.extensions?.code}: ${one.message}`);
const { errors, hints, supergraphSdl } = found;
process.stdout.write(JSON.stringify({ errors: said(errors ?? []), hints: said(hints ?? []), supergraphSdl }));
