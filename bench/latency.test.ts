import { describe, expect, it } from "vitest";
import { histogramText, latencyFigures } from "./latency.ts";

const ROW = { suite: "drivers", subject: "virtual", name: "read" } as const;

describe("latencies", () => {
  it("become a median and a 99th percentile, with the spread of their parts", () => {
    const latencies = Array.from({ length: 1000 }, (_, at) => (at % 100) + 1);
    const [p50, p99] = latencyFigures(ROW, latencies);
    expect(p50).toMatchObject({
      name: "read, latency p50",
      unit: "ms",
      median: 50.5,
      slices: 1000,
    });
    expect(p99?.median).toBeCloseTo(99.01, 5);
    expect(p50?.low).toBeLessThanOrEqual(50.5);
    expect(p99?.high).toBeGreaterThanOrEqual(99);
  });

  it("are as wide as the parts differ", () => {
    const [p50] = latencyFigures(ROW, [1, 1, 1, 1, 9, 9], 3);
    expect(p50).toMatchObject({ low: 1, high: 9, median: 1 });
  });
});

describe("a histogram", () => {
  it("doubles from bar to bar, and names its ends and its highest bar", () => {
    const latencies = [...Array(80).fill(0.3), ...Array(10).fill(0.7), ...Array(10).fill(3)];
    expect(histogramText(latencies)).toBe("0.25 █▁ ▁ 4 ms, 80 % within 0.25 to 0.5 ms");
  });

  it("leaves out what less than half a percent took", () => {
    const latencies = [...Array(999).fill(1.5), 500];
    expect(histogramText(latencies)).toBe("1 █ 2 ms, 100 % within 1 to 2 ms");
  });

  it("takes latencies", () => {
    expect(() => histogramText([])).toThrow(RangeError);
  });
});
