// Acceptance checks F8, F26 to F31 of the protocol notes on clock drift, on small fleets; and runs
// that are the same however they are spread.

import { beforeAll, expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { clockModelOf } from "../../firmware-sim/oscillators/clocks.ts";
import { acceptChance, attackChances, guessChance } from "./attacker.ts";
import { resultCsv } from "./format.ts";
import { fleetPage } from "./page.ts";
import {
  driftRowsOf,
  type FleetResult,
  type FleetRow,
  isComplete,
  mergeResults,
  parseResult,
  rowsOf,
} from "./result.ts";
import { runFleet } from "./run.ts";
import { FLEET_DEFAULTS, type FleetSpec, policiesOf, rhythmsOf, shardOf } from "./spec.ts";
import { SWEEP_LIMITS, sweepOf } from "./sweep.ts";

function specOf(changes: Partial<FleetSpec> = {}): FleetSpec {
  return {
    version: 1,
    randomSeed: 1,
    tokens: 1000,
    years: 5,
    clock: clockModelOf("xtal-token"),
    policies: policiesOf("default,rfc6238-2,none-10"),
    rhythms: rhythmsOf("daily,weekly,60d"),
    ...FLEET_DEFAULTS,
    ...changes,
  };
}

const SMALL = { tokens: 60, years: 1, rhythms: rhythmsOf("weekly") };
let fleet: FleetResult;

beforeAll(async () => {
  fleet = await runFleet(specOf(), { workers: 0 });
}, 60_000);

function row(policy: string, rhythm: string): FleetRow {
  const found = rowsOf(fleet).find((one) => one.policy === policy && one.rhythm === rhythm);
  if (found === undefined) throw new Error(`no row ${policy} ${rhythm}`);
  return found;
}

test.each([
  ["daily", 4],
  ["weekly", 4.5],
  ["60d", 6.5],
])(
  "default refuses 2 logins in 1,000 at most of %s users, with %d codes on average (F27)",
  (rhythm, codes) => {
    const { rejectsPer1000, meanCodes, maxCodes } = row("default", rhythm);
    expect(rejectsPer1000).toBeLessThanOrEqual(2);
    expect(meanCodes).toBeLessThanOrEqual(codes);
    expect(maxCodes).toBeLessThanOrEqual(10);
  },
);

test("RFC 6238 with ±2 refuses 30 logins in 1,000 at least of 60-day users (F28)", () => {
  expect(row("rfc6238-2", "60d").rejectsPer1000).toBeGreaterThanOrEqual(30);
  expect(row("rfc6238-2", "daily").rejectsPer1000).toBeLessThan(2);
});

test("without tracking, ±10 steps lose 60 to 80 % of the tokens within five years (F29)", () => {
  for (const rhythm of ["daily", "weekly", "60d"]) {
    expect(row("none-10", rhythm).lockedOutShare).toBeGreaterThan(0.6);
    expect(row("none-10", rhythm).lockedOutShare).toBeLessThan(0.8);
  }
});

test("clocks of the fleet walk as far as those of the field", () => {
  const [year] = driftRowsOf(fleet);
  expect(year?.quantiles.p50).toBeGreaterThan(-40);
  expect(year?.quantiles.p50).toBeLessThan(0);
  expect(year?.quantiles["p2.5"]).toBeGreaterThan(-330);
  expect(year?.quantiles["p97.5"]).toBeLessThan(300);
});

test("the closed form of an acceptance equals a stratified Monte Carlo within 0.002 (F26)", () => {
  const random = createRandom(2);
  for (const [past, future] of [
    [1, 1],
    [2, 1],
    [0, 3],
  ] as const) {
    for (let z = -4; z <= 5; z += 0.45) {
      let hits = 0;
      for (let draw = 0; draw < 20_000; draw++) {
        const by = Math.floor((draw + random.unit()) / 20_000 + z);
        if (by >= -past && by <= future) hits++;
      }
      expect(Math.abs(hits / 20_000 - acceptChance(z, past, future))).toBeLessThan(0.002);
    }
  }
});

test.each([
  [3, 3650, 0.011],
  [3, 87_600, 0.23],
  [5, 350_400, 0.83],
  [21, 100, 0.0021],
])("%i codes and %i guesses let in %d of the attackers", (codes, guesses, chance) => {
  expect(Math.abs(guessChance(codes, guesses) / chance - 1)).toBeLessThan(0.04);
});

test("a throttle of guesses a day bounds the year's; a lock for an operator those between logins", () => {
  const [kind, stern] = policiesOf("default,rfc6238");
  if (kind === undefined || stern === undefined) throw new Error("no policies");
  expect(attackChances(kind.policy, 4, 52).guessesAYear).toBe(20 * 365.25);
  expect(attackChances(stern.policy, 3, 52).guessesAYear).toBe(9 * 52);
});

test("shards add up to the whole, whatever their number and order", async () => {
  const spec = specOf(SMALL);
  const whole = await runFleet(spec, { workers: 0 });
  const parts: FleetResult[] = [];
  for (const shard of ["3/3", "1/3", "2/3"]) {
    parts.push(await runFleet(spec, { workers: 0, shard: shardOf(shard) }));
  }
  expect(mergeResults(parts)).toEqual(whole);
  expect(isComplete(whole)).toBe(true);
  expect(isComplete(mergeResults(parts.slice(1)))).toBe(false);
  expect(() => mergeResults([...parts, ...parts.slice(2)])).toThrow(/is in two parts/);
  const other = await runFleet({ ...spec, randomSeed: 2 }, { workers: 0 });
  expect(() => mergeResults([whole, other])).toThrow(
    /part 2 is of another run: randomSeed differs/,
  );
  expect(other.totals).not.toEqual(whole.totals);
});

test("a result is read back from its file; a cut or foreign one is refused", async () => {
  const result = await runFleet(specOf(SMALL), { workers: 0 });
  const text = JSON.stringify(result);
  expect(parseResult(text, "a.json")).toEqual(result);
  expect(() => parseResult(text.slice(0, 900), "a.json")).toThrow(/a\.json is not JSON.*cut off/);
  expect(() => parseResult('{"version":1}', "a.json")).toThrow(/no fleet result of version 1/);
  const odd = { ...result, spec: { ...result.spec, clock: { name: "sundial" } } };
  expect(() => parseResult(JSON.stringify(odd), "a.json")).toThrow(
    /a\.json: at the top: must have/,
  );
});

test.each([
  [
    /"logins":\d+/,
    '"logins":-1',
    /totals\.cells\[0\]\.counts\.logins must be a whole number from 0/,
  ],
  [/"rejected":\d+/, '"rejected":9e9', /counts\.rejected must not be above counts\.logins/],
  [/"end":\d+/, '"end":1e9', /ranges must be of tokens from 0 to 60/],
  [/"totals":\{"tokens":\d+/, '"totals":{"tokens":7', /totals\.tokens must be 60/],
])("a result whose %s was changed to %s is refused with the place", async (now, then, message) => {
  const result = await runFleet(specOf(SMALL), { workers: 0 });
  expect(() => parseResult(JSON.stringify(result).replace(now, then), "a.json")).toThrow(message);
});

test("a fleet that never logs in has no figures, and a page that says so", async () => {
  const result = await runFleet(
    specOf({ tokens: 1, years: 1, randomSeed: 4, rhythms: rhythmsOf("365d") }),
    {
      workers: 0,
    },
  );
  expect(result.totals.cells[0]?.counts.logins).toBe(0);
  const page = fleetPage(result, sweepOf(result, SWEEP_LIMITS));
  expect(page).toContain("no policy");
  expect(fleetPage(result)).toContain("No token logged in.");
  expect(page).not.toContain("NaN");
});

test.each(["tcxo-token", "rc-oscillator"])(
  "the histogram of %s holds all but a few tokens",
  async (name) => {
    const clock = clockModelOf(name);
    const { totals } = await runFleet(specOf({ ...SMALL, tokens: 400, years: 3, clock }), {
      workers: 0,
    });
    for (const histogram of totals.drift) {
      expect((histogram[0] ?? 0) + (histogram.at(-1) ?? 0)).toBeLessThan(3);
      expect(histogram.filter((count) => count > 0).length).toBeGreaterThan(50);
    }
  },
);

test("a run that is called off ends with the reason", async () => {
  const controller = new AbortController();
  const run = runFleet(specOf({ tokens: 400 }), {
    workers: 0,
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("called off")),
  });
  await expect(run).rejects.toThrow("called off");
});

test("a clock an hour off is not enrolled, and said", async () => {
  const clock = clockModelOf("timezone-misset");
  const { totals } = await runFleet(specOf({ ...SMALL, clock }), { workers: 0 });
  expect(totals.cells[0]?.counts.notEnrolled).toBeGreaterThan(40);
});

test("the sweep names the policy with the fewest codes within the limits", () => {
  const sweep = sweepOf(fleet, SWEEP_LIMITS);
  expect(sweep.cheapest?.policy).toBe("default");
  expect(sweepOf(fleet, { ...SWEEP_LIMITS, maxRejectsPer1000: 0.01 }).cheapest).toBeNull();
  expect(sweep.points.find(({ policy }) => policy === "none-10")?.isOnCurve).toBe(false);
});

test("CSV has one line a policy and rhythm, and the page is one file with its plots", () => {
  const lines = resultCsv(fleet).trimEnd().split("\r\n");
  expect(lines).toHaveLength(1 + 9);
  const names = lines[0]?.split(",") ?? [];
  expect(new Set(names).size).toBe(names.length);
  for (const line of lines) expect(line.split(",")).toHaveLength(names.length);
  const page = fleetPage(fleet, sweepOf(fleet, SWEEP_LIMITS));
  expect(page.match(/<svg/g)?.length).toBe(7);
  expect(page).not.toMatch(/<(script|link|img)[^>]*(src|href)=/);
});

test.each([
  ["policy", "sundial", /no policy "sundial"; there are rfc6238/],
  ["policy", "default,default", /policy default is given twice/],
  ["policy", "default/windowCap=x", /FIELD=VALUE/],
  ["policy", "default/colour=1", /no policy setting "colour"/],
  ["logins", "hourly", /daily, weekly, monthly or 1d to 365d/],
  ["shard", "4/3", /K from 1 to N/],
] as const)("%s %s is refused", (what, text, message) => {
  const read = { policy: policiesOf, logins: rhythmsOf, shard: shardOf }[what];
  expect(() => read(text)).toThrow(message);
});
