// What a fleet run is asked for: plain data, the same for every worker and every shard.

import type { ClockModel } from "../../firmware-sim/oscillators/clocks.ts";
import { type Policy, PRESET_NAMES, type PresetName, policyOf } from "../../verifier/policy.ts";
import type { ClockClass } from "../../verifier/record.ts";

/** How often a user logs in. */
export interface Rhythm {
  readonly name: string;
  /** Mean time between logins, seconds. */
  readonly everySeconds: number;
}

/** How times between logins are distributed. */
export type Gaps = "even" | "exponential";

/** A policy under the name it was asked for. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** A part of a run: tokens `index`/`count` of all, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** A run. The same one gives the same figures, whatever the number of workers or shards. */
export interface FleetSpec {
  readonly version: 1;
  readonly randomSeed: number;
  readonly tokens: number;
  readonly years: number;
  readonly clock: ClockModel;
  /** What verifiers believe of these clocks. */
  readonly clockClass: ClockClass;
  readonly policies: readonly NamedPolicy[];
  readonly rhythms: readonly Rhythm[];
  /** Times between logins: even from 0 to twice their mean, or exponential, with long pauses. */
  readonly gaps: Gaps;
  /** Days on the shelf before enrollment: drawn evenly from 0 to this. */
  readonly shelfDays: number;
  /** From a code's display to its arrival: at least `least`, and on average `mean` more. */
  readonly typing: { readonly leastSeconds: number; readonly meanSeconds: number };
}

/** X of all of them. */
export const STEP_SECONDS = 30;
/** Codes have six digits. */
export const CODES: number = 10 ** 6;
export const DAY_SECONDS = 86_400;
export const YEAR_SECONDS: number = 365.25 * DAY_SECONDS;

/** Section D of the protocol notes on clock drift: shelf up to two years, 3 s + Exp(8 s). */
export const FLEET_DEFAULTS: Pick<FleetSpec, "clockClass" | "gaps" | "shelfDays" | "typing"> = {
  clockClass: "crystal",
  gaps: "even",
  shelfDays: 730,
  typing: { leastSeconds: 3, meanSeconds: 8 },
};

/** Limits of a run; names as the command line has them. */
export const FLEET_LIMITS: Readonly<
  Record<"tokens" | "years" | "shelf-days", { readonly low: number; readonly high: number }>
> = {
  tokens: { low: 1, high: 100_000_000 },
  years: { low: 1, high: 20 },
  "shelf-days": { low: 0, high: 3650 },
};

const RHYTHM_DAYS: Readonly<Record<string, number>> = { daily: 1, weekly: 7, monthly: 30 };
const MOST_DAYS = 365;
const MOST_POLICIES = 200;

/** `daily`, `weekly`, `monthly` or a number of days such as `60d`. @throws {RangeError} */
export function rhythmOf(text: string): Rhythm {
  const days = RHYTHM_DAYS[text] ?? (/^\d{1,3}d$/.test(text) ? Number(text.slice(0, -1)) : 0);
  if (days >= 1 && days <= MOST_DAYS) return { name: text, everySeconds: days * DAY_SECONDS };
  throw new RangeError(
    `logins must be daily, weekly, monthly or 1d to ${MOST_DAYS}d, got "${text.slice(0, 40)}"`,
  );
}

/** Rhythms of a list, each once. @throws {RangeError} */
export function rhythmsOf(list: string): readonly Rhythm[] {
  return once("logins", list).map(rhythmOf);
}

/** Policies of a list, each once. @see fleetPolicyOf @throws {RangeError} */
export function policiesOf(list: string): readonly NamedPolicy[] {
  return once("policy", list).map(fleetPolicyOf);
}

/**
 * A policy: a preset; `PRESET-N`, its window ±N; `none-N`, ±N steps without tracking; then
 * `/FIELD=VALUE` for each other number: `default/windowCap=6`, `rfc6238-2/slewSteps=3`.
 *
 * @throws {RangeError} naming what is unknown or out of range
 */
export function fleetPolicyOf(text: string): NamedPolicy {
  const [head = "", ...changes] = text.split("/");
  const [, word = head, width] = /^(.*?)(?:-(\d{1,3}))?$/.exec(head) ?? [];
  const preset = word === "none" ? "fixed-window" : word;
  if (!PRESET_NAMES.includes(preset as PresetName)) {
    throw new RangeError(
      `no policy "${text.slice(0, 60)}"; there are ${PRESET_NAMES.join(", ")}, none-N, and with ` +
        "-N the window ±N of each",
    );
  }
  const steps = width === undefined ? undefined : Number(width);
  const overrides: Record<string, number> = {};
  if (steps !== undefined) Object.assign(overrides, { windowPast: steps, windowFuture: steps });
  for (const change of changes) {
    const [field = "", value = ""] = change.split("=");
    if (!/^\d{1,9}$/.test(value)) {
      throw new RangeError(`policy ${text}: FIELD=VALUE, a whole number, not "${change}"`);
    }
    overrides[field] = Number(value);
  }
  return { name: text, policy: policyOf(preset as PresetName, overrides) };
}

function once(what: string, list: string): readonly string[] {
  const names = list.split(",").map((name) => name.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new RangeError(`${what} ${twice} is given twice`);
  if (names.length > MOST_POLICIES) throw new RangeError(`more than ${MOST_POLICIES} of ${what}`);
  return names;
}

/** `3/16`. @throws {RangeError} */
export function shardOf(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw new RangeError(`a shard is K/N with K from 1 to N, such as 3/16, got "${text}"`);
}

/** The tokens of a shard: from `first` up to, not including, `end`. */
export function tokensOf(
  { tokens }: FleetSpec,
  { index, count }: Shard,
): { readonly first: number; readonly end: number } {
  const bound = (part: number): number => Math.floor((tokens * part) / count);
  return { first: bound(index - 1), end: bound(index) };
}
