// What a card refuses, as a DeviceError (YKOATH document, section 4).

import type { ResponseApdu } from "../../core/wire/apdu.ts";
import { describeStatusWord, STATUS_WORDS } from "../../core/wire/status-words.ts";
import { DeviceError, type DeviceErrorCode } from "../errors.ts";

interface Meaning {
  readonly code: DeviceErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [
    STATUS_WORDS.securityNotSatisfied,
    {
      code: "refused",
      says: "it is locked, was not touched in time, or the time went back",
      hint: "give its password, or touch it when it blinks",
    },
  ],
  [STATUS_WORDS.noSuchObject, { code: "refused", says: "there is no such credential" }],
  [STATUS_WORDS.notFound, { code: "refused", says: "there is no such credential" }],
  [STATUS_WORDS.conditionsNotSatisfied, { code: "refused", says: "it may not now" }],
  [STATUS_WORDS.blocked, { code: "refused", says: "it may not now" }],
  [
    STATUS_WORDS.noSpace,
    { code: "refused", says: "it is full", hint: "remove a credential first" },
  ],
  [
    STATUS_WORDS.memoryFailure,
    { code: "refused", says: "its memory fails", hint: "remove the credential and write it again" },
  ],
  [STATUS_WORDS.wrongSyntax, { code: "bad-argument", says: "it does not take a value" }],
  [STATUS_WORDS.wrongLength, { code: "bad-argument", says: "a value is too long for it" }],
  [STATUS_WORDS.wrongP1P2, { code: "not-supported", says: "it cannot" }],
  [STATUS_WORDS.unknownInstruction, { code: "not-supported", says: "it cannot" }],
  [STATUS_WORDS.wrongClass, { code: "not-supported", says: "it cannot" }],
]);

/** The error for a status word other than 9000. @param what the operation: `put` */
export function statusError(what: string, sw: number): DeviceError {
  const meaning = MEANINGS.get(sw);
  const shown = describeStatusWord(sw).slice(0, 4);
  if (meaning === undefined) {
    return new DeviceError("protocol", `${what}: the token answers ${describeStatusWord(sw)}`);
  }
  const { code, says, hint = "" } = meaning;
  return new DeviceError(code, `${what}: the token refuses, ${says} (status ${shown})`, { hint });
}

/** The data of an answer. @throws {DeviceError} for a status word other than 9000 */
export function dataOf(what: string, { data, sw }: ResponseApdu): Uint8Array {
  if (sw !== STATUS_WORDS.ok) throw statusError(what, sw);
  return data;
}
