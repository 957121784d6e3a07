// The automated accessibility check: axe-core, all of its rules of WCAG 2.2 A and AA and its best
// practices.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the check finds in a view: `rule: element`. Nothing is how it should be. */
export async function accessFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(`if (!window.axe) { ${AXE}\n }`);
  return page.evaluate(`axe.run(document, {
    resultTypes: ["violations"],
    // Of styles from elsewhere and of media, of which the page has none.
    preload: false,
  }).then((found) =>
    found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 200) + " " + failureSummary)
    ))`);
}
