// The top of the page: the verdict, what it rests on, and what asks for something.

import type { Report } from "../../report.ts";
import { durationText, momentText } from "../format.ts";
import {
  countOf,
  STATUS_MEANINGS,
  STATUS_SIGNS,
  STATUSES,
  type Tally,
  tally,
  type Verdict,
  verdictOf,
} from "../verdict.ts";
import { type Html, html, NOTHING, when } from "./markup.ts";
import { commandCode } from "./shared.ts";

/** Verdict, proportions of the statuses, and the facts of the run. */
export function headerSection(report: Report, navigation: Html): Html {
  const { kind, headline, sentence } = verdictOf(report);
  const counts = tally(report.results);
  return html`<header class="verdict-${TONES[kind]}">
<div class="brand"><span class="mark" aria-hidden="true">${MARK}</span><span>oathbed</span>
<span class="quiet">conformance report</span></div>
<h1>${headline}</h1>
<p class="sentence">${sentence}</p>
${statusBar(counts, `Results by status: ${report.results.length} in all`)}
<ul class="legend">${legend(counts)}</ul>
<dl class="run-facts">
${fact("Started", momentText(report.startedAt))}
${fact("Took", durationText(report.durationMs))}
${fact("Judged", countOf(report.subjects.filter((s) => s.unavailable === "").length, "subject"))}
${fact("Random seed", String(report.randomSeed))}
<div class="wide"><dt>Command</dt><dd>${commandCode(report.command)}</dd></div>
</dl>
${navigation}
</header>`;
}

/** What asks for something, and what this file leaves out. */
export function noticesSection(notices: readonly string[], cuts: readonly string[]): Html {
  if (notices.length + cuts.length === 0) return NOTHING;
  const items = [...notices, ...cuts].map((notice) => html`<li>${notice}</li>`);
  return html`<aside class="notices" aria-label="Notices"><ul>${items}</ul></aside>`;
}

/** Shares of the statuses as one bar. */
export function statusBar(counts: Tally, label: string): Html {
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  let x = 0;
  const parts = [...STATUSES].reverse().map((status) => {
    const width = total === 0 ? 0 : (100 * counts[status]) / total;
    const part = html`<rect class="fill-${status}" x="${x.toFixed(2)}" y="0"
 width="${width.toFixed(2)}" height="4"/>`;
    x += width;
    return when(counts[status] > 0, () => part);
  });
  return html`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img"
 aria-label="${label}"><rect class="fill-none" width="100" height="4"/>${parts}</svg>`;
}

function legend(counts: Tally): readonly Html[] {
  return [...STATUSES]
    .reverse()
    .filter((status) => counts[status] > 0)
    .map(
      (
        status,
      ) => html`<li><span class="sign ${status}" aria-hidden="true">${STATUS_SIGNS[status]}</span>
<strong>${counts[status]}</strong> ${status} <span class="quiet">${STATUS_MEANINGS[status]}</span></li>`,
    );
}

function fact(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

const TONES: Readonly<Record<Verdict["kind"], "good" | "caution" | "bad">> = {
  passed: "good",
  warned: "caution",
  "nothing-ran": "caution",
  interrupted: "caution",
  failed: "bad",
  broken: "bad",
};

/** A token's display: six digits' places and the seconds left. */
const MARK: Html = html`<svg viewBox="0 0 32 20" width="32" height="20"><rect x="1" y="1" width="30"
 height="18" rx="5" class="mark-case"/><path d="M7 10h2M12 10h2M17 10h2M22 10h3"
 class="mark-digits"/></svg>`;
