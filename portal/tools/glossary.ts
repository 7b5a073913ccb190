// The words of the law for the portal, from the glossary of the project.
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import type { Plugin } from "vite";

const GLOSSARY = new URL("../../docs/glossary.toml", import.meta.url);
const GROUPS = ["level", "outcome", "about", "track", "stage", "act", "kind", "tier", "rank", "authority"];

type Term = { vi: string; en: string; code: string | string[] };

/** `virtual:glossary`: the terms of the law by `Enum.MEMBER`, from docs/glossary.toml. */
export function glossary(): Plugin {
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
            // In English, the text after a colon explains the term; the portal leaves it out.
            if (member) words[`${enumeration}.${member}`] = [term.vi, term.en.split(":")[0] ?? term.en];
          }
      return `export default ${JSON.stringify(words)}`;
    },
  };
}
