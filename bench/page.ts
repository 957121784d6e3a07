// A result as one HTML page: bars with their spread, contenders of a race beside each other, goals
// and whether they are met.

import { escapeHtml, htmlPage } from "./drift/page.ts";
import { formatFigure, formatGoal } from "./print.ts";
import type { BenchResult } from "./run.ts";
import { type Measurement, meetsGoal } from "./workload.ts";

/** Above this ratio of the longest bar to the shortest the scale is logarithmic. */
const WIDEST_LINEAR = 30;
/** Length of the shortest bar on a logarithmic scale, percent. */
const LEAST_PERCENT = 4;

const STYLE = `<style>
.bars td{padding:3px 12px 3px 0;border:0}.bars .at{width:46%;min-width:160px}
.bar{position:relative;height:14px;background:var(--band);border-radius:3px}
.bar i{position:absolute;top:0;bottom:0;left:0;background:var(--accent);border-radius:3px}
.bar b{position:absolute;top:5px;height:4px;background:var(--ink);opacity:.55;border-radius:2px}
.bars .n{text-align:right;white-space:nowrap}
</style>`;

/** The whole page. */
export function benchPage(result: BenchResult): string {
  const { machine, measurements, absent, notes, warnings, durationMs } = result;
  const goals = measurements.filter(({ goal }) => goal !== undefined);
  const met = goals.filter(meetsGoal);
  return htmlPage({
    title: "oathbed bench",
    headline: goals.length === 0 ? "measured" : `${met.length} of ${goals.length} goals met`,
    subline: "Medians; the dark line on a bar is its spread, the 5th to the 95th percentile.",
    facts: [
      ["processor", machine.processor],
      ["cores", String(machine.cores)],
      ["platform", `${machine.platform}, Node ${machine.node}`],
      ["time for each figure", `${formatFigure(durationMs)} ms`],
    ],
    charts: [],
    faults: warnings,
    notes: [
      ...notes,
      ...absent.map(
        (one) => `not measured: ${one.suite} ${one.subject}, ${one.name}: ${one.reason}`,
      ),
    ],
    sections: [STYLE, ...groups(measurements).map(section)],
    data: result,
  });
}

/** Figures of one suite, one thing measured and one unit: their bars have one scale. */
function groups(measurements: readonly Measurement[]): readonly (readonly Measurement[])[] {
  const byWhat = Map.groupBy(measurements, ({ suite, name, unit }) => {
    // Ratios of a race stand together, whomever they are against.
    const [what = name] = unit === "times" ? name.split(": against ") : [name];
    return JSON.stringify([suite, what, unit]);
  });
  return [...byWhat.values()];
}

function section(group: readonly Measurement[]): string {
  const [first] = group as [Measurement, ...Measurement[]];
  const [what = first.name] =
    first.unit === "times" ? first.name.split(": against ") : [first.name];
  const scale = scaleOf(group);
  const rows = group.map((one) => row(one, scale)).join("");
  const scaleNote = scale.isLog ? "<p>The bars' scale is logarithmic.</p>" : "";
  return (
    `<section><h2>${escapeHtml(`${first.suite}: ${what}, ${first.unit}`)}</h2>` +
    `<div class="wide"><table class="bars">${rows}</table></div>${scaleNote}</section>`
  );
}

interface Scale {
  readonly isLog: boolean;
  /** Percent of the longest bar. */
  readonly percentOf: (value: number) => number;
}

function scaleOf(group: readonly Measurement[]): Scale {
  const highest = Math.max(...group.map(({ high }) => high));
  const lowest = Math.min(...group.map(({ low, median }) => (low > 0 ? low : median)));
  const isLog = lowest > 0 && highest / lowest > WIDEST_LINEAR;
  const clamp = (percent: number): number => Math.min(100, Math.max(0, percent));
  if (!isLog) {
    const longest = highest > 0 ? highest : 1;
    return { isLog, percentOf: (value) => clamp((100 * value) / longest) };
  }
  const span = Math.log(highest / lowest);
  const percentOf = (value: number): number =>
    value <= 0
      ? 0
      : clamp(LEAST_PERCENT + ((100 - LEAST_PERCENT) * Math.log(value / lowest)) / span);
  return { isLog, percentOf };
}

function row(one: Measurement, { percentOf }: Scale): string {
  const { subject, name, unit, median, low, high, goal } = one;
  const [, against] = unit === "times" ? name.split(": against ") : [];
  const label = against === undefined ? subject : `${subject} ÷ ${against}`;
  const [from, to] = [percentOf(low), percentOf(high)].map((percent) => percent.toFixed(1));
  const width = (Number(to) - Number(from)).toFixed(1);
  const bar =
    `<div class="bar"><i style="width:${percentOf(median).toFixed(1)}%"></i>` +
    `<b style="left:${from}%;width:${width}%"></b></div>`;
  const verdict = goal === undefined ? "" : meetsGoal(one) ? "in" : "out";
  return (
    `<tr><td>${escapeHtml(label)}</td><td class="at">${bar}</td>` +
    `<td class="n" title="${escapeHtml(`${formatFigure(low)} to ${formatFigure(high)}`)}">` +
    `${escapeHtml(formatFigure(median))}</td>` +
    `<td class="${verdict}">${escapeHtml(formatGoal(one))}</td></tr>`
  );
}
