// What asks for work: each broken requirement with the check that shows it and how to repeat it.

import type { CaseResult, Report } from "../../report.ts";
import { asksForWork, STATUSES } from "../verdict.ts";
import { checkRow, signOf } from "./details.ts";
import { type Html, html, NOTHING, when } from "./markup.ts";
import { anchorOf, commandCode } from "./shared.ts";

const MOST_ITEMS = 50;
const MOST_CHECKS = 3;

/** The results that ask for work, worst first; empty when there are none. */
export function workSection(report: Report): Html {
  const results = STATUSES.flatMap((status) =>
    report.results.filter((result) => result.status === status && asksForWork(result)),
  );
  if (results.length === 0) return NOTHING;
  const left = results.length - MOST_ITEMS;
  return html`<section id="work" aria-labelledby="work-title">
<h2 id="work-title">To look at</h2>
<ol class="work">${results.slice(0, MOST_ITEMS).map((result) => workItem(report, result))}</ol>
${when(left > 0, () => html`<p class="quiet">${left} more are in the matrix below.</p>`)}
</section>`;
}

function workItem(report: Report, result: CaseResult): Html {
  const { id, subject, status, title, level, requirement, reason, checks, repeat } = result;
  const failed = checks.filter((check) => !check.ok);
  const left = failed.length - MOST_CHECKS;
  return html`<li class="card">
<h3>${signOf(status)} <a href="#${anchorOf(report, result)}" data-open>${title}</a></h3>
<p class="where"><span class="subject">${subject}</span> <code>${id}</code></p>
<blockquote><p>${requirement.text}</p><footer>${level}, ${requirement.source}</footer></blockquote>
${when(
  failed.length > 0,
  () => html`<ul class="checks">${failed.slice(0, MOST_CHECKS).map(checkRow)}</ul>`,
)}
${when(left > 0, () => html`<p class="quiet">and ${left} more failed checks</p>`)}
${when(reason !== "", () => html`<p class="reason">${reason}</p>`)}
<p class="repeat"><span class="quiet">Repeat it</span> ${commandCode(repeat)}</p>
</li>`;
}
