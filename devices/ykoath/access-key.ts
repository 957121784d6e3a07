// The access key of an OATH applet, from a password: proven by both sides, and set (YKOATH
// document, sections 5 and 6).

import { randomBytes, timingSafeEqual } from "node:crypto";
import { wipe } from "../../core/oath/secret.ts";
import type { ResponseApdu } from "../../core/wire/apdu.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import {
  ACCESS_CHALLENGE_BYTES,
  accessProof,
  decodeValidateAnswer,
  deriveAccessKey,
  type YkoathRequest,
} from "../../core/wire/ykoath.ts";
import { DeviceError } from "../errors.ts";
import { readable } from "./readable.ts";
import { dataOf } from "./status-errors.ts";

/** Type and algorithm byte that hosts send with an access key. */
const ACCESS_KEY_TYPE = 0x21;

type Send = (request: YkoathRequest) => Promise<ResponseApdu>;

/**
 * Proves that we know the password, and has the card prove that it does.
 *
 * @param cardChallenge what SELECT asked
 * @throws {DeviceError} refused when the password is wrong; protocol when the card's proof is
 */
export async function proveAccessKey(
  password: string,
  deviceId: Uint8Array,
  cardChallenge: Uint8Array,
  send: Send,
): Promise<void> {
  const key = deriveAccessKey(password, deviceId);
  try {
    const challenge = new Uint8Array(randomBytes(ACCESS_CHALLENGE_BYTES));
    const response = accessProof(key, cardChallenge);
    const answer = await send({ kind: "validate", response, challenge });
    if (answer.sw === STATUS_WORDS.wrongSyntax) {
      throw new DeviceError("refused", "unlock: the password is wrong");
    }
    const proof = readable(decodeValidateAnswer(dataOf("unlock", answer))).proof;
    const expected = accessProof(key, challenge);
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) {
      throw new DeviceError("protocol", "unlock: the token does not know its own password", {
        hint: "do not trust it: it may be another token than the one that was set up",
      });
    }
  } finally {
    wipe(key);
  }
}

/** Sets the key of a password. @throws {DeviceError} */
export async function setAccessKey(
  password: string,
  deviceId: Uint8Array,
  send: Send,
): Promise<void> {
  const key = deriveAccessKey(password, deviceId);
  try {
    const challenge = new Uint8Array(randomBytes(ACCESS_CHALLENGE_BYTES));
    const response = accessProof(key, challenge);
    const keyType = ACCESS_KEY_TYPE;
    dataOf("set password", await send({ kind: "set-code", keyType, key, challenge, response }));
  } finally {
    wipe(key);
  }
}
