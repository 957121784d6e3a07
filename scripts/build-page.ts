// The wizard page as browsers load it, made by Vite of service/page/web:
//
//   node scripts/build-page.ts FOLDER
//
// `npm run build` puts it into dist; `oathbed serve` in a checkout makes it when it is first wanted
// (service/page/assets.ts). Hashed names, no inlined files: the page's policy allows neither inline
// scripts nor data: URLs.

import { randomUUID } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
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
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const code = error instanceof Error && "code" in error ? error.code : "";
    // The other of two builds was faster.
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write("build-page.ts: name the folder to build into\n");
    process.exit(2);
  }
  await buildPage(folder);
}
