// Latencies in the forms people read: quantiles as figures, and the whole distribution in a line.

import { quantile } from "./measure.ts";
import type { BenchSuite, Measurement } from "./workload.ts";

/** Least share of a bar that is shown. */
const SHOWN = 0.005;
const BARS = "▁▂▃▄▅▆▇█";
const QUANTILES = { p50: 0.5, p99: 0.99 } as const;

/** p50 and p99 as figures; their spread is that of `parts` of the latencies, in order. */
export function latencyFigures(
  row: { readonly suite: BenchSuite; readonly subject: string; readonly name: string },
  latenciesMs: readonly number[],
  parts = 5,
): readonly Measurement[] {
  const size = Math.max(1, Math.ceil(latenciesMs.length / parts));
  const chunks = Array.from({ length: Math.ceil(latenciesMs.length / size) }, (_, at) =>
    latenciesMs.slice(at * size, (at + 1) * size).toSorted((a, b) => a - b),
  );
  const whole = latenciesMs.toSorted((a, b) => a - b);
  return Object.entries(QUANTILES).map(([name, share]) => {
    const values = chunks.map((chunk) => quantile(chunk, share)).toSorted((a, b) => a - b);
    const median = quantile(whole, share);
    return {
      ...row,
      name: `${row.name}, latency ${name}`,
      unit: "ms",
      median,
      low: Math.min(median, quantile(values, 0)),
      high: Math.max(median, quantile(values, 1)),
      slices: latenciesMs.length,
    };
  });
}

/**
 * The distribution over bars that double: `0.25 ms ▁▂█▃▁ 8 ms`, and what the highest bar holds.
 * Bars at the ends with less than half a percent are left out.
 *
 * @throws {RangeError} for no latencies
 */
export function histogramText(latenciesMs: readonly number[]): string {
  if (latenciesMs.length === 0) throw new RangeError("a histogram takes latencies");
  const bins = latenciesMs.map((ms) => Math.floor(Math.log2(Math.max(ms, 2 ** -20))));
  const counts = new Map<number, number>();
  for (const bin of bins) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  const share = (bin: number): number => (counts.get(bin) ?? 0) / bins.length;
  const shown = [...counts.keys()].filter((bin) => share(bin) >= SHOWN);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const all = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const most = all.reduce((best, bin) => (share(bin) > share(best) ? bin : best));
  const bars = all.map((bin) => barOf(share(bin) / share(most))).join("");
  const peak = `${Math.round(100 * share(most))} % within ${limitText(most)} to ${limitText(most + 1)}`;
  return `${limitText(low)} ${bars} ${limitText(high + 1)} ms, ${peak} ms`;
}

function barOf(height: number): string {
  return height === 0 ? " " : (BARS[Math.ceil(height * BARS.length) - 1] ?? "");
}

function limitText(bin: number): string {
  return String(Number((2 ** bin).toPrecision(3)));
}
