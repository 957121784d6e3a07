// The plots of a fleet: what policies cost users, what they give attackers, and how clocks walked.

import * as Plot from "@observablehq/plot";
import { type Chart, drawPlot } from "../drift/charts.ts";
import { driftBinsOf } from "./drift-bins.ts";
import { secondsText } from "./format.ts";
import { type Label, spreadLabels } from "./labels.ts";
import { driftRowsOf, type FleetResult, rowsOf } from "./result.ts";
import { familyOf, type Sweep } from "./sweep.ts";

type Marks = NonNullable<Plot.PlotOptions["marks"]>;

/** Rejects below this are drawn at this: a logarithmic axis has no 0. */
const LEAST_REJECTS = 0.05;
/** Where that axis begins: what is drawn at the least stands clear of its numbers. */
const REJECTS_FLOOR = 0.025;
const MOST_REJECTS = 1000;
const LABEL_ROOM = 220;
/** Bars of a histogram, about. */
const BARS = 50;
/** Share of a plot's height that a line of text takes. */
const TEXT_SHARE = 0.055;

const TICKS: readonly number[] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1].flatMap((one) => [
  one,
  2 * one,
  5 * one,
]);

const REJECTS = {
  type: "log",
  label: "rejected logins in 1,000",
  domain: [REJECTS_FLOOR, MOST_REJECTS],
  clamp: true,
  grid: true,
  ticks: [0.1, 1, 10, 100, 1000],
  tickFormat: plainNumber,
} as const;
const REJECT_DECADES: number = Math.log10(MOST_REJECTS / REJECTS_FLOOR);

/** Users refused against codes let in, a point each policy and rhythm. */
export function tradeOffChart(result: FleetResult): Chart {
  const judged = rowsOf(result).filter(({ counts }) => counts.logins > 0);
  const points = judged.map((row) => ({
    x: row.meanCodes,
    y: Math.max(row.rejectsPer1000, LEAST_REJECTS),
    policy: row.policy,
    text: result.spec.rhythms.length === 1 ? row.policy : `${row.policy}, ${row.rhythm}`,
  }));
  const marks: Marks = [
    Plot.dot(points, { x: "x", y: "y", fill: "policy", r: 5 }),
    ...labelMarks(spreadLog(points)),
  ];
  const x = { label: "codes compared with a login's, on average", nice: true, grid: true };
  const color = { domain: result.spec.policies.map(({ name }) => name) };
  const drawn = { x, y: REJECTS, color, marginRight: LABEL_ROOM, height: 340, marks };
  return {
    title: "Users refused against codes let in",
    svg: drawPlot(drawn, "rejected logins by codes compared with"),
    reading:
      "Each point is a policy at one rhythm of logins: the lower, the fewer users are refused (a " +
      "line is ten times as many), the further left, the fewer codes an attacker may hit; the " +
      "best lie bottom left.",
  };
}

