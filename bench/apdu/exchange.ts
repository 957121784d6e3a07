// The APDU that is exchanged, and the token that answers it.

import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { createRandom } from "../../core/time/random.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { encodeCommandApdu } from "../../core/wire/apdu.ts";
import { encodeYkoathRequest, YKOATH_AID } from "../../core/wire/ykoath.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";

const NAME = new Uint8Array(Buffer.from("bench"));
/** RFC 4226's secret at time step 1: 94287082, and the status word. */
const ANSWER = "76050841397EEA9000";

/** SELECT of the OATH applet. */
export const SELECT: Uint8Array = encodeCommandApdu(
  encodeYkoathRequest({ kind: "select", aid: YKOATH_AID }),
);

/** CALCULATE, truncated, of the credential that PUT writes. */
export const CALCULATE: Uint8Array = encodeCommandApdu(
  encodeYkoathRequest({
    kind: "calculate",
    name: NAME,
    challenge: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1),
    truncated: true,
  }),
);

/** PUT. */
export const PUT: Uint8Array = encodeCommandApdu(
  encodeYkoathRequest({
    kind: "put",
    name: NAME,
    type: "totp",
    algorithm: "SHA1",
    digits: 8,
    secret: rfc4226Secret(),
    property: 0,
  }),
);

/** An emulated YubiKey 5. @param number makes its serial number */
export function benchToken(number = 0): SmartToken {
  return createSmartToken({
    profile: smartProfileOf("yubikey5"),
    clock: new SystemClock(),
    random: createRandom(number),
  });
}

/** Its card. */
export function cardOf({ card }: SmartToken): NonNullable<SmartToken["card"]> {
  if (card === undefined) throw new TypeError("a YubiKey 5 has a card");
  return card;
}

/** @throws {Error} when an answer to CALCULATE is not the code: a wrong one is not timed */
export function assertCode(what: string, answer: Uint8Array): void {
  const hex = Buffer.from(answer).toString("hex").toUpperCase();
  if (hex !== ANSWER) throw new Error(`${what}: CALCULATE is answered ${hex}`);
}

/** @throws {Error} when an answer to SELECT does not end in 9000 */
export function assertSelected(what: string, answer: Uint8Array): void {
  const hex = Buffer.from(answer.subarray(-2)).toString("hex");
  if (hex !== "9000") throw new Error(`${what}: SELECT is answered ${hex}`);
}
