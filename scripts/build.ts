// npm run build: what an installed oathbed runs, in dist/. tsc emits JavaScript, declarations and
// the JSON files that are imported; this script does the three things tsc does not.
//
// - Our own files named by `new URL("./child.ts", import.meta.url)` get the ending they have in
//   dist. A check keeps all names of that form (scripts/house/manners.ts).
// - The page for browsers is built (scripts/build-page.ts).
// - Files that are read by path at run time are copied: the list below.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build-page.ts";
import { withBuiltPaths } from "./house/built-paths.ts";

/** Read by path at run time, not imported: files and folders, from the root. */
const ASSETS: readonly string[] = ["bench/peers", "conformance/expectations"];

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");

rmSync(DIST, { recursive: true, force: true });
compile();
const emitted = readdirSync(DIST, { recursive: true, encoding: "utf8" });
for (const path of emitted.filter((name) => name.endsWith(".js"))) renameScripts(join(DIST, path));
for (const asset of ASSETS.filter((path) => existsSync(join(ROOT, path)))) {
  cpSync(join(ROOT, asset), join(DIST, asset), { recursive: true });
}
await buildPage(join(DIST, "service", "page", "built"));
process.stderr.write(`dist: ${emitted.filter((name) => name.endsWith(".js")).length} modules\n`);

/** Ends the script with tsc's messages when there are errors. */
function compile(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const tsc = join(typescript, "bin", "tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
      timeout: 120_000,
    });
  } catch {
    process.stderr.write("tsc found errors; dist is not complete\n");
    process.exit(1);
  }
}

function renameScripts(path: string): void {
  const text = readFileSync(path, "utf8");
  const renamed = withBuiltPaths(text);
  if (renamed !== text) writeFileSync(path, renamed);
}
