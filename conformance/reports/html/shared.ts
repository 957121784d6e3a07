// What the parts of the page share.

import type { CaseResult, Report } from "../../report.ts";

/** What the page is made from. */
export interface PageInput {
  readonly report: Report;
  /** Checks that hold shown in a cell; those that do not hold are shown beyond it. */
  readonly mostChecks: number;
  /** Sentences on what was left out to keep the file small. */
  readonly cuts: readonly string[];
}

/** Anchor of a result's details, by its place in the report. */
export function anchorOf(report: Report, result: CaseResult): string {
  return `r-${report.results.indexOf(result)}`;
}
