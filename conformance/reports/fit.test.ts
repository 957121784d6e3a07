import { expect, test } from "vitest";
import type { CaseResult, Report, ReportWireLine } from "../report.ts";
import { costOf, MAX_WIRE_BYTES } from "../run/wire-excerpt.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { fitReport } from "./fit.ts";

const SAMPLE: Report = await sampleReport();

function lines(count: number): readonly ReportWireLine[] {
  return Array.from({ length: count }, (_, at) => {
    return { atUs: at, direction: "to-token", text: `line ${at} ${"x".repeat(90)}` };
  });
}

function withWire(wires: readonly (readonly [CaseResult["status"], number])[]): Report {
  const [first] = SAMPLE.results;
  if (first === undefined) throw new Error("the sample has no results");
  const results = wires.map(([status, count], at) => {
    return { ...first, id: `test/1/${at}`, status, wire: lines(count) };
  });
  return { ...SAMPLE, results };
}

function bytesOf(result: CaseResult | undefined): number {
  return result?.wire.reduce((sum, line) => sum + costOf(line), 0) ?? 0;
}

test("a report that fits is not changed", () => {
  const { report, cut } = fitReport(SAMPLE);
  expect(report).toEqual(SAMPLE);
  expect(cut).toEqual([]);
});

test("a long wire log is cut to 64 KiB in its middle, with its lines counted", () => {
  const whole = withWire([["fail", 2000]]);
  const { report, cut } = fitReport(whole);
  const [result] = report.results;
  expect(bytesOf(result)).toBeLessThanOrEqual(MAX_WIRE_BYTES);
  expect(bytesOf(result)).toBeGreaterThan(MAX_WIRE_BYTES - 1000);
  expect(result?.wire[0]).toEqual(whole.results[0]?.wire[0]);
  expect(result?.wire.at(-1)).toEqual(whole.results[0]?.wire.at(-1));
  expect((result?.wire.length ?? 0) - 1 + (result?.wireLinesCut ?? 0)).toBe(2000);
  expect(cut, "the whole log is at hand").toEqual(whole.results);
});

test("fitting again what was fitted changes nothing", () => {
  const once = fitReport(withWire([["fail", 2000]]));
  expect(fitReport(once.report)).toEqual({ report: once.report, cut: [] });
});

test("when all together are too much, results that hold give way to those that fail", () => {
  const whole = withWire([
    ["pass", 100],
    ["fail", 100],
    ["pass", 100],
  ]);
  const each = bytesOf(whole.results[1]);
  const { report } = fitReport(whole, { cellBytes: 2 * each, reportBytes: 1.5 * each });
  const [first, failed, last] = report.results;
  expect(failed?.wireLinesCut).toBe(0);
  expect(first?.wireLinesCut).toBeGreaterThan(50);
  expect(report.results.reduce((sum, result) => sum + bytesOf(result), 0)).toBeLessThanOrEqual(
    1.5 * each,
  );
  expect(last?.wireLinesCut).toBe(first?.wireLinesCut);
});

test("failures give way too when nothing else is left", () => {
  const whole = withWire([
    ["fail", 100],
    ["error", 100],
  ]);
  const { report } = fitReport(whole, { cellBytes: 1e6, reportBytes: bytesOf(whole.results[0]) });
  expect(report.results.every((result) => result.wireLinesCut > 40)).toBe(true);
  const none = fitReport(whole, { cellBytes: 1e6, reportBytes: 0 });
  expect(none.report.results.map((result) => result.wire.length)).toEqual([1, 1]);
});
