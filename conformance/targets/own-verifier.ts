// What both targets of this repository share, the library in process and the service over HTTP:
// what they offer, how a case's policy becomes one of the verifier's, and the words for refusals.

import { type Policy, policyOf } from "../../verifier/policy.ts";
import type { RefusalReason } from "../../verifier/verdict.ts";
import type { VerifierErrorCode } from "../../verifier/verifier.ts";
import {
  type TargetAbility,
  TargetCannot,
  type TargetPolicy,
  type TargetReason,
  TargetRefusal,
  type TargetToken,
} from "../target.ts";

/** Everything a target can offer: nothing is skipped for want of it. */
export const OWN_ABILITIES: ReadonlySet<TargetAbility> = new Set<TargetAbility>([
  "hotp",
  "state",
  "resync",
  "offset",
  "watermark",
  "reasons",
  "restart",
  "parallel",
  "enrollment",
  "users",
  "delete",
  "sha256",
  "sha512",
  "secret-texts",
  "set-offset",
  "drift-report",
  "export",
  "import",
  "public-answers",
  "audit",
  "host-fault",
  "crash",
  "twin",
  "backup",
  "failing-store",
  "timing",
]);

/** Policies count drift in steps; cases in seconds. */
const STEP_SECONDS = 30;

const REFUSALS: Readonly<Record<VerifierErrorCode, TargetReason>> = {
  "unknown-token": "not-enrolled",
  "wrong-state": "wrong-state",
  "device-limit": "limit",
  "secret-in-use": "limit",
};

/**
 * The verifier's policy for what a case asks.
 *
 * @throws {TargetRefusal} "limit" when the verifier refuses a value
 * @throws {TargetCannot} for a tolerance in seconds: windows are in steps
 */
export function libraryPolicy(policy: TargetPolicy): Policy {
  const { window, windowSeconds, resyncSteps, driftCapSeconds, preset, ...same } = policy;
  if (windowSeconds !== undefined) {
    throw new TargetCannot("windows are in steps; there is no tolerance in seconds");
  }
  const given = {
    ...same,
    windowPast: window?.past,
    windowFuture: window?.future,
    resyncSteps,
    resyncCounters: resyncSteps,
    driftCapSteps: driftCapSeconds && Math.floor(driftCapSeconds / STEP_SECONDS),
  };
  const overrides = Object.entries(given).filter(([, value]) => value !== undefined);
  try {
    return policyOf(preset, Object.fromEntries(overrides));
  } catch (error) {
    if (error instanceof RangeError) throw new TargetRefusal("limit", error.message);
    throw error;
  }
}

/** @throws {TargetCannot} for a cap in seconds on a token of other steps */
export function assertCapFits(
  { driftCapSeconds }: TargetPolicy,
  { parameters }: TargetToken,
): void {
  if (driftCapSeconds === undefined || parameters.kind === "hotp") return;
  if (parameters.stepSeconds === STEP_SECONDS) return;
  throw new TargetCannot(`drift is capped in steps, taken here as ${STEP_SECONDS} s`);
}

/** Targets are asked for fewer reasons than the verifier tells. */
export function targetReason(reason: RefusalReason): TargetReason {
  switch (reason) {
    case "expired":
    case "not-yet-valid":
    case "no-longer-valid":
      return "not-enrolled";
    case "wrong-parameters":
      return "no-match";
    default:
      return reason;
  }
}

/** Why an act was refused, by the verifier's code of it. */
export function refusalOf(code: string): TargetReason {
  return Object.hasOwn(REFUSALS, code) ? REFUSALS[code as VerifierErrorCode] : "refused";
}
