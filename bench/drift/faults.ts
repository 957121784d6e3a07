// Faults that need no clock model: a token that stands still, and a host whose own clock stepped.

import type { Jump } from "../../core/drift/segments.ts";
import type { DriftFault } from "./analyze.ts";
import type { HostReading } from "./readings.ts";

/** One code for longer than so many steps: the clock stands still. */
const STUCK_STEPS = 2;
/** The wall clock may differ from the monotonic one by slewing (500 ppm, kernel) and by 2 ms. */
const SLEW = 500e-6;
const LEAST_STEP = 0.002;
/** A jump of the token and a step of the host that differ by less are one event. */
const SAME_SECONDS = 1;

/** A token that shows one step for ever, and the readings from before it did. */
export interface Stuck {
  readonly fault: DriftFault;
  readonly sound: readonly HostReading[];
}

/** Whether the token stood still: the same step over more than two. */
export function stuckFault(
  readings: readonly HostReading[],
  stepSeconds: number,
): Stuck | undefined {
  let first: HostReading | undefined;
  for (const [at, reading] of readings.entries()) {
    if (first === undefined || reading.step !== first.step) first = reading;
    const forSeconds = reading.from - first.to;
    if (forSeconds <= STUCK_STEPS * stepSeconds) continue;
    const fault: DriftFault = {
      kind: "stuck",
      after: first.to,
      before: reading.from,
      seconds: null,
      text: `the token has shown one code for ${forSeconds.toFixed(0)} s: its clock stands still`,
    };
    const { step } = first;
    const firstAt = readings.findIndex((one) => one.step === step);
    return { fault, sound: readings.slice(0, Math.max(1, Math.min(at, firstAt))) };
  }
  return undefined;
}

/** Steps of the host's wall clock; one that the token seems to share is a suspended host. */
export function hostFaults(
  readings: readonly HostReading[],
  jumps: readonly Jump[],
): readonly DriftFault[] {
  const faults: DriftFault[] = [];
  for (let at = 1; at < readings.length; at++) {
    const [last, reading] = [readings[at - 1] as HostReading, readings[at] as HostReading];
    const step = (reading.wallShift ?? 0) - (last.wallShift ?? 0);
    if (Math.abs(step) <= LEAST_STEP + SLEW * Math.max(0, reading.to - last.to)) continue;
    const jump = jumps.find(
      ({ after, before, seconds }) =>
        after <= reading.to &&
        before >= last.from &&
        seconds.low - SAME_SECONDS <= step &&
        step <= seconds.high + SAME_SECONDS,
    );
    const size = `the host's wall clock stepped by ${step.toFixed(3)} s`;
    faults.push({
      kind: jump === undefined ? "host-step" : "host-suspended",
      after: last.to,
      before: reading.to,
      seconds: { low: step, high: step },
      text:
        jump === undefined
          ? `${size}; rates do not suffer, the offset is told against its time at the start`
          : `${size} and the token seems to have jumped as far: the host slept, blame it and not ` +
            "the token",
    });
  }
  return faults;
}
