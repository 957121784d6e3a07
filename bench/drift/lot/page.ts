// The report of a lot to hand to its vendor: one HTML file that asks nothing of the network.

import * as Plot from "@observablehq/plot";
import { type Chart, drawPlot } from "../charts.ts";
import { escapeHtml, htmlPage } from "../page.ts";
import { type LotReport, type LotVerdict, lotFacts } from "./report.ts";

/** Tokens drawn: more would be thinner than a line. */
const MOST_DRAWN = 600;
/** Rows of the table: a page that a browser opens at once. */
const MOST_ROWS = 5000;
const VERDICTS: readonly LotVerdict["verdict"][] = [
  "out-of-specification",
  "inconsistent",
  "unread",
  "undecided",
  "in-specification",
];
const COLORS: Readonly<Record<LotVerdict["verdict"], string>> = {
  "in-specification": "var(--good)",
  undecided: "var(--warn)",
  "out-of-specification": "var(--bad)",
  inconsistent: "var(--bad)",
  unread: "var(--bad)",
};
const WORDS: Readonly<Record<LotVerdict["verdict"], string>> = {
  "in-specification": "in specification",
  undecided: "undecided",
  "out-of-specification": "out of specification",
  inconsistent: "of no one clock",
  unread: "not readable",
};

/** The page of a lot. */
export function lotPage(report: LotReport): string {
  const { counts, verdicts, specPpm } = report;
  const decided = counts["in-specification"] + counts["out-of-specification"];
  const bad = counts["out-of-specification"] + counts.inconsistent + counts.unread;
  return htmlPage({
    title: `Acceptance of lot ${report.lot}`,
    headline: `${counts["in-specification"]} of ${verdicts.length} in specification`,
    subline:
      `${bad} to be replaced, ${counts.undecided} undecided; ${decided} clocks are decided ` +
      `against ±${specPpm} ppm by guaranteed intervals, none by an estimate.`,
    facts: lotFacts(report),
    charts: verdicts.some(({ ratePpm }) => ratePpm !== null)
      ? [rateChart(report), offsetChart(report)]
      : [],
    faults: [],
    sections: [table(verdicts)],
    notes: report.notes,
    data: report,
  });
}

interface Bar {
  readonly at: number;
  readonly serial: string;
  readonly low: number;
  readonly high: number;
  readonly color: string;
}

/** Tokens in the order of the middle of their interval; of too many an even choice. */
function barsOf(
  { verdicts }: LotReport,
  of: (one: LotVerdict) => { readonly low: number; readonly high: number } | null,
): readonly Bar[] {
  const all = verdicts
    .flatMap((one) => {
      const range = of(one);
      return range === null || !Number.isFinite(range.high - range.low) ? [] : [{ one, range }];
    })
    .sort((a, b) => a.range.low + a.range.high - b.range.low - b.range.high);
  const stride = Math.max(1, all.length / MOST_DRAWN);
  return Array.from({ length: Math.min(all.length, MOST_DRAWN) }, (_, at) => {
    const { one, range } = all[Math.floor(at * stride)] as (typeof all)[number];
    return { at: at + 1, serial: one.serial, ...range, color: COLORS[one.verdict] };
  });
}

function intervalMarks(bars: readonly Bar[], clip: number) {
  const strokeWidth = Math.max(1, Math.min(6, 500 / bars.length));
  const inside = (value: number): number => Math.max(-clip, Math.min(clip, value));
  return [
    Plot.ruleX(bars, {
      x: "at",
      y1: ({ low }: Bar) => inside(low),
      y2: ({ high }: Bar) => inside(high),
      stroke: "color",
      strokeWidth,
    }),
    Plot.dot(bars, {
      x: "at",
      y: ({ low, high }: Bar) => inside((low + high) / 2),
      r: Math.max(1, Math.min(3, strokeWidth)),
      fill: "color",
    }),
  ];
}

