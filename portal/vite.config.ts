import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parse } from "smol-toml";
import { defineConfig, type Plugin } from "vite";
import { packages } from "./tools/packages";

const GLOSSARY = new URL("../docs/glossary.toml", import.meta.url);
const GROUPS = ["level", "outcome", "about", "track", "stage", "act", "kind", "tier", "rank", "authority"];

type Term = { vi: string; en: string; code: string | string[] };

/** `virtual:glossary`: the words of the law by `Enum.MEMBER`, as docs/glossary.toml has them. */
function glossary(): Plugin {
  const id = "virtual:glossary";
  return {
    name: "glossary",
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(source) {
      if (source !== `\0${id}`) return null;
      const groups = parse(readFileSync(GLOSSARY, "utf8")) as unknown as Record<string, Record<string, Term>>;
      const words: Record<string, [string, string]> = {};
      for (const group of GROUPS)
        for (const term of Object.values(groups[group] ?? {}))
          for (const code of [term.code].flat()) {
            const [enumeration, member] = code.slice(code.indexOf(":") + 1).split(".");
            // What follows a colon in English explains the word; a page has no room for it.
            if (member) words[`${enumeration}.${member}`] = [term.vi, term.en.split(":")[0] ?? term.en];
          }
      return `export default ${JSON.stringify(words)}`;
    },
  };
}

const SOURCES = new URL("./", import.meta.url);
const NOT_A_SOURCE = /^node_modules\/|^src\/graph\/generated\.ts$/;

/** `service/static/sources.sha256`: of which sources this is the build; a test holds that it is of the present ones. */
function sources(): Plugin {
  const hash = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
  return {
    name: "sources",
    generateBundle() {
      const names = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(SOURCES.pathname, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
        .filter((name) => !NOT_A_SOURCE.test(name))
        .sort();
      const lines = names.map((name) => `${hash(readFileSync(new URL(name, SOURCES)))}  ${name}\n`);
      this.emitFile({ type: "asset", fileName: "sources.sha256", source: `${hash(lines.join(""))}\n` });
    },
  };
}

/** GraphiQL's style sheet brings 330 KiB of fonts; the page has those of the system, which draw Vietnamese. */
function withoutFonts(): Plugin {
  return {
    name: "without-fonts",
    enforce: "pre",
    transform: (code, id) => (id.endsWith("graphiql/dist/style.css") ? code.replace(/@font-face\s*\{[^}]*\}/g, "") : null),
  };
}

const instead = (name: string) => new URL(`src/graphiql/instead/${name}.ts`, SOURCES).pathname;

export default defineConfig({
  base: "/",
  // Two pages, each built by itself: none waits for a part that it has in common with the other.
  builder: {},
  environments: {
    client: { build: { rolldownOptions: { input: "index.html" } } },
    graphiql: {
      consumer: "client",
      build: {
        emptyOutDir: false,
        assetsDir: "assets/graphiql",
        chunkSizeWarningLimit: 1500,
        // One script: whoever opens the page needs all of it.
        rolldownOptions: { input: "graphiql.html", output: { codeSplitting: false } },
      },
    },
  },
  plugins: [glossary(), withoutFonts(), packages(), sources()],
  resolve: { alias: { entities: instead("entities"), "react-style-singleton": instead("react-style-singleton") } },
  // By this the package graphql knows that it is built for use, and leaves out its checks for developers.
  define: { "globalThis.process": "true" },
  // While one works on the views: `make run` beside, and `npm run dev` for what changes.
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
