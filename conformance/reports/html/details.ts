// One case on one subject in full: requirement, checks, notes and wire log. With a script each
// opens beside the matrix; without one they are a list at the end.

import type { Check } from "../../checks.ts";
import type { CaseResult, Report, ReportWireLine, Status } from "../../report.ts";
import { durationText, spanText, wireTimeText } from "../format.ts";
import { STATUS_MEANINGS, STATUS_SIGNS } from "../verdict.ts";
import { WIRE_FOLDER, wireFileName } from "../wire-text.ts";
import { type Html, html, NOTHING, when } from "./markup.ts";
import { anchorOf, commandCode, type PageInput } from "./shared.ts";

/** The details of all results. */
export function detailsSection({ report, mostChecks }: PageInput): Html {
  const items = report.results.map((result) => detailsItem(report, result, mostChecks));
  return html`<section id="details" aria-labelledby="details-title">
<h2 id="details-title">Every result</h2>
${items}
</section>`;
}

/** A check that failed or holds, with both values where they differ. */
export function checkRow({ what, expected, actual, ok }: Check): Html {
  if (ok) {
    return html`<li class="check ok"><span class="sign pass" aria-label="holds">✓</span>
<span class="what">${what} <code>${actual}</code></span></li>`;
  }
  return html`<li class="check not-ok"><span class="sign fail" aria-label="does not hold">✗</span>
<span class="what">${what}</span>
<dl><div><dt>expected</dt><dd><code>${expected}</code></dd></div>
<div><dt>actual</dt><dd><code>${actual}</code></dd></div></dl></li>`;
}

/** The sign of a status and its word. */
export function signOf(status: Status): Html {
  return html`<span class="badge ${status}"><span aria-hidden="true">${STATUS_SIGNS[status]}</span>
${status}</span>`;
}

function detailsItem(report: Report, result: CaseResult, mostChecks: number): Html {
  const { id, subject, status, title } = result;
  return html`<details class="result">
<summary>${signOf(status)} <span>${title}</span> <span class="subject">${subject}</span></summary>
<article id="${anchorOf(report, result)}" data-name="${id} on ${subject}">
${article(result, mostChecks)}
</article>
</details>`;
}

function article(result: CaseResult, mostChecks: number): Html {
  const { id, aliases, subject, status, title, level, requirement, reason, repeat } = result;
  return html`<h3>${title}</h3>
<p class="where">${signOf(status)} <span class="quiet">${STATUS_MEANINGS[status]}</span></p>
<p class="where"><span class="subject">${subject}</span> <code>${[id, ...aliases].join(" ")}</code></p>
${when(reason !== "", () => html`<p class="reason">${reason}</p>`)}
<h4>Requirement</h4>
<blockquote><p>${requirement.text}</p><footer>${level}, ${requirement.source}</footer></blockquote>
${checksPart(result, mostChecks)}
${notesPart(result)}
${wirePart(result)}
<h4>Repeat it</h4>
<p class="repeat">${commandCode(repeat)}</p>
<p class="quiet">${timesText(result)}</p>`;
}

function checksPart({ checks }: CaseResult, mostChecks: number): Html {
  if (checks.length === 0) return NOTHING;
  const failed = checks.filter((check) => !check.ok);
  const room = Math.max(0, mostChecks - failed.length);
  const holding = checks.filter((check) => check.ok).slice(0, room);
  const shown = checks.filter((check) => !check.ok || holding.includes(check));
  const kept = shown.slice(0, mostChecks);
  const left = checks.length - kept.length;
  return html`<h4>Checks</h4>
<ul class="checks">${kept.map(checkRow)}</ul>
${when(left > 0, () => html`<p class="quiet">${left} more are in report.json</p>`)}`;
}

function notesPart({ notes }: CaseResult): Html {
  if (notes.length === 0) return NOTHING;
  return html`<h4>Notes</h4><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

function wirePart(result: CaseResult): Html {
  const { wire, wireLinesCut } = result;
  if (wire.length === 0) return NOTHING;
  const cut = html`<p class="quiet">${wireLinesCut} lines are left out here; the whole log is in
<a href="${WIRE_FOLDER}/${encodeURIComponent(wireFileName(result))}">${WIRE_FOLDER}/${wireFileName(result)}</a></p>`;
  return html`<h4>Wire log <span class="quiet">seconds, direction, message</span></h4>
<pre class="wire" tabindex="0" aria-label="Wire log"><code>${wire.map(wireLine)}</code></pre>
${when(wireLinesCut > 0, () => cut)}`;
}

function wireLine({ atUs, direction, text }: ReportWireLine): Html {
  const time = wireTimeText(atUs).padStart(12);
  return html`<span class="line ${direction}"><i>${time} ${ARROWS[direction]}</i> ${text}
</span>`;
}

const ARROWS: Readonly<Record<ReportWireLine["direction"], string>> = {
  "to-token": "→",
  "from-token": "←",
  event: "·",
};

function timesText({ simulatedUs, durationMs }: CaseResult): string {
  return `Simulated time: ${spanText(simulatedUs)}. Host time: ${durationText(durationMs)}.`;
}
