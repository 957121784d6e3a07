import { expect, test } from "vitest";
import { createRandom } from "../time/random.ts";
import { overlappingAllan } from "./allan.ts";
import { huberLine, medianOf, theilSen } from "./robust-line.ts";

/** NIST SP 1065, table 31: nine frequencies, their phases by summing up. */
const NBS14 = [892, 809, 823, 798, 671, 644, 883, 903, 677];
const PHASES = [0];
for (const y of NBS14) PHASES.push((PHASES.at(-1) ?? 0) + y);

test("gives the overlapping Allan deviation that NIST publishes for its test set", () => {
  const [one, two] = overlappingAllan(PHASES, 1);
  expect(one?.deviation).toBeCloseTo(91.22945, 4);
  expect(two?.deviation).toBeCloseTo(85.95287, 4);
  expect([one?.terms, two?.terms]).toEqual([8, 6]);
});

test("a steady rate has no Allan deviation", () => {
  const offsets = Array.from({ length: 100 }, (_, at) => 5 + 3e-3 * at);
  for (const { deviation } of overlappingAllan(offsets, 60)) expect(deviation).toBeLessThan(1e-15);
});

test("a spacing of 0 is refused", () => {
  expect(() => overlappingAllan([1, 2, 3], 0)).toThrow(RangeError);
});

function noisyPoints(wrongShare: number) {
  const random = createRandom(31);
  return Array.from({ length: 200 }, (_, index) => {
    const at = index * 3600;
    const wrong = random.unit() < wrongShare ? 100 * random.unit() : 0;
    return { at, offset: 7 + 1e-5 * at + 0.01 * random.normal() + wrong };
  });
}

test.each([
  ["Theil-Sen", theilSen],
  ["Huber", huberLine],
])("%s finds the line though a fifth of the points is wrong", (_, fit) => {
  const line = fit(noisyPoints(0.2));
  expect(Math.abs((line?.rate ?? 0) - 1e-5)).toBeLessThan(3e-8);
  expect(Math.abs((line?.offset ?? 0) - 7)).toBeLessThan(0.02);
});

test("Huber is nearer than Theil-Sen to nothing but the mean where nothing is wrong", () => {
  const line = huberLine(noisyPoints(0));
  expect(Math.abs((line?.rate ?? 0) - 1e-5)).toBeLessThan(1e-8);
});

test("10,000 points are fitted from a part of the pairs", () => {
  const random = createRandom(32);
  const points = Array.from({ length: 10_000 }, (_, at) => ({
    at,
    offset: 2e-5 * at + 0.001 * random.normal(),
  }));
  expect(Math.abs((theilSen(points)?.rate ?? 0) - 2e-5)).toBeLessThan(5e-8);
});

test("one point, or points of one time, make no line", () => {
  expect(theilSen([{ at: 1, offset: 2 }])).toBeNull();
  expect(
    huberLine([
      { at: 1, offset: 2 },
      { at: 1, offset: 3 },
    ]),
  ).toBeNull();
});

test("a median is the middle, or the middles' mean", () => {
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([])]).toEqual([2, 2.5, Number.NaN]);
});
