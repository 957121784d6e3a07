// Sets up an emulated token the way every rig does: model, clock, random seed.

import { createRandom } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import type { EmulatedToken } from "../../firmware-sim/emulated-token.ts";
import type { NonVolatileMemory } from "../../firmware-sim/memory.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { profileOf, TOKEN_PROFILES } from "../../firmware-sim/profiles.ts";
import { createEmulatedToken } from "../../firmware-sim/token.ts";
import type { SubjectOptions } from "../subject.ts";
import type { World } from "./world.ts";

/** 2026-01-01T00:00:00Z, microseconds since the Unix epoch. */
export const DEFAULT_START_US = 1_767_225_600_000_000;

/** Models that `virtual:MODEL` takes, the default one first. */
export const VIRTUAL_MODELS: readonly { readonly name: string; readonly summary: string }[] =
  TOKEN_PROFILES;

/** What data sheets of tokens with these clocks state, parts per million; others state nothing. */
const STATED_PPM: Readonly<Record<string, number>> = { perfect: 0, drifting: 30 };
const DEFAULT_CLOCK = "perfect";

/** The rate error that the data sheet of such a token states; undefined when it states none. */
export function statedPpmOf({ clockName, ratePpm }: SubjectOptions): number | undefined {
  const stated = STATED_PPM[clockName ?? DEFAULT_CLOCK];
  return stated === undefined ? undefined : stated + Math.abs(ratePpm ?? 0);
}

/** An emulated token in its world. */
export interface TokenInWorld {
  readonly token: EmulatedToken;
  readonly world: World;
  /** Model and clock, one line. */
  readonly description: string;
}

/**
 * @param profileName a model of firmware-sim/profiles
 * @param world default: simulated time from `options.startUs`
 * @param memory of an earlier life; default an empty one
 * @throws {RangeError} naming an unknown model or clock, or a number out of range
 */
export function tokenInWorld(
  profileName: string,
  options: SubjectOptions,
  world: World = new SimulatedClock(options.startUs ?? DEFAULT_START_US),
  memory?: NonVolatileMemory,
): TokenInWorld {
  const profile = profileOf(profileName);
  const oscillator = createOscillator(options.clockName ?? DEFAULT_CLOCK, {
    random: createRandom(options.randomSeed ?? 0),
    ...(options.offsetSeconds === undefined ? {} : { offsetSeconds: options.offsetSeconds }),
    ...(options.ratePpm === undefined ? {} : { ratePpm: options.ratePpm }),
  });
  const showSeconds = options.pressToShow === true ? profile.showSeconds || 15 : undefined;
  const token = createEmulatedToken({
    profile,
    world,
    oscillator,
    ...(showSeconds === undefined ? {} : { showSeconds }),
    ...(memory === undefined ? {} : { memory }),
  });
  return { token, world, description: `${profile.summary}; clock ${oscillator.description}` };
}