/** The sweep: rejects against the chance of a guess, and what lies within the limits. */
export function sweepChart({ limits, cheapest, points: all }: Sweep): Chart {
  const judged = all.filter(({ guess }) => Number.isFinite(guess));
  const points = judged.map((point) => ({
    x: point.guess,
    y: Math.min(MOST_REJECTS, Math.max(point.rejectsPer1000, LEAST_REJECTS)),
    policy: point.policy,
    text: point.policy,
    family: familyOf(point.policy),
    isOnCurve: point.isOnCurve,
  }));
  // Room for the labels, which stand left of the line: nothing else does.
  const lowest = Math.min(...points.map(({ x }) => x), limits.maxGuess) / 2.5;
  const highest = Math.max(...points.map(({ x }) => x), limits.maxGuess) * 1.3;
  const curve = points.filter(({ isOnCurve }) => isOnCurve).sort((a, b) => a.x - b.x);
  const chosen = points.filter(({ policy }) => policy === cheapest?.policy);
  const named = points.filter(({ policy, isOnCurve }) => isOnCurve || policy === cheapest?.policy);
  const allowed = [
    { x1: lowest, x2: limits.maxGuess, y1: REJECTS_FLOOR, y2: limits.maxRejectsPer1000 },
  ];
  const marks: Marks = [
    Plot.rect(allowed, {
      x1: "x1",
      x2: "x2",
      y1: "y1",
      y2: "y2",
      fill: "var(--good)",
      opacity: 0.12,
    }),
    Plot.line(curve, { x: "x", y: "y", stroke: "var(--muted)" }),
    Plot.dot(points, { x: "x", y: "y", r: 4, fill: "family", symbol: "family" }),
    Plot.dot(chosen, { x: "x", y: "y", r: 9, stroke: "var(--good)", strokeWidth: 2.5 }),
    Plot.text(spreadLog(named), {
      x: "x",
      y: "y",
      text: "text",
      dx: -10,
      dy: 4,
      textAnchor: "end",
      fill: "var(--ink)",
    }),
    ...familyMarks(points, highest),
  ];
  const x = {
    type: "log" as const,
    label: "chance that a guess is right before the throttle locks",
    domain: [lowest, highest],
    grid: true,
    ticks: TICKS.filter((tick) => tick >= lowest && tick <= highest),
    tickFormat: (share: number) => share.toExponential(0),
  };
  const drawn = { x, y: REJECTS, marginRight: 110, height: 420, marks };
  return {
    title: "The trade-off",
    svg: drawPlot(drawn, "rejected logins by the chance of a guess"),
    reading:
      "Each point is a policy at its worst rhythm, its color and shape are how it finds its window. No policy " +
      "lies below the line; those in the green field keep both limits, and the one in the ring " +
      "is the cheapest of them: it checks the fewest codes.",
  };
}

/** What an attacker achieves who guesses as much as the throttle lets through. */
export function attackerChart(result: FleetResult, shown: readonly string[]): Chart {
  const rows = rowsOf(result)
    .filter(({ policy, guessAYear }) => shown.includes(policy) && Number.isFinite(guessAYear))
    .map(({ policy, rhythm, guessAYear }) => ({ policy, rhythm, y: 100 * guessAYear }));
  const most = Math.max(0.1, ...rows.map(({ y }) => y));
  const marks: Marks = [
    Plot.barX(rows, { x: "y", y: "policy", fy: "rhythm", fill: "policy" }),
    Plot.text(rows, {
      x: "y",
      y: "policy",
      fy: "rhythm",
      text: ({ y }: { y: number }) => `${y.toPrecision(2)} %`,
      dx: 4,
      textAnchor: "start",
    }),
  ];
  const rhythms = new Set(rows.map(({ rhythm }) => rhythm)).size;
  return {
    title: "An attacker's success within a year",
    svg: drawPlot(
      {
        x: { label: "% of accounts that guessing opens", domain: [0, 1.12 * most], grid: true },
        y: { label: null, domain: shown },
        fy: { label: null, domain: result.spec.rhythms.map(({ name }) => name) },
        color: { domain: shown },
        marginLeft: LABEL_ROOM - 20,
        marginRight: 60,
        height: 60 + rhythms * (14 + 24 * shown.length),
        marks,
      },
      "attacker's success a year by policy",
    ),
    reading:
      "Of accounts that are guessed at for a year, as fast as the throttle allows, this share is " +
      "opened: a lock that ends by itself lets guesses go on, one that an operator lifts stops " +
      "them, and each login of the user forgets the failures before it.",
  };
}

/** How many tokens have needed help so far. */
export function lockOutChart(
  { spec, totals }: FleetResult,
  rhythm: number,
  shown: readonly string[],
): Chart {
  const quarters = spec.years * 4;
  const points = spec.policies.flatMap(({ name }, at) => {
    if (!shown.includes(name)) return [];
    const cell = totals.cells[at * spec.rhythms.length + rhythm];
    let sum = 0;
    const later = (cell?.lockedOutByQuarter ?? []).slice(0, quarters).map((count, quarter) => {
      sum += count;
      return { x: (quarter + 1) / 4, y: (100 * sum) / (cell?.counts.enrolled || 1), name };
    });
    return [{ x: 0, y: 0, name }, ...later];
  });
  const ends = points
    .filter(({ x }) => x === spec.years)
    .map(({ x, y, name }) => ({ x, y, text: `${name}: ${y.toFixed(y < 10 ? 1 : 0)} %` }));
  const most = Math.max(1, ...ends.map(({ y }) => y)) * 1.05;
  const marks: Marks = [
    Plot.line(points, { x: "x", y: "y", stroke: "name", strokeWidth: 2 }),
    ...labelMarks(spreadLabels(ends, most * TEXT_SHARE, 0)),
  ];
  const axes = {
    x: { label: "years since enrollment" },
    y: { label: "% of tokens", domain: [0, most], grid: true },
    color: { domain: shown },
  };
  const { name = "" } = spec.rhythms[rhythm] ?? {};
  return {
    title: `Tokens locked out at least once, ${name} logins`,
    svg: drawPlot(
      { ...axes, marginRight: LABEL_ROOM, height: 320, marks },
      `tokens locked out, ${name}`,
    ),
    reading:
      "A line rises when users must call for help for the first time, after three codes were " +
      "refused; where it ends is the share of tokens that needed help at least once.",
  };
}

