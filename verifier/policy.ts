// What a verifier tolerates. Policies come as presets; each number can be overridden.

import { POLICY_FIELDS } from "./policy-fields.ts";

/** The presets. */
export type PresetName = "rfc6238" | "aws" | "default" | "fixed-window" | "gap-growth";

/** How a login's window is found. */
export type WindowRule =
  | "offset" // so many steps around the recorded offset
  | "gap-growth" // the same, wider the longer the token was not used
  | "tracker"; // the steps that the codes so far leave possible

/** Every setting of the decisions. See POLICY_FIELDS for units, ranges and meanings. */
export interface Policy {
  readonly name: string;
  readonly windowPast: number;
  readonly windowFuture: number;
  readonly windowCap: number;
  readonly growthPpm: number;
  readonly typingSeconds: number;
  readonly straySeconds: number;
  readonly horizonDays: number;
  readonly crystalPpm: number;
  readonly tcxoPpm: number;
  readonly networkPpm: number;
  readonly enrollSteps: number;
  readonly shelfSteps: number;
  readonly shelfPpm: number;
  readonly pendingSeconds: number;
  readonly resyncSteps: number;
  readonly autoResyncSteps: number;
  readonly autoResyncWait: number;
  readonly lookAheadWindow: number;
  readonly resyncCounters: number;
  readonly throttleLimit: number;
  readonly delaySeconds: number;
  readonly lockSeconds: number;
  readonly guessesPerDay: number;
  readonly driftCapSteps: number;
  readonly slewSteps: number;
  readonly slewPpm: number;
  readonly devicesPerUser: number;
  /** Whether logins move the recorded offset (RFC 6238 §6). Enrollment and resync always do. */
  readonly trackDrift: boolean;
  /** Tokens whose offset logins may not move have the rule "offset". */
  readonly windowRule: WindowRule;
}

const RFC6238: Policy = {
  name: "rfc6238",
  windowPast: 1,
  windowFuture: 1,
  windowCap: 8,
  growthPpm: 23,
  typingSeconds: 40,
  straySeconds: 2,
  horizonDays: 180,
  crystalPpm: 60,
  tcxoPpm: 5,
  networkPpm: 0,
  enrollSteps: 60,
  shelfSteps: 2,
  shelfPpm: 25,
  pendingSeconds: 604_800,
  resyncSteps: 1000,
  autoResyncSteps: 0,
  autoResyncWait: 3,
  lookAheadWindow: 10,
  resyncCounters: 1000,
  throttleLimit: 10,
  delaySeconds: 0,
  lockSeconds: 0,
  guessesPerDay: 0,
  driftCapSteps: 2880,
  slewSteps: 2,
  slewPpm: 100,
  devicesPerUser: 1,
  trackDrift: true,
  windowRule: "offset",
};

/**
 * Enrollment and resync search sizes are our choice: the cloud console that this preset follows
 * publishes none. A pair given late is taken; its lateness becomes the recorded offset, so that
 * the device is associated but out of sync, until a resync.
 */
const AWS: Policy = {
  ...RFC6238,
  name: "aws",
  enrollSteps: 20,
  resyncSteps: 20,
};

/**
 * The drift tracker. Its window is what the codes so far leave possible, and at least -1 to +1
 * around the likeliest step. Not -2: then a daily user's window could never be below four codes,
 * and the mean of four at most, which is the goal, leaves no room for the days that need more. The
 * late typist is covered all the same: `typingSeconds` reaches into the past of what is possible.
 *
 * At most ten codes: with eight, users who come after 60 days on average, but at exponential gaps,
 * are refused 1.9 to 2.2 times in 1,000, above the goal of two; with ten 1.2 times.
 *
 * Measured on the fleet of the protocol notes (section D, five years, 3,000 tokens): rejected
 * logins in 1,000, and mean codes to check, at even gaps and at exponential ones:
 *
 *   daily           0.75 · 3.86     0.84 · 3.86
 *   weekly          0.34 · 4.36     0.39 · 4.35
 *   every 60 days   0.47 · 5.19     1.24 · 5.17
 */
const DEFAULT: Policy = {
  ...RFC6238,
  name: "default",
  windowRule: "tracker",
  windowCap: 10,
  slewSteps: 1,
  autoResyncSteps: 20,
  lockSeconds: 900,
  guessesPerDay: 20,
};

/** For comparison: no tracking, as most verifiers do. */
const FIXED_WINDOW: Policy = {
  ...RFC6238,
  name: "fixed-window",
  windowPast: 2,
  windowFuture: 2,
  trackDrift: false,
};

/** For comparison: a window that grows with the time since the last login, as some vendors do. */
const GAP_GROWTH: Policy = {
  ...RFC6238,
  name: "gap-growth",
  windowRule: "gap-growth",
  windowPast: 2,
  windowCap: 60,
};

const PRESETS: Readonly<Record<PresetName, Policy>> = {
  rfc6238: RFC6238,
  aws: AWS,
  default: DEFAULT,
  "fixed-window": FIXED_WINDOW,
  "gap-growth": GAP_GROWTH,
};

/** Names of the presets, for messages and help. */
export const PRESET_NAMES: readonly PresetName[] = [
  "rfc6238",
  "aws",
  "default",
  "fixed-window",
  "gap-growth",
];

const WINDOW_RULES: readonly WindowRule[] = ["offset", "gap-growth", "tracker"];

/**
 * A preset with some numbers overridden.
 *
 * @throws {RangeError} naming an unknown preset or setting, or a value that is out of its range
 */
export function policyOf(
  preset: PresetName,
  overrides: Partial<Omit<Policy, "name">> = {},
): Policy {
  if (!Object.hasOwn(PRESETS, preset)) {
    throw new RangeError(`no preset "${String(preset)}"; there are: ${PRESET_NAMES.join(", ")}`);
  }
  const base = PRESETS[preset];
  const settings = Object.keys(base).filter((name) => name !== "name");
  const unknown = Object.keys(overrides).find((name) => !settings.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`no policy setting "${unknown}"; there are: ${settings.join(", ")}`);
  }
  const policy: Policy = { ...base, ...overrides };
  assertPolicy(policy);
  return policy;
}

/** @throws {RangeError} naming the field that is out of range, and its range */
export function assertPolicy(policy: Policy): void {
  for (const { name, low, high, unit } of POLICY_FIELDS) {
    const value = policy[name];
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new RangeError(
        `policy ${name} must be a whole number from ${low} to ${high} ${unit}, got ${value}`,
      );
    }
  }
  if (typeof policy.trackDrift !== "boolean") {
    throw new RangeError(`policy trackDrift must be true or false, got ${policy.trackDrift}`);
  }
  if (!WINDOW_RULES.includes(policy.windowRule)) {
    throw new RangeError(
      `policy windowRule must be ${WINDOW_RULES.join(", ")}; got ${String(policy.windowRule)}`,
    );
  }
  const candidates = policy.windowPast + policy.windowFuture + 1;
  if (candidates > 1000) {
    throw new RangeError(`a login window of ${candidates} steps is too wide; at most 1000`);
  }
}
