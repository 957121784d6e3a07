// What the parts of the page share.

import type { CaseResult, Report } from "../../report.ts";
import { type Html, html } from "./markup.ts";

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

/** A command to be copied; its lines break between words, not within `--random-seed`. */
export function commandCode(command: string): Html {
  const words = command.split(" ").map((word) => html`<span>${word}</span> `);
  return html`<code class="copy">${words}</code>`;
}