/** How far clocks have walked, several bins to a bar. */
export function driftChart(result: FleetResult, at: number): Chart {
  const bins = driftBinsOf(result.spec)[at] as ReturnType<typeof driftBinsOf>[number];
  const { after, quantiles } = driftRowsOf(result)[at] as ReturnType<typeof driftRowsOf>[number];
  const {
    "p0.1": lowest = 0,
    "p99.9": highest = 0,
    "p2.5": low = 0,
    "p97.5": high = 0,
  } = quantiles;
  const most = (bins.bins / 2) * bins.widthSeconds;
  const reach = Math.min(
    most,
    1.2 * Math.max(Math.abs(lowest), Math.abs(highest), 4 * bins.widthSeconds),
  );
  const width = Math.max(1, Math.round((2 * reach) / BARS / bins.widthSeconds)) * bins.widthSeconds;
  const bars = new Map<number, number>();
  for (const [bin, count] of (result.totals.drift[at] ?? []).entries()) {
    const from = Math.floor(((bin - 1 - bins.bins / 2) * bins.widthSeconds) / width) * width;
    if (Math.abs(from) <= reach) bars.set(from, (bars.get(from) ?? 0) + count);
  }
  const data = [...bars].map(([from, count]) => ({ from, to: from + width, count }));
  const marks: Marks = [
    Plot.rectY(data, { x1: "from", x2: "to", y: "count", fill: "var(--accent)" }),
    Plot.ruleX([0], { stroke: "var(--ink)" }),
    Plot.ruleX([low, high], { stroke: "var(--warn)", strokeDasharray: "4 3" }),
  ];
  const axes = {
    x: { label: "seconds that the clock gained (negative: lost) since enrollment" },
    y: { label: `tokens, in bars of ${secondsText(width)}`, grid: true },
  };
  return {
    title: `Drift after ${after}`,
    svg: drawPlot({ ...axes, marks }, `drift after ${after}`),
    reading:
      "Each bar counts the tokens whose clock walked so far; 95 % of them lie between the dashed " +
      `lines, at ${secondsText(low)} and ${secondsText(high)}. A step of a code is 30 s.`,
  };
}

function labelMarks(labels: readonly Label[]): Marks {
  return [
    Plot.text(labels, {
      x: "x",
      y: "y",
      text: "text",
      dx: 10,
      textAnchor: "start",
      fill: "var(--ink)",
    }),
  ];
}

/** Labels on the logarithmic axis of rejects, moved apart. */
function spreadLog(labels: readonly Label[]): readonly Label[] {
  const logs = labels.map((label) => ({ ...label, y: Math.log10(label.y) }));
  return spreadLabels(logs, REJECT_DECADES * TEXT_SHARE * 0.8).map((label) => ({
    ...label,
    y: 10 ** label.y,
  }));
}

/** What the colors mean, at the right of the plot. */
function familyMarks(points: readonly { readonly family: string }[], x: number): Marks {
  const families = [...new Set(points.map(({ family }) => family))];
  const lines = families.map((family, at) => ({ x, y: MOST_REJECTS / 2.2 ** at, family }));
  return [
    Plot.dot(lines, { x: "x", y: "y", fill: "family", symbol: "family", r: 4, dx: 14 }),
    Plot.text(lines, { x: "x", y: "y", text: "family", dx: 24, textAnchor: "start" }),
  ];
}

function plainNumber(value: number): string {
  return value.toLocaleString("en-US");
}
