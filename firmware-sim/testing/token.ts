// Tokens for tests: in simulated time, with what a test is about given and the rest as usual.

import { hotpParameters, type OathParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import type { EmulatedToken, TokenProfile } from "../emulated-token.ts";
import { NonVolatileMemory } from "../memory.ts";
import type { Oscillator } from "../oscillator.ts";
import { createOscillator } from "../oscillators/create.ts";
import { profileOf } from "../profiles.ts";
import { createEmulatedToken } from "../token.ts";

/** 2026-01-01T00:00:00Z, Unix seconds. */
export const START_SECONDS = 1_767_225_600;

/** What differs from a software token with a perfect clock. */
export interface TestTokenOptions {
  readonly profile?: Partial<TokenProfile>;
  /** Name of the profile that `profile` changes. */
  readonly model?: string;
  readonly oscillator?: Oscillator;
  readonly showSeconds?: number;
  readonly memory?: NonVolatileMemory;
  readonly startSeconds?: number;
}

/** A token, the time around it, and its memory. */
export interface TestToken {
  readonly token: EmulatedToken;
  readonly world: SimulatedClock;
  readonly memory: NonVolatileMemory;
}

/** Makes a token for a test. */
export function testToken(options: TestTokenOptions = {}): TestToken {
  const { oscillator = createOscillator("perfect"), startSeconds = START_SECONDS } = options;
  const profile = { ...profileOf(options.model ?? "software"), ...options.profile };
  const memory = options.memory ?? new NonVolatileMemory(profile.credentials);
  const world = new SimulatedClock(startSeconds * 1e6);
  const { showSeconds } = options;
  const token = createEmulatedToken({
    profile,
    world,
    oscillator,
    memory,
    ...(showSeconds === undefined ? {} : { showSeconds }),
  });
  return { token, world, memory };
}

/** Puts a TOTP credential with the secret of RFC 4226 and the usual parameters. */
export function putTotp(
  token: EmulatedToken,
  name = "time",
  parameters: OathParameters = totpParameters(),
): void {
  token.put({ name, secret: rfc4226Secret(), parameters });
}

/** Puts an HOTP credential with the secret of RFC 4226 and the usual parameters. */
export function putHotp(token: EmulatedToken, name = "event", counter = 0n): void {
  token.put({ name, secret: rfc4226Secret(), parameters: hotpParameters(), counter });
}

/** The refusal of what `act` does; "none" when it is not refused. */
export function refusalOf(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    if (error instanceof Error && "refusal" in error) return String(error.refusal);
    throw error;
  }
}
