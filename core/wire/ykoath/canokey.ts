// What a CanoKey understands beside YKOATH (YKOATH document, section 11).

import type { CommandApdu } from "../apdu.ts";
import { assertLength } from "../bytes.ts";
import { encodeTlv } from "../tlv.ts";
import { MAX_NAME_BYTES, YKOATH_TAGS } from "./constants.ts";
import { Fields, type RequestResult, refused } from "./fields.ts";

/** Instructions of a CanoKey. */
export const CANOKEY_INS = { setDefault: 0x55 } as const;

/** Names the credential whose code a touch types. */
export interface SetDefaultRequest {
  readonly kind: "set-default";
  readonly name: Uint8Array;
}

/** The command of a request. @throws {RangeError} when the name is not 1 to 64 bytes long */
export function encodeSetDefault({ name }: SetDefaultRequest): CommandApdu {
  assertLength("name", name, 1, MAX_NAME_BYTES);
  const data = encodeTlv(YKOATH_TAGS.name, name);
  return { cla: 0, ins: CANOKEY_INS.setDefault, p1: 0, p2: 0, data, extended: false };
}

/** Reads a whole command. */
export function decodeSetDefault(command: CommandApdu): RequestResult<SetDefaultRequest> {
  const { cla, ins, p1, p2, data } = command;
  if (cla !== 0) return refused("wrongClass", "CLA must be 00");
  if (ins !== CANOKEY_INS.setDefault) return refused("unknownInstruction", "INS is not known");
  if (p1 !== 0 || p2 !== 0) return refused("wrongP1P2", "P1 and P2 must be 00");
  const fields = new Fields(data);
  return fields.end({ kind: "set-default", name: fields.name() });
}
