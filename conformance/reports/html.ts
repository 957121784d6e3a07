// The report as one self-contained HTML file.

import type { Report } from "../report.ts";
import { oneLine } from "../run/printing.ts";
import { verdictOf } from "./verdict.ts";
import { escapeXml } from "./xml.ts";

/** The report as one HTML file that asks nothing of the network. */
export function htmlReport(report: Report): string {
  const { headline, sentence } = verdictOf(report);
  const rows = report.results.map(
    (r) => `<li>${escapeXml(oneLine(`${r.status} ${r.subject} ${r.id}`))}</li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>oathbed</title>
<h1>${escapeXml(headline)}</h1><p>${escapeXml(sentence)}</p><ul>${rows.join("\n")}</ul></html>\n`;
}
