// What the sections share: a credential on the token, and reading it with options of one's own.

import { stepStartUs, timeStepAt } from "../../../core/drift/steps.ts";
import { hotpParameters, type TotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { CodeReading, OperationOptions } from "../../../devices/device.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { bestDigits, tokenTotp } from "../shared/token-codes.ts";

/** Where the rules stand. */
export const RULES_SOURCE = "devices/device.ts, rules that every driver keeps";
/** How long cases wait for an answer that will not come, milliseconds of host time. */
export const IMPATIENT_MS = 20;
/** How late a late answer comes, milliseconds of host time. */
export const LATE_MS = 40;

/** A time-based credential on the token, its clock in the middle of a step. */
export interface Timed {
  readonly parameters: TotpParameters;
  /** The code the token must show now. */
  readonly code: string;
  /** Reads it, with options; the button is pressed where one is needed. */
  readonly read: (options?: OperationOptions) => Promise<CodeReading>;
}

/** Writes a time-based credential and brings the token's clock to the middle of a step. */
export async function timed(t: TokenContext): Promise<Timed> {
  const secret = rfc4226Secret();
  const parameters = tokenTotp(t);
  const credential = await t.provision(secret, parameters);
  const timeStep = timeStepAt(t.clock.nowUs(), parameters) + 1n;
  const atUs = stepStartUs(timeStep, parameters) + (parameters.stepSeconds * SECOND_US) / 2;
  await t.totpAt(Math.floor(atUs / SECOND_US), credential);
  const { button, totp } = t.device.capabilities;
  return {
    parameters,
    code: expectedCode(secret, parameters, timeStep),
    read: async (options = {}) => {
      if (button) await t.rig?.pressButton();
      return t.device.readTotp({
        credential,
        ...options,
        ...(totp?.clock === "host" ? { atUs } : {}),
      });
    },
  };
}

/** Gives a physical token's clock the host's time again, after a case that set it by itself. */
export async function restoreTime(t: TokenContext): Promise<void> {
  if (t.rig !== null) return;
  await t.device.setTime(Math.floor(t.clock.nowUs() / SECOND_US), { signal: t.signal });
}

/** An event-based credential on the token. */
export interface Counted {
  readonly credential: string;
  /** The code the oracle has for a counter. */
  readonly codeOf: (counter: bigint) => string;
}

/** Writes an event-based credential, its counter at 0. */
export async function counted(t: TokenContext): Promise<Counted> {
  const secret = rfc4226Secret();
  const parameters = hotpParameters({ digits: bestDigits(t, "hotp") });
  const credential = await t.provision(secret, parameters);
  return { credential, codeOf: (counter) => expectedCode(secret, parameters, counter) };
}
