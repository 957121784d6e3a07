// A fleet result as one self-contained HTML page: its tables, and plots with how to read them.

import { escapeHtml, htmlPage } from "../drift/page.ts";
import { attackerChart, driftChart, lockOutChart, sweepChart, tradeOffChart } from "./charts.ts";
import type { Table } from "./format.ts";
import {
  driftTable,
  resultNotes,
  resultTable,
  sweepSentence,
  sweepTable,
  yearsText,
} from "./format.ts";
import { type FleetResult, rowsOf } from "./result.ts";
import { familyOf, type Sweep } from "./sweep.ts";

/** More lines than this cannot be told apart in a plot. */
const MOST_LINES = 8;

/** The whole page. */
export function fleetPage(result: FleetResult, sweep?: Sweep): string {
  const { spec, totals } = result;
  const shown = shownPolicies(result, sweep);
  const hidden = spec.policies.length - shown.length;
  return htmlPage({
    title: `Fleet of ${totals.tokens.toLocaleString("en-US")} tokens over ${yearsText(spec.years)}`,
    ...(sweep === undefined ? kindest(result) : cheapest(sweep)),
    facts: [
      ["clock", `${spec.clock.name}: ${spec.clock.summary}`],
      ["logins", spec.rhythms.map(({ name }) => name).join(", ")],
      ["policies", String(spec.policies.length)],
      ["random seed", String(spec.randomSeed)],
    ],
    charts: [
      sweep === undefined ? tradeOffChart(result) : sweepChart(sweep),
      attackerChart(result, shown),
      ...spec.rhythms.map((_, at) => lockOutChart(result, at, shown)),
      ...totals.drift.map((_, at) => driftChart(result, at)),
    ],
    faults: [],
    notes: [
      ...resultNotes(result),
      ...(hidden === 0
        ? []
        : [`plots show ${shown.length} of ${spec.policies.length} policies, the table shows all`]),
    ],
    sections: [
      ...(sweep === undefined
        ? []
        : [tableSection("Policies at their worst rhythm", sweepTable(sweep))]),
      tableSection("Policies", resultTable(result)),
      tableSection("Drift since enrollment", driftTable(result)),
    ],
  });
}

interface Headline {
  readonly headline: string;
  readonly subline: string;
}

function cheapest(sweep: Sweep): Headline {
  return {
    headline: sweep.cheapest?.policy ?? "no policy",
    subline: `${sentence(sweepSentence(sweep))}.`,
  };
}

/** The policy that refuses the fewest at its worst rhythm. */
function kindest(result: FleetResult): Headline {
  const rows = rowsOf(result).filter(({ counts }) => counts.logins > 0);
  const [best] = result.spec.policies
    .flatMap(({ name }) => {
      const own = rows.filter(({ policy }) => policy === name);
      return own.toSorted((a, b) => b.rejectsPer1000 - a.rejectsPer1000).slice(0, 1);
    })
    .toSorted((a, b) => a.rejectsPer1000 - b.rejectsPer1000);
  if (best === undefined) return { headline: "no login", subline: "No token logged in." };
  return {
    headline: best.policy,
    subline:
      `refuses the fewest logins: ${best.rejectsPer1000.toFixed(2)} in 1,000 at its worst ` +
      `(${best.rhythm}), comparing with ${best.meanCodes.toFixed(2)} codes on average.`,
  };
}

/** Of too many for a plot those on the curve, and of each other family the kindest to users. */
function shownPolicies({ spec }: FleetResult, sweep: Sweep | undefined): readonly string[] {
  const names = spec.policies.map(({ name }) => name);
  if (names.length <= MOST_LINES || sweep === undefined) return names.slice(0, MOST_LINES);
  const shown = new Set(
    sweep.points
      .filter(({ policy, isOnCurve }) => isOnCurve || policy === sweep.cheapest?.policy)
      .map(({ policy }) => policy)
      .slice(0, MOST_LINES - 2),
  );
  const families = new Set([...shown].map(familyOf));
  for (const { policy } of sweep.points.toSorted((a, b) => a.rejectsPer1000 - b.rejectsPer1000)) {
    if (families.has(familyOf(policy)) || shown.size === MOST_LINES) continue;
    families.add(familyOf(policy));
    shown.add(policy);
  }
  return names.filter((name) => shown.has(name));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function tableSection(title: string, { header, rows }: Table): string {
  const cells = (row: readonly string[], tag: "th" | "td"): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells(row, "td")).join("");
  const table = `<table><thead>${cells(header, "th")}</thead><tbody>${body}</tbody></table>`;
  return `<section><h2>${escapeHtml(title)}</h2><div class="wide">${table}</div></section>`;
}
