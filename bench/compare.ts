// Two results beside each other: what became better or worse, and what only moved within its noise.

import { isBusy } from "./machine.ts";
import { formatFigure, formatTable } from "./print.ts";
import type { BenchResult } from "./run.ts";
import type { BenchSuite, FigureUnit, Measurement } from "./workload.ts";

/** What became of a figure. */
export type Change =
  /** One of the medians lies within the spread of the other, or they are next to each other. */
  | { readonly kind: "no-change" }
  /** By so much of the old median: 0.25 is a quarter; null where that was 0. */
  | { readonly kind: "better" | "worse" | "other"; readonly share: number | null }
  | { readonly kind: "new" | "gone" };

/** A figure in two results. */
export interface Compared {
  readonly before?: Measurement;
  readonly after?: Measurement;
  readonly change: Change;
}

/** What is good of a unit; the others are neither good nor bad. */
const BETTER: Readonly<Partial<Record<FigureUnit, "more" | "less">>> = {
  "operations/s": "more",
  "token-years/s": "more",
  times: "more",
  s: "less",
  ms: "less",
  µs: "less",
  MiB: "less",
  bytes: "less",
};

/** What comes to the same number in every run of the same program. */
const COUNTED: ReadonlySet<FigureUnit> = new Set<FigureUnit>([
  "codes",
  "reads",
  "points",
  "ppm",
  "%",
  "per 1,000",
]);
/**
 * Shares of a median that no run can tell from the next, whatever the spread within one: code and
 * data lie elsewhere each time. Of what was measured once or twice the spread is not known.
 */
const LEAST_SHARE = 0.02;
const ONCE_SHARE = 0.1;
const LEAST_SLICES = 3;

/** In the words of the table and of the line below it. */
const KINDS: Readonly<Record<Change["kind"], string>> = {
  better: "better",
  worse: "worse",
  other: "other",
  new: "not in the saved run",
  gone: "only in the saved run",
  "no-change": "no change",
};

/** Figures of both results, in the order of the new one; those that are gone come last. */
export function compareResults(before: BenchResult, after: BenchResult): readonly Compared[] {
  const old = new Map(before.measurements.map((one) => [keyOf(one), one]));
  const rows = after.measurements.map((one): Compared => {
    const earlier = old.get(keyOf(one));
    old.delete(keyOf(one));
    return earlier === undefined
      ? { after: one, change: { kind: "new" } }
      : { before: earlier, after: one, change: changeOf(earlier, one) };
  });
  const gone = [...old.values()].map(
    (one): Compared => ({ before: one, change: { kind: "gone" } }),
  );
  return [...rows, ...gone];
}

/**
 * A table for people: what changed is counted below it, and what the two runs differ in. Suites
 * that one of the runs has not measured are named, and their figures not listed.
 */
export function formatComparison(before: BenchResult, after: BenchResult): string {
  const old = suitesOf(before);
  const now = suitesOf(after);
  const all = compareResults(before, after).filter(({ before: was, after: is }) =>
    is === undefined ? now.has((was as Measurement).suite) : old.has(is.suite),
  );
  const rows = all.map(({ before: was, after: is, change }) => {
    const { suite, subject, name, unit } = (is ?? was) as Measurement;
    const figure = (one: Measurement | undefined): string =>
      one === undefined ? "-" : formatFigure(one.median);
    return [suite, subject, name, figure(was), figure(is), unit, changeText(change)];
  });
  const header = ["suite", "subject", "what", "before", "now", "unit", "change"];
  const below = [countsText(all), ...suiteLines(old, now), ...doubtsOf(before, after)];
  return formatTable([header, ...rows]) + below.map((line) => `${line}\n`).join("");
}

function suitesOf({ measurements }: BenchResult): ReadonlySet<BenchSuite> {
  return new Set(measurements.map(({ suite }) => suite));
}

function suiteLines(
  before: ReadonlySet<BenchSuite>,
  after: ReadonlySet<BenchSuite>,
): readonly string[] {
  const missing = [...before].filter((suite) => !after.has(suite));
  const added = [...after].filter((suite) => !before.has(suite));
  return [
    ...(missing.length === 0 ? [] : [`only in the saved run: suite ${missing.join(", ")}`]),
    ...(added.length === 0 ? [] : [`not in the saved run: suite ${added.join(", ")}`]),
  ];
}

/** `3 better, 1 worse, 40 no change`. */
function countsText(rows: readonly Compared[]): string {
  const counts = Map.groupBy(rows, ({ change }) => KINDS[change.kind]);
  const parts = Object.values(KINDS).flatMap((kind) => {
    const { length } = counts.get(kind) ?? [];
    return length === 0 ? [] : [`${length} ${kind}`];
  });
  return parts.length === 0 ? "no figure is in both runs" : parts.join(", ");
}

/** Why the two may say nothing of each other. */
function doubtsOf(before: BenchResult, after: BenchResult): readonly string[] {
  const doubts: string[] = [];
  const isOther = ["processor", "cores", "platform", "node"].some(
    (fact) => Reflect.get(before.machine, fact) !== Reflect.get(after.machine, fact),
  );
  if (isOther) {
    doubts.push("the two were measured on different machines: compare ratios (times) alone");
  }
  if (before.durationMs !== after.durationMs) {
    const [was, is] = [before, after].map(({ durationMs }) => formatFigure(durationMs));
    doubts.push(`the saved run took ${was} ms for each figure, this one ${is}: measure alike`);
  }
  for (const [result, name] of [
    [before, "the saved run"],
    [after, "this run"],
  ] as const) {
    if (!isBusy(result.machine)) continue;
    doubts.push(`other programs kept the machine busy in ${name}: measure it again when idle`);
  }
  return doubts.map((doubt) => `warning: ${doubt}`);
}

function changeOf(before: Measurement, after: Measurement): Change {
  if (isNoise(before, after)) return { kind: "no-change" };
  const share = before.median === 0 ? null : after.median / before.median - 1;
  const isMore = after.median > before.median;
  const good = goodOf(after);
  if (good === undefined) return { kind: "other", share };
  return { kind: isMore === (good === "more") ? "better" : "worse", share };
}

function isNoise(before: Measurement, after: Measurement): boolean {
  const by = Math.abs(after.median - before.median);
  const wide = Math.min(before.slices, after.slices) < LEAST_SLICES ? ONCE_SHARE : LEAST_SHARE;
  const least = COUNTED.has(after.unit) ? 0 : wide * Math.abs(before.median);
  return by <= least || isWithin(after.median, before) || isWithin(before.median, after);
}

function isWithin(value: number, { low, high }: Measurement): boolean {
  return value >= low && value <= high;
}

/** What its goal says, else what its unit says. */
function goodOf({ unit, goal }: Measurement): "more" | "less" | undefined {
  if (goal === undefined) return BETTER[unit];
  return goal.comparison === "at-least" ? "more" : "less";
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "no-change":
    case "new":
    case "gone":
      return KINDS[change.kind];
    case "other":
      return percent(change.share);
    case "better":
    case "worse":
      return `${change.kind}: ${percent(change.share)}`;
  }
}

function percent(share: number | null): string {
  if (share === null) return "it was 0";
  const digits = Math.abs(share) < 0.1 ? 1 : 0;
  return `${share > 0 ? "+" : ""}${(100 * share).toFixed(digits)} %`;
}

function keyOf({ suite, subject, name, unit }: Measurement): string {
  return JSON.stringify([suite, subject, name, unit]);
}
