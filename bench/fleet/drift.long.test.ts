// Acceptance checks F7 and F8 of the protocol notes on clock drift: how far the clocks of 20,000
// tokens walk in a year: of use, after up to two years on the shelf, or from the factory on.

import { expect, test } from "vitest";
import { clockModelFrom } from "../../firmware-sim/oscillators/clock-spec.ts";
import { quantile } from "../measure.ts";
import { TokenHistory } from "./history.ts";
import { FLEET_DEFAULTS, policiesOf, rhythmsOf, YEAR_SECONDS } from "./spec.ts";

const TOKENS = 20_000;

/** Seconds that each token of a fleet gains in a year, ascending. */
function yearOf(clock: string, shelfDays: number = FLEET_DEFAULTS.shelfDays): readonly number[] {
  const history = new TokenHistory({
    version: 1,
    randomSeed: 7,
    tokens: TOKENS,
    years: 1,
    clock: clockModelFrom(clock),
    policies: policiesOf("default"),
    rhythms: rhythmsOf("weekly"),
    ...FLEET_DEFAULTS,
    shelfDays,
  });
  const drifts = Array.from({ length: TOKENS }, (_, token) => {
    history.load(token);
    return history.driftAfter(YEAR_SECONDS);
  });
  return drifts.sort((a, b) => a - b);
}

test("of 20,000 crystals the median loses up to 40 s a year, 95 % stay within 300 s (F7)", () => {
  const year = yearOf("xtal-token");
  expect(quantile(year, 0.5)).toBeGreaterThan(-40);
  expect(quantile(year, 0.5)).toBeLessThan(0);
  expect(quantile(year, 0.025)).toBeGreaterThan(-300);
  expect(quantile(year, 0.975)).toBeLessThan(300);
  // And no less than the field shows: a fleet that does not drift would prove nothing.
  expect(quantile(year, 0.025)).toBeLessThan(-200);
  expect(quantile(year, 0.975)).toBeGreaterThan(180);
});

/** Neither seasons nor pockets: what is left is the tolerance, aging, and 2 °C off the turnover. */
const AT_23_CELSIUS =
  "xtal-token,tolerance.sigmaPpm=1,temperature.dailyCelsius=0,temperature.yearlyCelsius=0," +
  "pocket.ppm=0";

test.each([
  ["99 % of 20,000 compensated crystals", "tcxo-token", 730, 0.99, 63],
  ["90 % of 20,000 calibrated crystals at 23 °C, new,", AT_23_CELSIUS, 0, 0.9, 90],
])("%s stay within their seconds a year (F8)", (_, clock, shelfDays, share, seconds) => {
  const within = yearOf(clock, shelfDays).filter((drift) => Math.abs(drift) <= seconds).length;
  expect(within / TOKENS).toBeGreaterThanOrEqual(share);
});
