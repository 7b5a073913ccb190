// Compiles the unit tests for Node, each file with what it imports; tools/packages.ts and GraphiQL stay out.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { glossary } from "../tools/glossary.ts";

const TESTS = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(TESTS).filter((name) => /\.test\.tsx?$/.test(name));

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [glossary()],
  logLevel: "warn",
  build: {
    ssr: true,
    // Below portal/, where the packages are, and in a folder that is never committed.
    outDir: "node_modules/.tests",
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: files.map((name) => TESTS + name),
      // A test may import what the portal loads on demand.
      checks: { ineffectiveDynamicImport: false },
    },
  },
});
