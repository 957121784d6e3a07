// npm run docs:performance: docs/performance.md from the run that is saved beside it.
//
//   oathbed bench --duration 2000 --save docs/performance.json     on a quiet machine
//   npm run docs:performance

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { performancePage } from "../bench/markdown.ts";
import { parseResult } from "../bench/result-file.ts";

/** The saved run. */
export const SAVED_RUN: string = fileURLToPath(
  new URL("../docs/performance.json", import.meta.url),
);
/** The page that is made of it. */
export const PERFORMANCE_PAGE: string = fileURLToPath(
  new URL("../docs/performance.md", import.meta.url),
);

/** The text of the page, from the saved run. */
export async function performanceText(): Promise<string> {
  return performancePage(parseResult(await readFile(SAVED_RUN, "utf8"), "docs/performance.json"));
}

if (import.meta.main) {
  await writeFile(PERFORMANCE_PAGE, await performanceText());
  process.stdout.write("docs/performance.md: written\n");
}
