// Why two codes were refused, for the person who sets a device up: they hold its secret, so that
// nothing is given away. Who has given a password only is told less (sign-in/sign-in.ts).

import type { DecisionInput } from "../../../verifier/decide/decision.ts";
import { matches, pairMatches, pairRange } from "../../../verifier/decide/search.ts";
import { defaultEngine } from "../../../verifier/engines/default.ts";
import type { StoredToken } from "../../../verifier/stores/store.ts";
import type { Refused } from "../../../verifier/verdict.ts";
import type { Verifier } from "../../../verifier/verifier.ts";
import type { MessageId } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";

/** How far consecutive codes are looked for, to say that they come too late: a day, steps. */
const LATE_STEPS = 2880;

/** @throws {PageRefusal} codes-malformed, naming the field */
export function assertCodes(code1: string, code2: string): readonly [string, string] {
  for (const [field, code] of Object.entries({ code1, code2 })) {
    if (!/^\d{6}$/.test(code)) throw new PageRefusal("codes-malformed", { field });
  }
  return [code1, code2];
}

/** What is known of a refusal without looking at the secret again. */
export function plainRefusal(
  verdict: Refused,
  [code1, code2]: readonly [string, string],
  codesAtUs: number,
): PageRefusal {
  switch (verdict.reason) {
    case "malformed":
      return new PageRefusal("codes-malformed");
    case "replayed":
      return new PageRefusal(code1 === code2 ? "codes-same" : "codes-repeated");
    case "throttled":
    case "locked":
      return lockedRefusal(verdict, codesAtUs);
    case "not-enrolled":
    case "not-yet-valid":
    case "no-longer-valid":
      return new PageRefusal("device-not-enabled");
    case "wrong-state":
      return new PageRefusal("device-in-use");
    case "expired":
      return new PageRefusal("wizard-expired");
    default:
      return new PageRefusal(code1 === code2 ? "codes-same" : "codes-wrong");
  }
}

/** A device that refuses to try. */
export function lockedRefusal({ retryAtUs }: Refused, codesAtUs: number): PageRefusal {
  const wait = retryAtUs === undefined ? {} : { retryAfterUs: retryAtUs - codesAtUs };
  return new PageRefusal("device-locked", wait);
}

/** @see plainRefusal; wrong codes are looked for elsewhere in time, and in the other order. */
export function pairRefusal(
  verdict: Refused,
  codes: readonly [string, string],
  token: StoredToken | null,
  verifier: Verifier,
  codesAtUs: number,
): PageRefusal {
  const plain = plainRefusal(verdict, codes, codesAtUs);
  if (plain.id !== "codes-wrong" || token === null) return plain;
  return new PageRefusal(wrongHow(codes, token, verifier, codesAtUs));
}

function wrongHow(
  codes: readonly [string, string],
  { secret, record }: StoredToken,
  { policy }: Verifier,
  receivedAtUs: number,
): MessageId {
  const { engine } = defaultEngine();
  const { highestMovingFactor } = engine;
  const key = engine.prepare(secret, record.parameters);
  const input: DecisionInput = {
    record,
    policy,
    receivedAtUs,
    key: { key, highestMovingFactor },
  };
  try {
    const near = pairRange(input, policy.resyncSteps);
    const [first, second] = codes;
    if (pairMatches(input.key, [second, first], near).length > 0) return "codes-swapped";
    if (codes.every((code) => matches(input.key, code, near).length > 0)) {
      return "codes-not-consecutive";
    }
    const far = pairRange(input, LATE_STEPS);
    return pairMatches(input.key, codes, far).length > 0 ? "codes-too-late" : "codes-wrong";
  } finally {
    key.dispose();
  }
}
