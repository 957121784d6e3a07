// The report as one self-contained HTML file: verdict, matrix, clocks, figures and every detail.

import type { Report } from "../report.ts";
import { MAX_WIRE_BYTES } from "../run/wire-excerpt.ts";
import { fitReport, MAX_REPORT_WIRE_BYTES } from "./fit.ts";
import { page } from "./html/page.ts";

/** Largest HTML file made, bytes, as long as leaving things out can help. */
export const MAX_HTML_BYTES: number = 10_000_000;

/** Tried in turn until the file is small enough. */
const ROOMS: readonly { readonly reportBytes: number; readonly mostChecks: number }[] = [
  { reportBytes: MAX_REPORT_WIRE_BYTES, mostChecks: 800 },
  { reportBytes: 4_000_000, mostChecks: 100 },
  { reportBytes: 1_000_000, mostChecks: 20 },
  { reportBytes: 0, mostChecks: 5 },
];

/**
 * The report as one HTML file, at most 10 MB: it asks nothing of the network, works without a
 * script as a list, with one as a matrix whose cells open. What had to be left out is said on top.
 */
export function htmlReport(whole: Report): string {
  let text = "";
  for (const { reportBytes, mostChecks } of ROOMS) {
    const { report, cut } = fitReport(whole, { cellBytes: MAX_WIRE_BYTES, reportBytes });
    const cuts = cutTexts(whole, cut.length, mostChecks);
    text = page({ report, mostChecks, cuts });
    if (Buffer.byteLength(text) <= MAX_HTML_BYTES) break;
  }
  return text;
}

function cutTexts(whole: Report, logs: number, mostChecks: number): readonly string[] {
  const cells = whole.results.filter((result) => result.checks.length > mostChecks).length;
  return [
    ...(logs === 0 ? [] : [`To keep this file small, ${logs} wire logs are cut; each says where.`]),
    ...(cells === 0
      ? []
      : [`To keep this file small, the checks of ${cells} results are cut; report.json has all.`]),
  ];
}
