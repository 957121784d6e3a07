import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, mix, type Random } from "./random.ts";

const draw = (random: Random, count = 4): number[] =>
  Array.from({ length: count }, () => random.uint32());

// From an independent program in another language; they must never change, for every printed
// random seed repeats its run by them.
test.each([
  [0, [885954023, 3051391024, 724549303, 2805880603]],
  [1, [206816519, 166596899, 2348068675, 2840500551]],
  [42, [2374674571, 639223438, 386659056, 3673043351]],
  [4294967295, [2883351851, 3716963163, 1133706205, 2400541258]],
])("gives the same numbers for seed %i for ever", (seed, numbers) => {
  expect(draw(createRandom(seed))).toEqual(numbers);
});

test("gives the same forks, bytes, whole and normal numbers for ever", () => {
  const random = () => createRandom(42);
  expect(draw(random().fork("token"))).toEqual([630423635, 1912803061, 2638637593, 2191580241]);
  expect(draw(random().fork("a").fork("b"))).toEqual([
    2759908591, 609974791, 4251738927, 3459182362,
  ]);
  expect([...random().bytes(8)]).toEqual([141, 38, 23, 218, 227, 91, 137, 216]);
  expect(random().integer(1, 6)).toBe(4);
  expect(random().unit()).toBe(2374674571 / 2 ** 32);
  expect(random().normal()).toBe(-0.128405989613384);
});

test("forks by seed and label alone, whatever was drawn before", () => {
  const drawn = createRandom(7);
  draw(drawn, 100);
  expect(draw(drawn.fork("clock"))).toEqual(draw(createRandom(7).fork("clock")));
  drawn.fork("other");
  expect(draw(drawn)).toEqual(draw(createRandom(7), 104).slice(100));
});

test("gives each seed and each path of labels a stream of its own", () => {
  const roots = [0, 1, 2, 3, 42, 0x8000_0000, 0xffff_ffff].map(createRandom);
  const labels = ["", "a", "b", "ab", "ba", "A", "token-1", "token-2", "é"];
  const streams = roots.flatMap((root) => [
    root,
    ...labels.map((label) => root.fork(label)),
    root.fork("a").fork("b"),
    root.fork("b").fork("a"),
    root.fork("").fork(""),
  ]);
  expect(new Set(streams.map((stream) => draw(stream).join())).size).toBe(streams.length);
});

test("keeps streams of neighbouring labels independent", () => {
  const root = createRandom(1);
  const firsts = Array.from({ length: 4096 }, (_, index) => root.fork(`token-${index}`).unit());
  const mean = firsts.reduce((sum, unit) => sum + unit, 0) / firsts.length;
  // Standard deviation of the mean of 4096: 0.0045. Of a lag-1 product: 1/12 / 64 = 0.0013.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  let lagged = 0;
  firsts.forEach((unit, index) => {
    lagged += (unit - 0.5) * ((firsts[index + 1] ?? 0.5) - 0.5);
  });
  expect(Math.abs(lagged / firsts.length)).toBeLessThan(0.006);
});

test("draws normal numbers of mean 0 and standard deviation 1", () => {
  const random = createRandom(3);
  const draws = Array.from({ length: 20_000 }, () => random.normal());
  const mean = draws.reduce((sum, z) => sum + z, 0) / draws.length;
  const variance = draws.reduce((sum, z) => sum + (z - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.035);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

test("draws whole numbers within their bounds, and reaches both", () => {
  const random = createRandom(5);
  const faces = new Set(Array.from({ length: 200 }, () => random.integer(-1, 4)));
  expect([...faces].toSorted((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4]);
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(), (low, span) => {
      const high = Math.min(low + span, Number.MAX_SAFE_INTEGER);
      const drawn = random.integer(low, high);
      expect(drawn >= low && drawn <= high && Number.isInteger(drawn)).toBe(true);
    }),
  );
});

test.each([
  [2, 1],
  [0.5, 1],
  [0, Number.NaN],
  [0, 2 ** 53],
  [-(2 ** 52), 2 ** 52],
])("refuses to draw from %s to %s", (low, high) => {
  expect(() => createRandom(0).integer(low, high)).toThrow(RangeError);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("refuses %s as a random seed", (seed) => {
  expect(() => createRandom(seed)).toThrow(RangeError);
});

test("mixes so that each input bit changes about half of the output", () => {
  for (let bit = 0; bit < 32; bit++) {
    let changed = 0;
    for (let value = 1; value <= 256; value++) {
      const difference = mix(value) ^ mix((value ^ (1 << bit)) >>> 0);
      changed += (difference >>> 0).toString(2).replaceAll("0", "").length;
    }
    expect(changed / 256).toBeGreaterThan(12);
    expect(changed / 256).toBeLessThan(20);
  }
});
