// The plots of a measurement, drawn by Observable Plot on a document in memory: SVG as text, colors
// by the page's variables so that they follow its light or dark.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { polygonOf } from "../../core/drift/polygon.ts";
import type { DriftAnalysis } from "./analyze.ts";

/** A plot, and how to read it. */
export interface Chart {
  readonly title: string;
  /** SVG, with text as text. */
  readonly svg: string;
  /** One sentence. */
  readonly reading: string;
}

const WIDTH = 760;
/** Okabe and Ito's colors, which the color-blind tell apart, without the yellow: paper is white. */
const COLORS: readonly string[] = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#d55e00",
  "#56b4e9",
  "#cc79a7",
  "#7a6a53",
  "#8a8f98",
];
const HEIGHT = 280;
/** Times at which the band is worked out. */
const BAND_POINTS = 160;
/** An edge of so many times the width of the sharper ones says nothing beside them. */
const VAGUE = 5;
/** Edges that are shown whole, and how far a plot gives way for the others. */
const SHOWN_SHARE = 0.75;
const MOST_ZOOM = 4;
const HOUR = 3600;
const DAY = 86_400;

type Marks = NonNullable<Plot.PlotOptions["marks"]>;

/** Draws one plot; `label` tells those who hear the page what it shows. */
export function drawPlot({ color, ...options }: Plot.PlotOptions, label: string): string {
  const { document } = parseHTML("<html><body></body></html>");
  const drawn = Plot.plot({
    document: document as unknown as NonNullable<Plot.PlotOptions["document"]>,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 64,
    marginTop: 30,
    marginBottom: 40,
    className: "plot",
    style: { background: "none", fontSize: "12px" },
    ariaLabel: label,
    color: { type: "categorical", range: COLORS, ...color },
    ...options,
  });
  // On a phone it keeps its size, so that its text is read, and is scrolled.
  return `<div class="plot-box" tabindex="0" role="group" aria-label="${label}">${drawn.outerHTML}</div>`;
}

/** Every plot that has something to show. */
export function driftCharts(analysis: DriftAnalysis): readonly Chart[] {
  if (analysis.ratePpm === null || analysis.line === null) return [];
  return [
    bandChart(analysis),
    polygonChart(analysis),
    ...(analysis.edges.length > 1 ? [residualChart(analysis)] : []),
    ...(analysis.allan.length > 1 ? [allanChart(analysis)] : []),
    forecastChart(analysis),
  ];
}

/** Seconds shown in the unit that suits them. */
function timeScale(seconds: number): { readonly unit: string; readonly by: number } {
  if (seconds < 2 * HOUR) return { unit: "minutes", by: 60 };
  return seconds < 4 * DAY ? { unit: "hours", by: HOUR } : { unit: "days", by: DAY };
}

/** Offset of a time against the straight line of the estimate, milliseconds. */
function besideLine({ line, to }: DriftAnalysis, at: number, offset: number): number {
  return line === null ? 0 : (offset - line.offset - line.rate * (at - to)) * 1000;
}

/** Edges as bars beside the estimate: what the reads around each prove; vague ones are left out. */
function edgeBars(analysis: DriftAnalysis, by: number) {
  const widths = analysis.edges.map(({ low, high }) => high - low).sort((a, b) => a - b);
  const widest = VAGUE * (widths[Math.floor(widths.length / 4)] ?? 0);
  const sharp = analysis.edges.filter(({ low, high }) => high - low <= widest);
  return sharp.map(({ at, low, high, offset }) => ({
    x: at / by,
    low: besideLine(analysis, at, low),
    high: besideLine(analysis, at, high),
    middle: besideLine(analysis, at, offset),
  }));
}

/** Milliseconds to either side that show most edges whole: vague ones must not flatten them. */
function reachOf(bars: ReturnType<typeof edgeBars>, least: number): number {
  const ends = bars.map(({ low, high }) => Math.max(-low, high)).sort((a, b) => a - b);
  const most = ends[Math.floor(ends.length * SHOWN_SHARE)] ?? 0;
  return Math.max(1.15 * least, Math.min(1.15 * most, MOST_ZOOM * Math.max(least, ends[0] ?? 0)));
}

