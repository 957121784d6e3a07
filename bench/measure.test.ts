import { describe, expect, it } from "vitest";
import { measure, quantile } from "./measure.ts";
import type { Workload } from "./workload.ts";

function workload(given: Partial<Workload>): Workload {
  return {
    suite: "codes",
    subject: "test",
    name: "count",
    unit: "operations/s",
    operations: 10,
    run: () => undefined,
    ...given,
  };
}

describe("measuring", () => {
  it("gives a median between its spread, in operations a second", async () => {
    const [figure] = await measure([workload({})], { timeMs: 3 });
    expect(figure?.median).toBeGreaterThan(1000);
    expect(figure?.low).toBeLessThanOrEqual(figure?.median ?? 0);
    expect(figure?.high).toBeGreaterThanOrEqual(figure?.median ?? Number.POSITIVE_INFINITY);
    expect(figure?.slices).toBeGreaterThanOrEqual(9);
  });

  it("makes ready before each call, out of the timing", async () => {
    let isReady = false;
    const prepare = (): void => {
      isReady = true;
    };
    const run = (): void => {
      if (!isReady) throw new Error("not ready");
      isReady = false;
    };
    await expect(measure([workload({ prepare, run })], { timeMs: 1 })).resolves.toHaveLength(1);
  });

  it("checks a workload once before it is timed", async () => {
    let runs = 0;
    const verify = (): void => {
      throw new Error("wrong code");
    };
    const judged = workload({ verify, run: () => runs++ });
    await expect(measure([judged], { timeMs: 1 })).rejects.toThrow("wrong code");
    expect(runs).toBe(0);
  });

  it("rejects with what a workload threw", async () => {
    const run = (): never => {
      throw new Error("the token has gone");
    };
    await expect(measure([workload({ run })], { timeMs: 1 })).rejects.toThrow("the token has gone");
  });

  it("stops when it is aborted", async () => {
    const controller = new AbortController();
    const run = (): void => controller.abort(new Error("enough"));
    const measuring = measure([workload({ run })], { timeMs: 1000, signal: controller.signal });
    await expect(measuring).rejects.toThrow("enough");
  });

  it("lets signals and timers in while a workload waits for nothing", async () => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error("Ctrl-C")), 1);
    const measuring = measure([workload({})], { timeMs: 3000, signal: controller.signal });
    await expect(measuring).rejects.toThrow("Ctrl-C");
    clearTimeout(timer);
  });

  it.each([0, -1, 600_001, Number.NaN])("refuses to measure for %d ms", async (timeMs) => {
    await expect(measure([], { timeMs })).rejects.toThrow(RangeError);
  });
});

describe("a quantile", () => {
  it.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4],
  ])("%d of 1, 2, 3, 4 is %d", (share, value) => {
    expect(quantile([1, 2, 3, 4], share)).toBe(value);
  });

  it("of nothing is no number", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
