// What a verifier tolerates. Policies come as presets; each number can be overridden.

import { POLICY_FIELDS } from "./policy-fields.ts";

/** The presets. */
export type PresetName = "rfc6238" | "aws" | "default";

/** Every setting of the decisions. See POLICY_FIELDS for units, ranges and meanings. */
export interface Policy {
  readonly name: string;
  readonly windowPast: number;
  readonly windowFuture: number;
  readonly enrollSteps: number;
  readonly resyncSteps: number;
  readonly lookAheadWindow: number;
  readonly resyncCounters: number;
  readonly throttleLimit: number;
  readonly delaySeconds: number;
  readonly driftCapSteps: number;
  readonly slewSteps: number;
  readonly slewPpm: number;
  readonly devicesPerUser: number;
  /** Whether logins move the recorded offset (RFC 6238 §6). Enrollment and resync always do. */
  readonly trackDrift: boolean;
}

const RFC6238: Policy = {
  name: "rfc6238",
  windowPast: 1,
  windowFuture: 1,
  enrollSteps: 60,
  resyncSteps: 1000,
  lookAheadWindow: 10,
  resyncCounters: 1000,
  throttleLimit: 10,
  delaySeconds: 0,
  driftCapSteps: 2880,
  slewSteps: 2,
  slewPpm: 100,
  devicesPerUser: 1,
  trackDrift: true,
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

/** One step more for late typists; the drift tracker with guaranteed bounds will take its place. */
const DEFAULT: Policy = { ...RFC6238, name: "default", windowPast: 2 };

const PRESETS: Readonly<Record<PresetName, Policy>> = {
  rfc6238: RFC6238,
  aws: AWS,
  default: DEFAULT,
};

/** Names of the presets, for messages and help. */
export const PRESET_NAMES: readonly PresetName[] = ["rfc6238", "aws", "default"];

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
  const candidates = policy.windowPast + policy.windowFuture + 1;
  if (candidates > 1000) {
    throw new RangeError(`a login window of ${candidates} steps is too wide; at most 1000`);
  }
}
