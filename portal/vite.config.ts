import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { glossary } from "./tools/glossary";
import { packages } from "./tools/packages";

const SOURCES = new URL("./", import.meta.url);
/** A change of these changes nothing of the build. */
const NOT_A_SOURCE = /^(node_modules|tests)\/|^\.oxlintrc\.json$|^src\/graph\/generated\.ts$/;

const hash = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

/** `service/static/sources.sha256`: the hash of the sources of this build; a test compares it with the present sources. */
function sources(): Plugin {
  return {
    name: "sources",
    generateBundle() {
      const names = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(SOURCES.pathname, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
        .filter((name) => !NOT_A_SOURCE.test(name))
        .toSorted();
      const lines = names.map((name) => `${hash(readFileSync(new URL(name, SOURCES)))}  ${name}\n`);
      this.emitFile({ type: "asset", fileName: "sources.sha256", source: `${hash(lines.join(""))}\n` });
    },
  };
}

/** Drops 330 KiB of fonts from the style sheet of GraphiQL; the fonts of the system have the Vietnamese letters. */
function withoutFonts(): Plugin {
  return {
    name: "without-fonts",
    enforce: "pre",
    transform: (code, id) => (id.endsWith("graphiql/dist/style.css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : null),
  };
}

const substitute = (name: string) => new URL(`src/graphiql/substitutes/${name}.ts`, SOURCES).pathname;

export default defineConfig({
  base: "/",
  // Two pages, built separately: neither loads a chunk of the other.
  builder: {},
  environments: {
    client: { build: { rolldownOptions: { input: "index.html" } } },
    graphiql: {
      consumer: "client",
      build: {
        emptyOutDir: false,
        assetsDir: "assets/graphiql",
        chunkSizeWarningLimit: 1500,
        // A single script: the page needs all of it at once.
        rolldownOptions: { input: "graphiql.html", output: { codeSplitting: false } },
      },
    },
  },
  plugins: [glossary(), withoutFonts(), packages(), sources()],
  resolve: { alias: { entities: substitute("entities"), "react-style-singleton": substitute("react-style-singleton") } },
  // Makes the package graphql leave out its checks for development.
  define: { "globalThis.process": "true" },
  // For development: `npm run dev`, with the service of `make run` behind it.
  server: { proxy: Object.fromEntries(["/graphql", "/portal.json", "/demonstration", "/documents"].map((path) => [path, "http://127.0.0.1:8000"])) },
  build: {
    outDir: "../service/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
    },
  },
});