function bandChart(analysis: DriftAnalysis): Chart {
  const { clocks, from, to, faults, straySeconds } = analysis;
  const { unit, by } = timeScale(to - from);
  const band = Array.from({ length: BAND_POINTS + 1 }, (_, index) => {
    const at = from + ((to - from) * index * 1.25) / BAND_POINTS;
    const { low, high } = clocks.offsetAt(at);
    return {
      x: at / by,
      low: besideLine(analysis, at, low),
      high: besideLine(analysis, at, high),
    };
  });
  const bars = edgeBars(analysis, by);
  const reach = reachOf(bars, Math.max(...band.flatMap(({ low, high }) => [-low, high])));
  const marks: Marks = [
    Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: "var(--band)" }),
    Plot.lineY(band, { x: "x", y: "low", stroke: "var(--accent)" }),
    Plot.lineY(band, { x: "x", y: "high", stroke: "var(--accent)" }),
    Plot.ruleY([0], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
    Plot.ruleX(bars, {
      x: "x",
      y1: "low",
      y2: "high",
      stroke: "var(--ink)",
      strokeWidth: 1.2,
      clip: true,
    }),
    Plot.ruleX(
      faults.filter(({ before }) => before >= from),
      { x: ({ before }) => before / by, stroke: "var(--bad)", strokeDasharray: "2 3" },
    ),
  ];
  const axes = {
    x: { label: unit, inset: 6 },
    y: { label: "ms beside the estimate", grid: true, domain: [-reach, reach] },
  };
  return {
    title: "Clocks that fit, over time",
    svg: drawPlot({ ...axes, marks }, "feasible band of the offset over time"),
    reading:
      straySeconds > 0
        ? "No straight clock crosses all bars, each of which is an edge that was found: the band " +
          "holds those that stray twice as far from a line as need be, and is a rough guide only."
        : "Every clock that fits runs inside the band and crosses the bars, each of which is an " +
          "edge that was found; what opens behind the last one is how far a prediction can be " +
          "trusted.",
  };
}

function polygonChart(analysis: DriftAnalysis): Chart {
  const { clocks, from, to, ratePpm } = analysis;
  const middle = (from + to) / 2;
  const corners = polygonOf(clocks, middle);
  const level = besideLine(analysis, middle, 0);
  const points = corners.map(({ rate, offset }) => ({
    x: rate * 1e6,
    y: offset * 1000 + level,
  }));
  const closed = [...points, ...points.slice(0, 1)];
  const marks: Marks = [
    Plot.line(closed, {
      x: "x",
      y: "y",
      stroke: "var(--accent)",
      fill: "var(--band)",
      curve: "linear",
    }),
    Plot.dot(points, { x: "x", y: "y", r: 2, fill: "var(--accent)" }),
    Plot.dot([{ x: ratePpm?.estimate ?? 0, y: 0 }], {
      x: "x",
      y: "y",
      symbol: "plus",
      r: 5,
      stroke: "var(--ink)",
      strokeWidth: 2,
    }),
  ];
  const axes = {
    x: { label: "rate, ppm", grid: true },
    y: { label: "offset at mid-time, ms beside the estimate", grid: true },
  };
  return {
    title: "Every clock that is left",
    svg: drawPlot({ ...axes, marks }, "polygon of feasible rates and offsets"),
    reading:
      "Each point inside is a rate and an offset that explain all readings, none outside does: " +
      "its left and right ends are the guaranteed rates, the cross is the estimate.",
  };
}

