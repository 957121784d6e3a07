import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { CLOCK_NAMES } from "./clocks.ts";
import { createOscillator, oscillatorOf } from "./create.ts";
import { edgeUs, whenTokenTimeIs } from "./edges.ts";

const DAY_US = 86_400e6;
const STEPPED: readonly string[] = ["smartphone-ntp", "xtal-token-trimmed", "timezone-misset"];

/** 1e12 µs have an ulp of 1e-4: a microsecond is far above it. */
test.each(CLOCK_NAMES)("%s: finds when a step begins to a microsecond (F6)", (name) => {
  const random = createRandom(4);
  let met = 0;
  for (let token = 0; token < 20; token++) {
    const oscillator = createOscillator(name, { random: createRandom(token) });
    for (let sample = 0; sample < 50; sample++) {
      const step = random.integer(4000, 2 * 365 * 2880);
      const at = edgeUs(step, 30, oscillator);
      if (at === Infinity) {
        expect(["stuck", "battery-dying"]).toContain(name);
        continue;
      }
      const error = Math.abs(at + oscillator.phaseUs(at) - step * 30e6);
      // Where the clock is put forward over the edge, the edge is the step itself.
      const before = at - 0.02 + oscillator.phaseUs(at - 0.02);
      const isStep = STEPPED.includes(name) && before < step * 30e6;
      if (error > 1 && !isStep) expect.fail(`${name} ${token}: ${error} µs at step ${step}`);
      if (error <= 1) met++;
    }
  }
  expect(met).toBeGreaterThan(name === "stuck" || name === "battery-dying" ? 200 : 950);
});

test("an RC oscillator of one percent is solved as exactly", () => {
  const oscillator = createOscillator("perfect", { ratePpm: -10_000 });
  const at = edgeUs(2880, 30, oscillator);
  expect(at).toBeCloseTo(DAY_US / 0.99, 1);
});

test("a clock put forward over a step reaches it then; one that stands still never does", () => {
  const clock = (event: Parameters<typeof oscillatorOf>[0]["events"][number]) =>
    oscillatorOf({ name: "test", summary: "test", terms: [], events: [event] });
  const forward = clock({ kind: "step", atDays: 1, bySeconds: 100 });
  expect(whenTokenTimeIs(DAY_US + 50e6, forward)).toBeCloseTo(DAY_US, 1);
  const stopped = clock({ kind: "stop", atDays: 1, forSeconds: 1e7 });
  expect(whenTokenTimeIs(DAY_US + 1e6, stopped)).toBeCloseTo(DAY_US + 1e13 + 1e6, 1);
  const stuck = clock({ kind: "stuck", atDays: { low: 1, high: 1 } });
  expect(whenTokenTimeIs(DAY_US + 50e6, stuck)).toBe(Infinity);
});
