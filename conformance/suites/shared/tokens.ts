// The tokens that verifier cases register, and the times at which their codes show.

import { stepStartUs } from "../../../core/drift/steps.ts";
import {
  type HashAlgorithm,
  hotpParameters,
  type TotpParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { rfc4226Secret, rfc6238Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { Target, TargetPolicy, TargetToken, TargetTokenId } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";

/** A time-based token, as a target is to know it. */
export interface TotpTargetToken extends TargetToken {
  readonly parameters: TotpParameters;
}

/** 2026-01-01T00:00:00Z in steps of 30 s: where most cases begin. */
export const START_STEP: bigint = 58_907_520n;

/** The default token: the RFCs' 20-byte secret, SHA-1, 6 digits, X = 30, T0 = 0. */
export function totpToken(given: Partial<Omit<TotpParameters, "kind">> = {}): TotpTargetToken {
  const parameters = totpParameters(given);
  return { secret: rfc6238Secret(parameters.algorithm), parameters };
}

/** The default token on a server of its own, enabled at START_STEP. */
export async function enrolledToken(
  t: VerifierContext,
  policy: Partial<TargetPolicy> = {},
): Promise<{
  readonly token: TotpTargetToken;
  readonly target: Target;
  readonly id: TargetTokenId;
}> {
  const token = totpToken();
  const target = await t.open(policy);
  return { token, target, id: await t.enrolled(target, token, START_STEP) };
}

/** An event-based token with the secret of RFC 4226 Appendix D. */
export function hotpToken(
  given: { readonly digits?: number; readonly algorithm?: HashAlgorithm } = {},
  counter?: bigint,
): TargetToken {
  const token = { secret: rfc4226Secret(), parameters: hotpParameters(given) };
  return counter === undefined ? token : { ...token, counter };
}

/** Host time `afterSeconds` into a step of `token`, microseconds. */
export function atStep(token: TotpTargetToken, timeStep: bigint, afterSeconds = 0): number {
  return stepStartUs(timeStep, token.parameters) + afterSeconds * SECOND_US;
}

/** Host time of `seconds` since the Unix epoch, microseconds. */
export function atSeconds(seconds: number): number {
  return Math.round(seconds * SECOND_US);
}
