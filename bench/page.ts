// A result as one HTML page: bars with their spread, contenders of a race beside each other, goals
// and whether they are met.

import { escapeHtml, htmlPage } from "./drift/page.ts";
import { isBusy } from "./machine.ts";
import { absentLines, formatFigure, formatGoal, formatSpread } from "./print.ts";
import type { BenchResult } from "./run.ts";
import { type GoalVerdict, goalVerdict, type Measurement, meetsGoal } from "./workload.ts";

/** Above this ratio of the longest bar to the shortest the scale is logarithmic. */
const WIDEST_LINEAR = 30;
/** Length of the shortest bar on a logarithmic scale, percent. */
const LEAST_PERCENT = 4;

/** Classes of the page's colours. */
const COLOURS: Readonly<Record<GoalVerdict, string>> = {
  met: "in",
  missed: "out",
  "missed-within-spread": "undecided",
  "missed-when-busy": "undecided",
};

const STYLE = `<style>
.row{display:grid;grid-template-columns:minmax(0,10.5rem) minmax(0,1fr) 10.5rem;column-gap:14px;
align-items:center;padding:4px 0;font-size:14px;font-variant-numeric:tabular-nums}
.row .n{text-align:right}.row small{display:block;color:var(--muted);font-size:12px}
.row .goal{grid-column:2/4;font-size:13px}
.bar{position:relative;height:16px;background:var(--band);border-radius:3px}
.bar i{position:absolute;top:0;bottom:0;left:0;background:var(--accent);opacity:.6;border-radius:3px}
.bar b{position:absolute;top:4px;height:8px;min-width:2px;border:solid var(--ink);border-width:0 2px;
background:linear-gradient(var(--ink),var(--ink)) center/100% 2px no-repeat}
.bar u{position:absolute;top:-3px;bottom:-3px;width:0;border-left:2px dashed var(--warn)}
@media (max-width:640px){.row{grid-template-columns:minmax(0,1fr) 9.8rem}.row .label{grid-column:1/3}
.row .goal{grid-column:1/3}.row{padding:7px 0}}
</style>`;

/** The whole page. */
export function benchPage(result: BenchResult): string {
  const { machine, measurements, absent, notes, warnings, durationMs } = result;
  const goals = measurements.filter(({ goal }) => goal !== undefined);
  const met = goals.filter(meetsGoal);
  return htmlPage({
    title: "oathbed bench",
    headline: goals.length === 0 ? "measured" : `${met.length} of ${goals.length} goals met`,
    subline:
      "Medians; the line with two ends on a bar is its spread, the 5th to the 95th percentile; " +
      "a dashed mark is the goal.",
    facts: [
      ["processor", machine.processor],
      ["cores", String(machine.cores)],
      ["platform", `${machine.platform}, Node ${machine.node}`],
      ["time for each figure", `${formatFigure(durationMs)} ms`],
      ["load before", `${machine.load}`],
    ],
    charts: [],
    faults: warnings,
    faultsTitle: "Before you trust these figures",
    notes: [...notes, ...absentLines(absent).map((line) => `not measured: ${line}`)],
    sections: [
      STYLE,
      missedSection(goals, isBusy(machine)),
      ...groups(measurements).map((group) => section(group, isBusy(machine))),
    ],
    data: result,
  });
}

/** What is missed and how, before all the bars; nothing where all is met. */
function missedSection(goals: readonly Measurement[], isBusyThere: boolean): string {
  const items = goals.flatMap((one) => {
    const verdict = goalVerdict(one, isBusyThere);
    if (verdict === undefined || verdict === "met") return [];
    const { suite, subject, name, unit, median } = one;
    const figure = `${formatFigure(median)} ${unit} (${formatSpread(one)})`;
    return [
      `<li>${escapeHtml(`${suite} ${subject}, ${name}: ${figure}; `)}` +
        `<span class="${COLOURS[verdict]}">${escapeHtml(formatGoal(one, isBusyThere))}</span></li>`,
    ];
  });
  if (items.length === 0) return "";
  return `<section><h2>Goals missed</h2><ul>${items.join("")}</ul></section>`;
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

function section(group: readonly Measurement[], isBusyThere: boolean): string {
  const [first] = group as [Measurement, ...Measurement[]];
  const [what = first.name] =
    first.unit === "times" ? first.name.split(": against ") : [first.name];
  const scale = scaleOf(group);
  const rows = group.map((one) => row(one, scale, isBusyThere)).join("");
  const scaleNote = scale.isLog ? "<p>The bars' scale is logarithmic.</p>" : "";
  return (
    `<section><h2>${escapeHtml(`${first.suite}: ${what}, ${first.unit}`)}</h2>` +
    `${rows}${scaleNote}</section>`
  );
}

interface Scale {
  readonly isLog: boolean;
  /** Percent of the longest bar. */
  readonly percentOf: (value: number) => number;
}

function scaleOf(group: readonly Measurement[]): Scale {
  const goals = group.flatMap(({ goal }) => (goal === undefined ? [] : [goal.value]));
  const highest = Math.max(...goals, ...group.map(({ high }) => high));
  const lowest = Math.min(...goals, ...group.map(({ low, median }) => (low > 0 ? low : median)));
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

function row(one: Measurement, { percentOf }: Scale, isBusyThere: boolean): string {
  const { subject, name, unit, median, low, high, goal, slices } = one;
  const [, against] = unit === "times" ? name.split(": against ") : [];
  const label = against === undefined ? subject : `${subject} ÷ ${against}`;
  const at = (value: number): string => percentOf(value).toFixed(1);
  const width = (percentOf(high) - percentOf(low)).toFixed(1);
  const spread = slices > 1 ? `<b style="left:${at(low)}%;width:${width}%"></b>` : "";
  const mark = goal === undefined ? "" : `<u style="left:${at(goal.value)}%"></u>`;
  const verdict = goalVerdict(one, isBusyThere);
  const goalCell =
    verdict === undefined
      ? ""
      : `<span class="goal ${COLOURS[verdict]}">${escapeHtml(formatGoal(one, isBusyThere))}</span>`;
  return (
    `<div class="row"><span class="label">${escapeHtml(label)}</span>` +
    `<div class="bar"><i style="width:${at(median)}%"></i>${spread}${mark}</div>` +
    `<span class="n">${escapeHtml(formatFigure(median))}` +
    `<small>${escapeHtml(formatSpread(one))}</small></span>${goalCell}</div>`
  );
}
