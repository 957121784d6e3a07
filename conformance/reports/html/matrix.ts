// The matrix: cases by subjects, grouped by suite, each cell opening its details.

import type { Level } from "../../case.ts";
import type { CaseResult, Report, ReportSubject, Status } from "../../report.ts";
import { countOf, STATUS_SIGNS, STATUSES, tally } from "../verdict.ts";
import { type Html, html, NOTHING, when } from "./markup.ts";
import { anchorOf } from "./shared.ts";

/** More columns than these are narrower. */
const MANY_SUBJECTS = 7;

/** Filters and the table; nothing when there are no results. */
export function matrixSection(report: Report): Html {
  if (report.results.length === 0) return NOTHING;
  const subjects = report.subjects.filter(({ name }) =>
    report.results.some((result) => result.subject === name),
  );
  const suites = groupBy(report.results, (result) => result.suite);
  const heads = subjects.map(
    ({ name, kind }) =>
      html`<th scope="col"><span>${breakable(name)}</span><small>${kind}</small></th>`,
  );
  return html`<section id="matrix" aria-labelledby="matrix-title">
<h2 id="matrix-title">Matrix</h2>
<p class="quiet lead">A row for each case, a column for each subject. Choose a cell to see the
requirement, the checks and the wire log. Counts are of cases that hold, out of those that apply.</p>
${filters(report, [...suites.keys()])}
<div class="scroll" tabindex="0" role="region" aria-labelledby="matrix-title">
<table class="matrix${subjects.length > MANY_SUBJECTS ? " many" : ""}">
<thead><tr><th scope="col">Case</th>${heads}</tr></thead>
${[...suites].map(([name, results]) => suiteRows(report, subjects, name, results))}
</table></div>
<p class="empty" hidden>No case fits the filters. <button type="button" data-reset>Show all</button></p>
</section>`;
}

function suiteRows(
  report: Report,
  subjects: readonly ReportSubject[],
  name: string,
  results: readonly CaseResult[],
): Html {
  const cases = groupBy(results, (result) => result.id);
  const counts = subjects.map(({ name: subject }) =>
    suiteCell(results.filter((result) => result.subject === subject)),
  );
  return html`<tbody data-suite="${name}">
<tr class="suite"><th scope="rowgroup"><button type="button" aria-expanded="true" data-fold>
<span>${name}</span></button> <small>${countOf(cases.size, "case")}</small></th>${counts}</tr>
${[...cases.values()].map((own) => caseRow(report, subjects, own))}
</tbody>`;
}

/** How many hold of those that apply, in the colour of the worst. */
function suiteCell(results: readonly CaseResult[]): Html {
  if (results.length === 0) return html`<td></td>`;
  const { pass, skip, fail, error, xpass, warn } = tally(results);
  const tone = fail + error + xpass > 0 ? "fail" : warn > 0 ? "warn" : pass > 0 ? "pass" : "skip";
  return html`<td><span class="count ${tone}">${pass}/${results.length - skip}</span></td>`;
}

function caseRow(
  report: Report,
  subjects: readonly ReportSubject[],
  results: readonly CaseResult[],
): Html {
  const [first] = results;
  if (first === undefined) return NOTHING;
  const { id, title, level, aliases, requirement } = first;
  const words = [id, title, ...aliases, requirement.text, requirement.source]
    .join(" ")
    .toLowerCase();
  return html`<tr class="case" data-level="${level}" data-words="${words}">
<th scope="row"><span class="title">${title}</span>
<small><code>${id}</code> ${levelBadge(level)}</small></th>
${subjects.map(({ name }) =>
  cell(
    report,
    results.find((result) => result.subject === name),
  ),
)}</tr>`;
}

function cell(report: Report, result: CaseResult | undefined): Html {
  if (result === undefined) return html`<td></td>`;
  const { status, subject, title, reason } = result;
  const label = `${status}: ${title}, on ${subject}`;
  return html`<td><a class="cell ${status}" data-status="${status}" data-open
 href="#${anchorOf(report, result)}" aria-label="${label}" title="${reason === "" ? status : `${status}: ${reason}`}"
>${STATUS_SIGNS[status]}</a></td>`;
}

/** A name that may break after its punctuation. */
function breakable(name: string): Html {
  const parts = name.split(/(?<=[:/@_])/);
  return html`${parts.map((part, at) => (at === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

function levelBadge(level: Level): Html {
  return html`<span class="level">${level}</span>`;
}

/** Hidden where there is no script. */
function filters(report: Report, suites: readonly string[]): Html {
  const counts = tally(report.results);
  const levels = [...new Set(report.results.map((result) => result.level))];
  const statuses: readonly Status[] = [...STATUSES]
    .reverse()
    .filter((status) => counts[status] > 0);
  const chips = statuses.map(
    (status) => html`<button type="button" class="chip ${status}" aria-pressed="false"
 data-status="${status}"><span aria-hidden="true">${STATUS_SIGNS[status]}</span> ${status}
 <b>${counts[status]}</b></button>`,
  );
  return html`<form class="filters" role="search" aria-label="Filter the matrix">
<div class="chips" role="group" aria-label="Status">${chips}</div>
${choice("suite", "Suite", "all suites", suites)}
${when(levels.length > 1, () => choice("level", "Level", "all levels", levels))}
<label><span class="label">Text</span>
<input type="search" name="text" placeholder="id, title, requirement" autocomplete="off"></label>
<button type="button" data-fold-all>Unfold all</button>
<output aria-live="polite"></output>
</form>`;
}

function choice(name: string, label: string, all: string, values: readonly string[]): Html {
  const options = values.map((value) => html`<option value="${value}">${value}</option>`);
  return html`<label><span class="label">${label}</span>
<select name="${name}"><option value="">${all}</option>${options}</select></label>`;
}

function groupBy(
  results: readonly CaseResult[],
  keyOf: (result: CaseResult) => string,
): ReadonlyMap<string, readonly CaseResult[]> {
  return Map.groupBy(results, keyOf);
}
