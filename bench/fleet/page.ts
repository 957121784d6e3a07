// A fleet result as one self-contained HTML page: its tables, and plots with how to read them.

import * as Plot from "@observablehq/plot";
import { type Chart, drawPlot } from "../drift/charts.ts";
import { escapeHtml, htmlPage } from "../drift/page.ts";
import type { Table } from "./format.ts";
import { driftTable, resultNotes, resultTable, sweepSentence, sweepTable } from "./format.ts";
import { driftRowsOf, type FleetResult, rowsOf } from "./result.ts";
import type { Sweep } from "./sweep.ts";
import { DRIFT_BINS } from "./totals.ts";

/** The whole page. */
export function fleetPage(result: FleetResult, sweep?: Sweep): string {
  const { spec, totals } = result;
  const best = rowsOf(result).toSorted((a, b) => a.rejectsPer1000 - b.rejectsPer1000)[0];
  return htmlPage({
    title: `Fleet of ${totals.tokens.toLocaleString("en-US")} tokens, ${spec.clock.name}`,
    headline: `${spec.years} years`,
    subline:
      sweep !== undefined
        ? `${sweepSentence(sweep)}.`
        : `Fewest rejects: ${best?.policy} with ${best?.rhythm} logins, ` +
          `${best?.rejectsPer1000.toFixed(2)} in 1,000.`,
    facts: [
      ["clock", spec.clock.summary],
      ["logins", spec.rhythms.map(({ name }) => name).join(", ")],
      ["random seed", String(spec.randomSeed)],
    ],
    charts: [
      sweep === undefined ? tradeOffChart(result) : sweepChart(sweep),
      ...spec.rhythms.map((_, at) => lockOutChart(result, at)),
      ...DRIFT_BINS.map((_, at) => driftChart(result, at)),
    ],
    faults: [],
    notes: resultNotes(result),
    sections: [
      ...(sweep === undefined
        ? []
        : [tableSection("Policies at their worst rhythm", sweepTable(sweep))]),
      tableSection("Policies", resultTable(result)),
      tableSection("Drift since enrollment", driftTable(result)),
    ],
  });
}

const REJECTS = {
  type: "log",
  label: "rejected logins in 1,000",
  domain: [0.05, 1000],
  clamp: true,
  grid: true,
} as const;

function tradeOffChart(result: FleetResult): Chart {
  const points = rowsOf(result).map((row) => ({
    x: row.meanCodes,
    y: Math.max(row.rejectsPer1000, 0.05),
    policy: row.policy,
    logins: row.rhythm,
  }));
  const marks = [
    Plot.dot(points, { x: "x", y: "y", fill: "logins", r: 4 }),
    Plot.text(points, { x: "x", y: "y", text: "policy", dx: 7, textAnchor: "start" }),
  ];
  const axes = { x: { label: "codes compared with, on average" }, y: REJECTS };
  return {
    title: "Users refused against codes let in",
    svg: drawPlot(
      { ...axes, color: { legend: false }, marginRight: 90, marks },
      "rejects by codes",
    ),
    reading:
      "Each point is a policy at one rhythm. Lower is kinder to users, further left is harder to " +
      "guess and cheaper to compute: the best lie bottom left.",
  };
}

