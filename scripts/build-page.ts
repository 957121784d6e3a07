// The wizard page as browsers load it, made by Vite of service/page/web:
//
//   node scripts/build-page.ts FOLDER
//
// `npm run build` puts it into dist; `oathbed serve` in a checkout makes it when it is first wanted
// (service/page/assets.ts). Hashed names, no inlined files: the page's policy allows neither inline
// scripts nor data: URLs.

import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const SOURCE = fileURLToPath(new URL("../service/page/web", import.meta.url));

/**
 * Builds the page into `folder`, which is replaced in one step: two builds at once leave one of
 * the two, whole.
 */
export async function buildPage(folder: string): Promise<void> {
  const target = resolve(folder);
  const fresh = `${target}.${randomUUID()}`;
  await build({
    configFile: false,
    root: SOURCE,
    // Relative, so that the page works wherever the service puts it.
    base: "./",
    logLevel: "warn",
    publicDir: false,
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
  put(fresh, target);
}

/**
 * Puts a folder in another's place. Of two builds of the same sources the first stays: somebody may
 * be reading it.
 */
function put(fresh: string, target: string): void {
  const old = `${fresh}.old`;
  const index = join(target, "index.html");
  try {
    if (isSame(join(fresh, "index.html"), index)) {
      const now = new Date();
      utimesSync(index, now, now);
      return;
    }
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // The other of two builds was faster.
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(code) || !existsSync(index)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** The page names its files by their content: the same page is the same build. */
function isSame(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write("build-page.ts: name the folder to build into\n");
    process.exit(2);
  }
  await buildPage(folder);
}
