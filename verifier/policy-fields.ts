// Every number a policy is made of: its range, unit and meaning. Validation, `policy show` and the
// documentation read this one table.

import type { Policy } from "./policy.ts";

/** Most candidates a single search may look at: a wider one is a denial of service. */
export const MAX_SEARCH_STEPS = 100_000;

/** A number of a policy, as `policy show` prints it. */
export interface PolicyField {
  readonly name: Exclude<keyof Policy, "name" | "trackDrift" | "windowRule">;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly meaning: string;
}

/** All numeric fields, in the order they are shown. */
export const POLICY_FIELDS: readonly PolicyField[] = [
  {
    name: "windowPast",
    low: 0,
    high: 1000,
    unit: "steps",
    meaning: "login: steps accepted before the expected one (RFC 6238 §5.2); at least, if learned",
  },
  {
    name: "windowFuture",
    low: 0,
    high: 1000,
    unit: "steps",
    meaning: "login: steps accepted after the expected one; at least, if learned",
  },
  {
    name: "windowCap",
    low: 1,
    high: 1000,
    unit: "steps",
    meaning: "login: most steps a window grows to, around the likeliest (tracker, gap-growth)",
  },
  {
    name: "growthPpm",
    low: 0,
    high: 1000,
    unit: "ppm",
    meaning: "gap-growth: how much the window grows to each side for each second without a login",
  },
  {
    name: "typingSeconds",
    low: 0,
    high: 600,
    unit: "seconds",
    meaning: "tracker: longest time from a code's display to its arrival",
  },
  {
    name: "straySeconds",
    low: 0,
    high: 600,
    unit: "seconds",
    meaning: "tracker: furthest a clock strays from a straight line within the horizon",
  },
  {
    name: "horizonDays",
    low: 1,
    high: 3650,
    unit: "days",
    meaning: "tracker: older codes are forgotten, but for the last four of each bound",
  },
  {
    name: "crystalPpm",
    low: 0,
    high: 1000,
    unit: "ppm",
    meaning: "tracker: worst rate of a token with a plain crystal",
  },
  {
    name: "tcxoPpm",
    low: 0,
    high: 1000,
    unit: "ppm",
    meaning: "tracker: worst rate of a token with a compensated oscillator",
  },
  {
    name: "networkPpm",
    low: 0,
    high: 1000,
    unit: "ppm",
    meaning: "tracker: worst rate of a phone, whose clock the network sets",
  },
  {
    name: "enrollSteps",
    low: 0,
    high: MAX_SEARCH_STEPS,
    unit: "steps",
    meaning: "enrollment: steps searched to each side of now for the pair",
  },
  {
    name: "shelfSteps",
    low: 0,
    high: 1000,
    unit: "steps",
    meaning: "enrollment: with a known factory date the search is at least this, besides shelfPpm",
  },
  {
    name: "shelfPpm",
    low: 0,
    high: 1000,
    unit: "ppm",
    meaning: "enrollment: and so much more for each second on the shelf",
  },
  {
    name: "pendingSeconds",
    low: 0,
    high: 31_536_000,
    unit: "seconds",
    meaning: "enrollment: a created token must be enrolled within this; 0: whenever",
  },
  {
    name: "resyncSteps",
    low: 0,
    high: MAX_SEARCH_STEPS,
    unit: "steps",
    meaning: "resync: steps searched to each side of now and of the recorded offset (RFC 6238 §6)",
  },
  {
    name: "autoResyncSteps",
    low: 0,
    high: 1000,
    unit: "steps",
    meaning: "login: a code so far outside is remembered, and the next one repairs; 0: never",
  },
  {
    name: "autoResyncWait",
    low: 1,
    high: 10,
    unit: "steps",
    meaning: "login: how long such a code is remembered (HOTP: in steps of 30 s)",
  },
  {
    name: "lookAheadWindow",
    low: 1,
    high: 1000,
    unit: "counters",
    meaning: "HOTP login: counters tried, the expected one included (s of RFC 4226 §7.4)",
  },
  {
    name: "resyncCounters",
    low: 0,
    high: MAX_SEARCH_STEPS,
    unit: "counters",
    meaning: "HOTP enrollment and resync: how far after the expected counter the pair may end",
  },
  {
    name: "throttleLimit",
    low: 1,
    high: 1000,
    unit: "failures",
    meaning: "consecutive failures before the token is locked (T of RFC 4226 §7.3)",
  },
  {
    name: "delaySeconds",
    low: 0,
    high: 86_400,
    unit: "seconds",
    meaning: "after A consecutive failures the next try waits A times this (RFC 4226 §7.3)",
  },
  {
    name: "lockSeconds",
    low: 0,
    high: 31_536_000,
    unit: "seconds",
    meaning: "how long a lock lasts; 0: until an operator lifts it",
  },
  {
    name: "guessesPerDay",
    low: 0,
    high: 100_000,
    unit: "failures",
    meaning: "most failures in a day, whatever was accepted or unlocked meanwhile; 0: no bound",
  },
  {
    name: "driftCapSteps",
    low: 0,
    high: MAX_SEARCH_STEPS,
    unit: "steps",
    meaning: "furthest the recorded offset may be from 0; beyond it only a new secret helps",
  },
  {
    name: "slewSteps",
    low: 0,
    high: 1000,
    unit: "steps",
    meaning: "how far logins may move the recorded offset from the last pair, besides slewPpm",
  },
  {
    name: "slewPpm",
    low: 0,
    high: 100_000,
    unit: "ppm",
    meaning: "and how much further for each second since that pair: the worst clock in the field",
  },
  {
    name: "devicesPerUser",
    low: 1,
    high: 100,
    unit: "devices",
    meaning: "tokens one user may have in use, deactivated and deleted ones not counted",
  },
];
