// Two results beside each other: what became better or worse, and what only moved within its noise.

import { formatFigure, formatTable } from "./print.ts";
import type { BenchResult } from "./run.ts";
import type { FigureUnit, Measurement } from "./workload.ts";

/** What became of a figure. */
export type Change =
  /** Each median lies within the spread of the other. */
  | { readonly kind: "no-change" }
  /** By so much of the old median: 0.25 is a quarter. */
  | { readonly kind: "better" | "worse" | "other"; readonly share: number }
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

/** A table for people, and a warning where the machines differ. */
export function formatComparison(before: BenchResult, after: BenchResult): string {
  const rows = compareResults(before, after).map(({ before: old, after: now, change }) => {
    const { suite, subject, name, unit } = (now ?? old) as Measurement;
    const figure = (one: Measurement | undefined): string =>
      one === undefined ? "-" : formatFigure(one.median);
    return [suite, subject, name, figure(old), figure(now), unit, changeText(change)];
  });
  const header = ["suite", "subject", "what", "before", "now", "unit", "change"];
  const isOther = ["processor", "cores", "platform", "node"].some(
    (fact) => Reflect.get(before.machine, fact) !== Reflect.get(after.machine, fact),
  );
  const warning = isOther
    ? "warning: the two were measured on different machines: compare ratios (times) alone\n"
    : "";
  return formatTable([header, ...rows]) + warning;
}

function changeOf(before: Measurement, after: Measurement): Change {
  const isWithin = (value: number, { low, high }: Measurement): boolean =>
    value >= low && value <= high;
  if (isWithin(after.median, before) || isWithin(before.median, after)) {
    return { kind: "no-change" };
  }
  const share = after.median / before.median - 1;
  const good = BETTER[after.unit];
  if (good === undefined) return { kind: "other", share };
  return { kind: share > 0 === (good === "more") ? "better" : "worse", share };
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "no-change":
      return "no change";
    case "new":
    case "gone":
      return change.kind;
    case "other":
      return percent(change.share);
    case "better":
    case "worse":
      return `${change.kind}: ${percent(change.share)}`;
  }
}

function percent(share: number): string {
  return `${share > 0 ? "+" : ""}${(100 * share).toFixed(0)} %`;
}

function keyOf({ suite, subject, name, unit }: Measurement): string {
  return JSON.stringify([suite, subject, name, unit]);
}