function sweepChart(sweep: Sweep): Chart {
  const { limits, cheapest } = sweep;
  const points = sweep.points.map((one) => ({
    x: one.guess,
    y: Math.max(one.rejectsPer1000, 0.05),
    policy: one.policy,
    isOnCurve: one.isOnCurve,
    isCheapest: one.policy === cheapest?.policy,
  }));
  const curve = points.filter(({ isOnCurve }) => isOnCurve).toSorted((a, b) => a.x - b.x);
  const named = points.filter((one) => one.isOnCurve || one.isCheapest);
  const marks = [
    Plot.ruleY([limits.maxRejectsPer1000], { stroke: "var(--warn)", strokeDasharray: "4 3" }),
    Plot.ruleX([limits.maxGuess], { stroke: "var(--warn)", strokeDasharray: "4 3" }),
    Plot.line(curve, { x: "x", y: "y", stroke: "var(--accent)" }),
    Plot.dot(points, { x: "x", y: "y", r: 3, fill: "var(--muted)" }),
    Plot.dot(
      points.filter(({ isCheapest }) => isCheapest),
      { x: "x", y: "y", r: 6, fill: "var(--good)" },
    ),
    Plot.text(named, { x: "x", y: "y", text: "policy", dx: 7, dy: -7, textAnchor: "start" }),
  ];
  const x = { type: "log", label: "chance of a guess before a lock" } as const;
  return {
    title: "Trade-off",
    svg: drawPlot({ x, y: REJECTS, marginRight: 120, height: 360, marks }, "rejects by guesses"),
    reading:
      "Each point is a policy at its worst rhythm. None lies below the curve; those within the " +
      "limits lie bottom left of where the dashed lines cross, and the green one checks the " +
      "fewest codes.",
  };
}

function lockOutChart({ spec, totals }: FleetResult, rhythm: number): Chart {
  const quarters = spec.years * 4;
  const points = spec.policies.flatMap(({ name }, at) => {
    const cell = totals.cells[at * spec.rhythms.length + rhythm];
    let sum = 0;
    const later = (cell?.lockedOutByQuarter ?? []).slice(0, quarters).map((count, quarter) => {
      sum += count;
      return { x: (quarter + 1) / 4, y: (100 * sum) / (cell?.counts.enrolled || 1), name };
    });
    return [{ x: 0, y: 0, name }, ...later];
  });
  const ends = points.filter(({ x }) => x === spec.years);
  const marks = [
    Plot.line(points, { x: "x", y: "y", stroke: "name" }),
    Plot.text(ends, { x: "x", y: "y", text: "name", dx: 6, textAnchor: "start" }),
  ];
  const axes = {
    x: { label: "years since enrollment" },
    y: { label: "% of tokens", domain: [0, 100], grid: true },
  };
  const { name = "" } = spec.rhythms[rhythm] ?? {};
  return {
    title: `Tokens locked out at least once, ${name} logins`,
    svg: drawPlot({ ...axes, marginRight: 120, marks }, `tokens locked out, ${name}`),
    reading:
      "Where a line rises users must call for help; where it ends is the share of tokens that " +
      "needed it at least once.",
  };
}

function driftChart(result: FleetResult, at: number): Chart {
  const bins = DRIFT_BINS[at] as (typeof DRIFT_BINS)[number];
  const { after, quantiles } = driftRowsOf(result)[at] as ReturnType<typeof driftRowsOf>[number];
  const ends = [quantiles["p0.1"] ?? 0, quantiles["p99.9"] ?? 0].map(Math.abs);
  const reach = 1.3 * Math.max(...ends, 4 * bins.widthSeconds);
  const bars = (result.totals.drift[at] ?? [])
    .map((count, bin) => {
      const from = (bin - 1 - bins.bins / 2) * bins.widthSeconds;
      return { from, to: from + bins.widthSeconds, count };
    })
    .filter(({ from }) => Math.abs(from) <= reach);
  const marks = [
    Plot.rectY(bars, { x1: "from", x2: "to", y: "count", fill: "var(--accent)" }),
    Plot.ruleX([0], { stroke: "var(--muted)" }),
  ];
  const axes = { x: { label: `seconds after ${after}` }, y: { label: "tokens", grid: true } };
  return {
    title: `Drift after ${after}`,
    svg: drawPlot({ ...axes, marks }, `drift after ${after}`),
    reading:
      "Each bar counts tokens whose clock walked so far since enrollment; 30 seconds are one step.",
  };
}

function tableSection(title: string, { header, rows }: Table): string {
  const cells = (row: readonly string[], tag: "th" | "td"): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells(row, "td")).join("");
  const table = `<table><thead>${cells(header, "th")}</thead><tbody>${body}</tbody></table>`;
  return `<section><h2>${escapeHtml(title)}</h2><div class="wide">${table}</div></section>`;
}
