// How long the default policy takes to find a login's window, and to judge the login and keep the
// polygon of possible clocks (acceptance check F10: at most 0.2 µs a window).

import { DriftTracker } from "../../core/drift/tracker.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import { trackerSettings } from "../../verifier/tracker-settings.ts";
import { TokenHistory } from "../fleet/history.ts";
import { type FleetSpec, STEP_SECONDS } from "../fleet/spec.ts";
import { StepVerifier } from "../fleet/verifier.ts";
import { quantile } from "../measure.ts";
import type { Goal, Measurement } from "../workload.ts";

const SLICES = 25;
const QUERIES = 40_000;
const WINDOW: Goal = { comparison: "at-most", value: 0.2 };

/** Windows of trackers that have lived for years, and whole lives. */
export function windowFigures(spec: FleetSpec): readonly Measurement[] {
  const history = new TokenHistory(spec);
  const trackers = Array.from({ length: spec.tokens }, (_, token) => livedBy(history, spec, token));
  const queries = Array.from({ length: SLICES }, () => timeQueries(trackers));
  const logins = Array.from({ length: SLICES }, (_, slice) => timeLogins(history, spec, slice));
  return [
    { ...figure("window of a login", queries), goal: WINDOW },
    figure("login judged, polygon kept", logins),
  ];
}

interface Lived {
  readonly tracker: DriftTracker;
  readonly until: number;
}

function livedBy(history: TokenHistory, spec: FleetSpec, token: number): Lived {
  const [{ policy }, rhythm] = firstOf(spec);
  const tracker = new DriftTracker(trackerSettings(policy, spec.clockClass, totpParameters()));
  history.load(token);
  history.follow(rhythm);
  const { times, steps, count, enrolledAt, enrolledStep } = history;
  tracker.start({ at: enrolledAt, startsBy: enrolledStep * STEP_SECONDS - enrolledAt });
  for (let login = 0; login < count; login++) {
    const at = times[login] as number;
    tracker.observe({ at, startsBy: (steps[login] as number) * STEP_SECONDS - at });
  }
  return { tracker, until: times[count - 1] as number };
}

/** Microseconds a query. */
function timeQueries(lived: readonly Lived[]): number {
  const startMs = performance.now();
  let sum = 0;
  for (let query = 0; query < QUERIES; query++) {
    const { tracker, until } = lived[query % lived.length] as Lived;
    const { low, high } = tracker.range(until + query, query % STEP_SECONDS);
    sum += high - low;
  }
  const us = ((performance.now() - startMs) * 1000) / QUERIES;
  if (!(sum > 0)) throw new Error("windows without codes");
  return us;
}

/** Microseconds a login. */
function timeLogins(history: TokenHistory, spec: FleetSpec, slice: number): number {
  const [{ policy }, rhythm] = firstOf(spec);
  const verifier = new StepVerifier(policy, spec.clockClass);
  let logins = 0;
  let ms = 0;
  for (let token = slice; token < spec.tokens; token += SLICES) {
    history.load(token);
    history.follow(rhythm);
    const { times, steps, count } = history;
    const startMs = performance.now();
    verifier.enroll(history.enrolledAt + STEP_SECONDS, history.enrolledStep + 1);
    for (let login = 0; login < count; login++) {
      verifier.judge(times[login] as number, steps[login] as number);
    }
    ms += performance.now() - startMs;
    logins += count;
  }
  return (ms * 1000) / logins;
}

function firstOf({ policies, rhythms }: FleetSpec): [(typeof policies)[0], (typeof rhythms)[0]] {
  const [policy] = policies;
  const [rhythm] = rhythms;
  if (policy === undefined || rhythm === undefined) throw new Error("a fleet without a policy");
  return [policy, rhythm];
}

function figure(name: string, values: readonly number[]): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    suite: "fleet",
    subject: "default",
    name,
    unit: "µs",
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
  };
}