function rateChart(report: LotReport): Chart {
  const { specPpm } = report;
  const bars = barsOf(report, ({ ratePpm }) => ratePpm);
  // A token without a bound would press all others flat.
  const ends = bars.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]).sort(byNumber);
  const clip = Math.max(4 * specPpm, 1.1 * (ends[Math.floor(ends.length * 0.9)] ?? 0));
  const marks = [
    Plot.rectY([{ x1: 0.5, x2: bars.length + 0.5 }], {
      x1: "x1",
      x2: "x2",
      y1: -specPpm,
      y2: specPpm,
      fill: "var(--band)",
    }),
    Plot.ruleY([-specPpm, specPpm], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
    Plot.ruleY([0], { stroke: "var(--rule)" }),
    ...intervalMarks(bars, clip),
  ];
  const axes = {
    x: { label: "tokens, slowest first", ticks: [], domain: [0.5, bars.length + 0.5] },
    y: { label: "rate, ppm", grid: true, domain: [-clip, clip] },
    color: { type: "identity" as const },
  };
  return {
    title: "Rates against the specification",
    svg: drawPlot({ ...axes, marks }, "guaranteed rate of every token, and the specification"),
    reading:
      `Each bar is the interval in which a token's rate surely lies: wholly inside the band of ` +
      `±${specPpm} ppm it is in specification (green), wholly outside it is not (red), and one ` +
      "that crosses the dashed line is undecided until a later reading makes it shorter. What " +
      "lies beyond the plot is drawn at its edge.",
  };
}

function offsetChart(report: LotReport): Chart {
  const bars = barsOf(report, ({ offsetSeconds }) => offsetSeconds);
  const most = Math.max(30, ...bars.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const marks = [
    Plot.ruleY([-30, 30], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
    Plot.ruleY([0], { stroke: "var(--rule)" }),
    ...intervalMarks(bars, most),
  ];
  const axes = {
    x: { label: "tokens, furthest behind first", ticks: [], domain: [0.5, bars.length + 0.5] },
    y: { label: "token minus host, s", grid: true, domain: [-most, most] },
    color: { type: "identity" as const },
  };
  return {
    title: "Where the clocks are now",
    svg: drawPlot({ ...axes, marks }, "offset of every token at its last reading"),
    reading:
      "Each bar is where a token's clock surely was at its last reading; beyond the dashed lines " +
      "it is more than a step of 30 s off, and needs a wide search when it is enrolled.",
  };
}

function table(verdicts: readonly LotVerdict[]): string {
  const sorted = [...verdicts].sort(
    (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict),
  );
  const rows = sorted.slice(0, MOST_ROWS).map(rowOf).join("");
  const more =
    verdicts.length > MOST_ROWS
      ? `<p>${verdicts.length - MOST_ROWS} more tokens are in the CSV file.</p>`
      : "";
  const head = ["serial number", "verdict", "rate, ppm", "offset, s", "decided by", "why"];
  return (
    '<section><h2>Every token</h2><div class="wide"><table class="lot"><thead><tr>' +
    `${head.map((title) => `<th>${title}</th>`).join("")}</tr></thead><tbody>${rows}` +
    `</tbody></table></div>${more}</section>`
  );
}

function rowOf(one: LotVerdict): string {
  const name = { "in-specification": "in", undecided: "undecided" }[one.verdict as string] ?? "out";
  const cells = [
    one.serial,
    WORDS[one.verdict],
    rangeText(one.ratePpm, 2),
    rangeText(one.offsetSeconds, 1),
    one.undecidedUntil?.slice(0, 10) ?? "",
    one.verdict === "inconsistent" || one.verdict === "unread" ? one.text : "",
  ];
  return `<tr>${cells
    .map((cell, at) => `<td${at === 1 ? ` class="${name}"` : ""}>${escapeHtml(cell)}</td>`)
    .join("")}</tr>`;
}

function rangeText(
  range: { readonly low: number; readonly high: number } | null,
  digits: number,
): string {
  if (range === null || !Number.isFinite(range.high - range.low)) return "";
  return `${range.low.toFixed(digits)} to ${range.high.toFixed(digits)}`;
}

function byNumber(a: number, b: number): number {
  return a - b;
}
