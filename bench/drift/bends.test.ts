// Acceptance check F20 of the protocol notes on clock drift, on whole oscillators and through the
// whole analysis: what bends a clock is reported as a stray, never as a silently narrow interval.
// And F22: how soon a clock that stands still is told.

import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { clockModelFrom } from "../../firmware-sim/oscillators/clock-spec.ts";
import { oscillatorOf } from "../../firmware-sim/oscillators/create.ts";
import { edgeUs } from "../../firmware-sim/oscillators/edges.ts";
import { analyzeDrift, type DriftAnalysis } from "./analyze.ts";
import { SIMULATED_HOST } from "./host-clock.ts";
import type { DriftRecord, StartRecord } from "./log.ts";

const STEP = 30;
const AGE_US = 200 * 86_400e6;

const START: StartRecord = {
  kind: "start",
  format: "oathbed-drift-log",
  version: 1,
  device: "t",
  algorithm: "SHA1",
  digits: 6,
  stepSeconds: STEP,
  t0: 0,
  secretFingerprint: "",
  wallUs: 0,
  host: SIMULATED_HOST,
  leastLatencySeconds: 0,
  lagSeconds: 0,
};

/** A token read just before and just behind an edge each ten minutes, for two days of its life. */
function watched(clock: string, randomSeed: number, straySeconds = 1): DriftAnalysis {
  const oscillator = oscillatorOf(clockModelFrom(clock), { random: createRandom(randomSeed) });
  const records: DriftRecord[] = [START];
  const first = Math.ceil((AGE_US + oscillator.phaseUs(AGE_US)) / (STEP * 1e6)) + 1;
  for (let step = first; step < first + 2 * 2880; step += 20) {
    const at = Math.round(edgeUs(step, STEP, oscillator) - AGE_US);
    const reading = { kind: "reading", wallShiftUs: 0 } as const;
    records.push({ ...reading, fromUs: at - 6000, toUs: at - 2000, step: step - 1 });
    records.push({ ...reading, fromUs: at + 1000, toUs: at + 5000, step });
  }
  return analyzeDrift(records, { straySeconds, priorPpm: 200 });
}

test.each([1, 2, 3])(
  "two days in a car bend a crystal by 0.26 s, and that is said (F20)",
  (seed) => {
    const { straySeconds, faults, ratePpm, notes } = watched(
      "xtal-token-hot-glovebox,temperature.yearlyCelsius=0",
      seed,
    );
    expect(straySeconds).toBeGreaterThan(0.21);
    expect(straySeconds).toBeLessThan(0.31);
    expect(faults).toEqual([]);
    // 48 hours of a straight clock would leave 0.06 ppm.
    expect((ratePpm?.high ?? 0) - (ratePpm?.low ?? 0)).toBeGreaterThan(3);
    expect(notes.join()).toContain("temperature, digital trimming");
  },
);

test("a trimmed crystal strays by its pulses, and the caveat is said (F20)", () => {
  let trimmed = 0;
  for (let seed = 1; seed <= 7; seed++) {
    const { straySeconds, faults, notes } = watched(
      "xtal-token-trimmed,trimmed-tolerance.sigmaPpm=20",
      seed,
    );
    expect(faults).toEqual([]);
    if (straySeconds < 0.025) continue;
    trimmed++;
    expect(notes.join()).toMatch(/no straight clock fits.*digital trimming/);
  }
  // Those whose crystal is off by some units of the trim; the others need none.
  expect(trimmed).toBeGreaterThanOrEqual(3);
});

test("an hour is too short to see a trim, so its error is told beforehand (F20)", () => {
  const records: DriftRecord[] = [START];
  for (let at = 0; at < 3600; at += 30) {
    const [fromUs, toUs] = [at * 1e6, at * 1e6 + 5000];
    records.push({ kind: "reading", fromUs, toUs, wallShiftUs: 0, step: at / 30 });
  }
  expect(analyzeDrift(records).notes.join()).toMatch(/trimmed every 2 hours.*8\.\d ppm off/);
});

test("a clock that stands still is told by the first read behind two steps (F22)", () => {
  const records: DriftRecord[] = [START];
  const reading = (at: number, step: number): DriftRecord => {
    const [fromUs, toUs] = [at * 1e6, at * 1e6 + 5000];
    return { kind: "reading", fromUs, toUs, wallShiftUs: 0, step };
  };
  for (let at = 0; at <= 600; at += 10) records.push(reading(at, Math.floor(at / 30)));
  const stands = [610, 620, 630, 640, 650, 660].map((at) => reading(at, 20));
  const kinds = (more: readonly DriftRecord[]): readonly string[] =>
    analyzeDrift([...records, ...more]).faults.map(({ kind }) => kind);
  expect(kinds(stands)).not.toContain("stuck");
  expect(kinds([...stands, reading(661, 20)])).toEqual(["stuck"]);
});
