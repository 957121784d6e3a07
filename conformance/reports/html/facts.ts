// What was judged, what did not apply, and where it was done.

import type { CaseResult, Report, ReportSubject } from "../../report.ts";
import { tally, tallyText } from "../verdict.ts";
import { statusBar } from "./header.ts";
import { type Html, html, NOTHING, when } from "./markup.ts";

/** A card for each token, server and pair. */
export function subjectsSection({ subjects, results }: Report): Html {
  if (subjects.length === 0) return NOTHING;
  const cards = subjects.map((subject) =>
    subjectCard(
      subject,
      results.filter((result) => result.subject === subject.name),
    ),
  );
  return html`<section id="subjects" aria-labelledby="subjects-title">
<h2 id="subjects-title">Subjects</h2>
<div class="cards">${cards}</div>
</section>`;
}

/** Why cases were skipped: reasons, the most frequent first. */
export function skipsSection({ results }: Report): Html {
  const skipped = results.filter((result) => result.status === "skip");
  if (skipped.length === 0) return NOTHING;
  const groups = [...Map.groupBy(skipped, (result) => result.reason)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const rows = groups.map(([reason, group]) => {
    const subjects = [...new Set(group.map((result) => result.subject))].join(", ");
    return html`<tr><td class="number">${group.length}</td><td>${reason}</td><td>${subjects}</td></tr>`;
  });
  return html`<section id="skips" aria-labelledby="skips-title">
<h2 id="skips-title">Not applicable</h2>
<div class="scroll"><table class="plain"><thead><tr><th scope="col" class="number">Cases</th>
<th scope="col">Why they were skipped</th><th scope="col">On</th></tr></thead>
<tbody>${rows}</tbody></table></div>
</section>`;
}

/** The computer the run was made on. */
export function environmentSection({ environment, tool }: Report): Html {
  const facts = [{ name: tool.name, value: tool.version }, ...environment];
  return html`<section id="environment" aria-labelledby="environment-title">
<h2 id="environment-title">Environment</h2>
<div class="card">${factList(facts)}</div>
</section>`;
}

function subjectCard(subject: ReportSubject, results: readonly CaseResult[]): Html {
  const { name, kind, driver, description, facts, unavailable } = subject;
  const counts = tally(results);
  const all = [{ name: "driver", value: driver }, ...facts];
  return html`<article class="card">
<h3>${name} <small>${kind}</small></h3>
<p class="quiet">${description}</p>
${when(unavailable !== "", () => html`<p class="unavailable"><strong>Not judged.</strong> ${unavailable}</p>`)}
${when(
  results.length > 0,
  () => html`${statusBar(counts, `Results of ${name}`)}<p class="quiet">${tallyText(counts)}</p>`,
)}
${factList(all)}
</article>`;
}

function factList(facts: ReportSubject["facts"]): Html {
  const rows = facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<dl class="facts">${rows}</dl>`;
}
