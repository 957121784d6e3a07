// The Policy of a PSKC key (RFC 6030 section 5): a recipient that does not understand or cannot
// keep part of it must not use the key at all.

import { Fault } from "../problems.ts";
import type { XmlElement } from "../xml.ts";
import { childOf, childrenOf, dateIn } from "./elements.ts";
import { PSKC_NS } from "./names.ts";

const KNOWN = ["StartDate", "ExpiryDate", "PINPolicy", "KeyUsage"];

/** What was read of a Policy. */
export interface PskcPolicy {
  readonly validFromUs: number | null;
  readonly validUntilUs: number | null;
  /** Whether the token itself asks for a PIN. */
  readonly localPin: boolean;
}

/** @throws {Fault} for a policy that the verifier would have to enforce and does not */
export function readPolicy(key: XmlElement): PskcPolicy {
  const policy = childOf(key, "Policy");
  if (policy === null) return { validFromUs: null, validUntilUs: null, localPin: false };
  const unknown = policy.children.find(
    ({ local, uri }) => uri !== PSKC_NS || !KNOWN.includes(local),
  );
  if (unknown !== undefined) {
    const field = unknown.local === "NumberOfTransactions" ? unknown.local : "Policy";
    const why = "holds a rule that the verifier does not enforce, so the key must not be used";
    throw new Fault(unknown.offset, field, `${why}; ask for keys without it`);
  }
  const usages = childrenOf(policy, "KeyUsage");
  if (usages.length > 0 && !usages.some(({ text }) => text.trim() === "OTP")) {
    const offset = usages[0]?.offset ?? policy.offset;
    throw new Fault(offset, "KeyUsage", "does not allow OTP; this key is for something else");
  }
  return {
    validFromUs: dateIn(policy, "StartDate"),
    validUntilUs: dateIn(policy, "ExpiryDate"),
    localPin: readPinPolicy(policy),
  };
}

/** A PIN that the token asks for is its own affair; one that is part of the code is not. */
function readPinPolicy(policy: XmlElement): boolean {
  const pin = childOf(policy, "PINPolicy");
  if (pin === null) return false;
  const mode = pin.attributes.PINUsageMode?.trim();
  if (mode === "Local") return true;
  if (mode === undefined && pin.attributes.PINKeyId === undefined) return true;
  const ways = "the verifier would have to check a PIN with each code, which it does not";
  const remedy = "ask for keys with PINUsageMode Local or without a PINPolicy";
  throw new Fault(pin.offset, "PINPolicy", `${ways}; ${remedy}`);
}
