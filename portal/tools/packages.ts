// Records the npm packages of a page: an inventory (CycloneDX) beside the build, and their licences among its files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

type Package = { name: string; version: string; license: string; folder: string };

const LICENSE_FILE = /^(licen[sc]e|copying|notice)/i;

/** The folder of the package of a module; null for a source of the portal. */
function folderOf(module: string): string | null {
  const path = module.replace(/^\0/, "").split("?")[0] ?? "";
  const [, before, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return before && name ? join(before, name) : null;
}

function read(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
  if (!name || !version || typeof license !== "string") throw new Error(`${folder}: no name, version or license`);
  return { name, version, license, folder };
}

/** The texts of a package's licence files; only the name of the licence if it has no such file. */
function notice({ name, version, license, folder }: Package): string {
  const texts = readdirSync(folder)
    .filter((file) => LICENSE_FILE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").normalize("NFC").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

const component = ({ name, version, license }: Package) => ({
  type: "library",
  name,
  version,
  purl: `pkg:npm/${name.replace(/^@/, "%40")}@${version}`,
  licenses: [{ expression: license }],
});

/** Emits `packages/PAGE.json`, and `notices-….txt` beside the scripts of the page. */
export function packages(): Plugin {
  return {
    name: "packages",
    generateBundle(_, bundle) {
      // A style sheet is part of the build, but of no script.
      const styles = [...this.getModuleIds()].filter((module) => /\.css(\?|$)/.test(module));
      const scripts = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      const folders = new Set([...scripts, ...styles].map(folderOf).filter((folder) => folder !== null && existsSync(folder)));
      const listed = [...(folders as Set<string>)].map(read);
      listed.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
      const page = this.environment.name === "client" ? "portal" : this.environment.name;
      this.emitFile({ type: "asset", fileName: `packages/${page}.json`, source: `${JSON.stringify(listed.map(component), null, 1)}\n` });
      this.emitFile({ type: "asset", name: "notices.txt", source: `${listed.map(notice).join(`\n\n${"-".repeat(80)}\n\n`)}\n` });
    },
  };
}
