// The guarantee on clocks that are no straight lines: whatever a crystal does between the ends of a
// measurement, the rate it had on average is inside the bounds that are printed.

import { expect, test } from "vitest";
import { measureEmulated } from "./testing/emulated.ts";

const HOUR = 3600;

test.each([
  ["xtal-token", HOUR],
  ["xtal-token", 24 * HOUR],
  ["xtal-token-trimmed,trimmed-tolerance.sigmaPpm=20", 24 * HOUR],
  ["xtal-token-hot-glovebox", 48 * HOUR],
])("%s over %i s: the mean rate is inside, and no fault is seen", async (clock, spanSeconds) => {
  for (let randomSeed = 1; randomSeed <= 8; randomSeed++) {
    const { analysis, meanPpm } = await measureEmulated({ clock, spanSeconds, randomSeed });
    expect(analysis.ratePpm?.low).toBeLessThanOrEqual(meanPpm);
    expect(analysis.ratePpm?.high).toBeGreaterThanOrEqual(meanPpm);
    expect(analysis.faults).toEqual([]);
  }
});

test("a car's two days are measured to stray 0.26 s, edges found each hour (F20)", async () => {
  const clock = "xtal-token-hot-glovebox,temperature.yearlyCelsius=0";
  const given = { clock, spanSeconds: 48 * HOUR, watchSeconds: HOUR };
  for (const randomSeed of [5, 6, 7]) {
    const { analysis } = await measureEmulated({ ...given, randomSeed });
    expect(analysis.straySeconds).toBeGreaterThan(0.21);
    expect(analysis.straySeconds).toBeLessThan(0.31);
    expect((analysis.ratePpm?.high ?? 0) - (analysis.ratePpm?.low ?? 0)).toBeGreaterThan(3);
  }
});
