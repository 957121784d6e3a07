// 250 crystals measured through whole measurements: the mean rate of each is inside its bounds.

import { expect, test } from "vitest";
import { measureEmulated } from "./testing/emulated.ts";

const HOUR = 3600;

test.each([
  ["xtal-token", HOUR],
  ["xtal-token", 24 * HOUR],
  ["xtal-token-trimmed,trimmed-tolerance.sigmaPpm=20", 24 * HOUR],
  ["xtal-token-hot-glovebox", 48 * HOUR],
  ["mcu-crystal-16mhz", 7 * 24 * HOUR],
])("%s over %i s: 50 of 50 mean rates are inside", async (clock, spanSeconds) => {
  for (let randomSeed = 101; randomSeed <= 150; randomSeed++) {
    const { analysis, meanPpm } = await measureEmulated({ clock, spanSeconds, randomSeed });
    const { low = Number.NaN, high = Number.NaN } = analysis.ratePpm ?? {};
    expect(low <= meanPpm && meanPpm <= high, `seed ${randomSeed}`).toBe(true);
    // And they are bounds, not all that was believed beforehand.
    expect(high - low).toBeLessThan(50);
  }
});
