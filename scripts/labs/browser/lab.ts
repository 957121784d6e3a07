// The browser lab: the wizard page in Debian's Chromium, without a window.

import { fileURLToPath } from "node:url";
import { buildPage } from "../../build-page.ts";
import { type Counts, labFiles, runTests, vitestArguments } from "../testing/vitest-run.ts";

/** Runs all of it. @param filters parts of file names */
export async function runBrowserLab(filters: readonly string[]): Promise<Counts> {
  await buildPage(fileURLToPath(new URL("../../../.cache/page", import.meta.url)));
  return runTests("vitest", vitestArguments(labFiles("browser", filters)));
}
