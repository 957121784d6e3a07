// A session of an OATH applet: whether the host has proven that it knows the access key (YKOATH
// document, section 6). It begins at SELECT and ends with the power.

import { timingSafeEqual } from "node:crypto";
import {
  ACCESS_CHALLENGE_BYTES,
  algorithmOfNibble,
  YKOATH_INS,
} from "../../../core/wire/ykoath.ts";
import { hmac } from "../../hmac.ts";
import type { AccessKeyProfile } from "../smart-profile.ts";
import type { AccessKey } from "./header.ts";

/** How a proof was judged. */
export type ProofVerdict = "right" | "wrong" | "wrong-length";

/** Who may do what, until the next SELECT. */
export class OathSession {
  #challenge: Uint8Array = new Uint8Array(0);
  #isUnlocked = true;

  /** Begins with a fresh challenge of 8 bytes; locked when there is an access key. */
  begin(challenge: Uint8Array, hasAccessKey: boolean): void {
    this.#challenge = challenge;
    this.#isUnlocked = !hasAccessKey;
  }

  get isUnlocked(): boolean {
    return this.#isUnlocked;
  }

  unlock(): void {
    this.#isUnlocked = true;
  }

  lock(): void {
    this.#isUnlocked = false;
  }

  /** Judges the host's proof over this session's challenge; the right one unlocks. */
  validate(accessKey: AccessKey, response: Uint8Array): ProofVerdict {
    const verdict = judgeProof(accessKey, this.#challenge, response);
    if (verdict === "right") this.#isUnlocked = true;
    return verdict;
  }
}

/** HMAC over a challenge with an access key. */
export function accessMac({ keyType, key }: AccessKey, challenge: Uint8Array): Uint8Array {
  return hmac(algorithmOfNibble(keyType & 0x0f) ?? "SHA1", key, challenge);
}

/** Compares a response with what it must be, in constant time. */
export function judgeProof(
  accessKey: AccessKey,
  challenge: Uint8Array,
  response: Uint8Array,
): ProofVerdict {
  const expected = accessMac(accessKey, challenge);
  if (response.length !== expected.length) return "wrong-length";
  return timingSafeEqual(expected, response) ? "right" : "wrong";
}

/** Challenges of the host must be that long, so that it does not choose what the card signs. */
export function isHostChallenge(challenge: Uint8Array): boolean {
  return challenge.length >= ACCESS_CHALLENGE_BYTES;
}

/** Whether an instruction is refused until the access key was proven. */
export function needsProof(ins: number): boolean {
  return ins !== YKOATH_INS.validate && ins !== YKOATH_INS.reset;
}

/** Whether an instruction is about the access key. */
export function isKeyCommand(ins: number): boolean {
  return ins === YKOATH_INS.validate || ins === YKOATH_INS.setCode;
}

/** The type byte of an access key as SELECT tells it. */
export function toldKeyType(profile: AccessKeyProfile, keyType: number): number {
  return profile !== "absent" && profile.tells === "stored-byte" ? keyType : keyType & 0x0f;
}