function residualChart(analysis: DriftAnalysis): Chart {
  const { from, to } = analysis;
  const { unit, by } = timeScale(to - from);
  const bars = edgeBars(analysis, by);
  const middles = bars.map(({ middle }) => Math.abs(middle)).sort((a, b) => a - b);
  const reach = reachOf(bars, middles[Math.floor(middles.length * SHOWN_SHARE)] ?? 1);
  const marks: Marks = [
    Plot.ruleY([0], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
    Plot.ruleX(bars, {
      x: "x",
      y1: "low",
      y2: "high",
      stroke: "var(--accent)",
      strokeWidth: 1.5,
      clip: true,
    }),
    Plot.dot(bars, { x: "x", y: "middle", r: 2, fill: "var(--ink)", clip: true }),
  ];
  const axes = {
    x: { label: unit, inset: 6 },
    y: { label: "residual, ms", grid: true, domain: [-reach, reach] },
  };
  return {
    title: "Residuals of single edges",
    svg: drawPlot({ ...axes, marks }, "residuals of edges against the estimate"),
    reading:
      "Each bar is what the reads around one edge prove (vague ones are left out): a steady clock " +
      "crosses all bars near 0, a bend or a saw-tooth means temperature or digital trimming, a " +
      "shift means a jump.",
  };
}

function allanChart({ allan, edges }: DriftAnalysis): Chart {
  const points = allan.map(({ tauSeconds, deviation }) => ({
    tau: tauSeconds,
    ppm: Math.max(deviation * 1e6, 1e-6),
  }));
  const widths = edges.map(({ low, high }) => high - low).sort((a, b) => a - b);
  const width = widths[Math.floor(widths.length / 4)] ?? 0;
  const floor = points.map(({ tau }) => ({ tau, ppm: (width / (tau * Math.SQRT2)) * 1e6 }));
  const marks: Marks = [
    Plot.line(floor, { x: "tau", y: "ppm", stroke: "var(--muted)", strokeDasharray: "4 3" }),
    Plot.line(points, { x: "tau", y: "ppm", stroke: "var(--accent)", strokeWidth: 1.5 }),
    Plot.dot(points, { x: "tau", y: "ppm", r: 2.5, fill: "var(--accent)" }),
  ];
  const axes = {
    x: { type: "log" as const, label: "span τ, seconds", grid: true },
    y: { type: "log" as const, label: "Allan deviation, ppm", grid: true },
  };
  return {
    title: "Allan deviation",
    svg: drawPlot({ ...axes, marks }, "overlapping Allan deviation"),
    reading:
      "How much the rate changes from one span to the next: along the dashed line it is the " +
      "reading's own noise, where the curve leaves it the clock itself begins to show.",
  };
}

function forecastChart({ forecasts, start, to, trueRatePpm }: DriftAnalysis): Chart {
  const days = (us: number | null): number | null =>
    us === null ? null : (us - start.wallUs - to * 1e6) / (DAY * 1e6);
  const furthest = Math.max(1, ...forecasts.flatMap((row) => finite(days(row.latestUs))));
  const most = Math.min(3652, Math.max(30, furthest * 1.15));
  const rows = forecasts.map((row) => ({
    preset: row.preset,
    from: Math.min(most, days(row.earliestUs) ?? most),
    to: Math.min(most, days(row.latestUs) ?? most),
  }));
  const marks: Marks = [
    Plot.barX(rows, { y: "preset", x1: 0, x2: "from", fill: "var(--good)" }),
    Plot.barX(rows, { y: "preset", x1: "from", x2: "to", fill: "var(--band)" }),
    Plot.ruleX([0], { stroke: "var(--muted)" }),
  ];
  const axes = {
    height: 60 + 34 * rows.length,
    marginLeft: 96,
    x: { label: "days without a login", grid: true, domain: [0, most] },
    y: { label: null, padding: 0.3 },
  };
  const rate = trueRatePpm === null ? 0 : Math.max(-trueRatePpm.low, trueRatePpm.high);
  return {
    title: "How long each policy finds its codes",
    svg: drawPlot({ ...axes, marks }, "forecast of when the token leaves each window"),
    reading:
      "Enrolled now and never used, the token is surely found through the full bar and surely " +
      `lost behind the pale one (worst rate ${rate.toFixed(1)} ppm, host's error included); a login ` +
      "in between starts it anew, except where a policy does not follow clocks.",
  };
}

function finite(value: number | null): readonly number[] {
  return value === null ? [] : [value];
}
