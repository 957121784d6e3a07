import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { CLOCK_MODELS } from "./clocks.ts";
import { oscillatorOf } from "./create.ts";
import { PolicyClock } from "./policy-clock.ts";

const YEAR = 365.25 * 86_400;

test.each(CLOCK_MODELS)("$name: is the same clock as the exact one, to hundredths", (model) => {
  const clock = new PolicyClock(model);
  const random = createRandom(9);
  for (let token = 0; token < 30; token++) {
    clock.load(createRandom(token));
    const { phaseUs } = oscillatorOf(model, { random: createRandom(token) });
    for (let sample = 0; sample < 20; sample++) {
      const at = Math.floor(random.unit() * 5 * YEAR);
      const exact = phaseUs(at * 1e6) / 1e6;
      // RC oscillators: octaves left out and a stop's rounding; ten terms of 10 ms at most.
      const error = Math.abs(clock.secondsAt(at) - exact);
      if (error > 0.1) expect.fail(`token ${token} at ${at} s: ${error} s off ${exact}`);
    }
  }
});

test("any moment is the same, asked for in any order", () => {
  const model = CLOCK_MODELS.find(({ name }) => name === "xtal-token");
  if (model === undefined) throw new Error("there is no xtal-token");
  const clock = new PolicyClock(model, createRandom(3));
  const times = Array.from({ length: 300 }, (_, at) => ((at * 7919) % 300) * 0.0167 * YEAR);
  const first = times.map((at) => clock.secondsAt(at));
  clock.load(createRandom(4));
  expect(times.map((at) => clock.secondsAt(at))).not.toEqual(first);
  clock.load(createRandom(3));
  const back = times.toReversed().map((at) => clock.secondsAt(at));
  expect(back.toReversed()).toEqual(first);
});

test.each(CLOCK_MODELS)("$name: many moments at once are those asked for one by one", (model) => {
  const random = createRandom(5);
  const clock = new PolicyClock(model);
  const times = Float64Array.from({ length: 300 }, () => Math.floor(random.unit() * 7 * YEAR));
  times.subarray(0, 200).sort();
  const phases = new Float64Array(times.length);
  for (let token = 0; token < 5; token++) {
    clock.load(createRandom(token));
    clock.fill(times, times.length - 1, phases);
    expect(phases.at(-1)).toBe(0);
    expect([...phases.subarray(0, -1)]).toEqual(
      [...times.subarray(0, -1)].map((at) => clock.secondsAt(at)),
    );
  }
});
