// The card's reading of requests (YKOATH document, section 4): every command is a request or a
// refusal with its status word. What depends on the card's state, firmware or vendor (unknown
// names, secrets too long, digits, version gates) is the applet's to judge.

import type { CommandApdu } from "../apdu.ts";
import { viewOf } from "../bytes.ts";
import { algorithmOfNibble, parseTypeByte, YKOATH_INS, YKOATH_TAGS } from "./constants.ts";
import { Fields, found, type RequestResult, refused } from "./fields.ts";
import type { YkoathRequest } from "./requests.ts";

/** A request, or a refusal. */
export type YkoathRequestResult = RequestResult<YkoathRequest>;

/**
 * Reads a whole command: chained parts are joined before (CommandChain). Le is ignored. Byte
 * arrays of the request are views into the command's data.
 */
export function decodeYkoathRequest(command: CommandApdu): YkoathRequestResult {
  const { cla, ins, p1, p2, data } = command;
  if (cla !== 0) return refused("wrongClass", "CLA must be 00");
  if (ins === YKOATH_INS.select && p1 === 4) {
    if (p2 !== 0) return refused("wrongP1P2", "P2 of SELECT must be 00");
    return found({ kind: "select", aid: data });
  }
  const wanted = parametersOf(ins);
  if (wanted === undefined) return refused("unknownInstruction", "INS is not known");
  if (p1 !== wanted.p1 || !wanted.p2.includes(p2)) {
    return refused("wrongP1P2", "P1 and P2 are not those of the instruction");
  }
  return decodeData(ins, p2 === 1, new Fields(data));
}

function parametersOf(ins: number): { p1: number; p2: readonly number[] } | undefined {
  switch (ins) {
    case YKOATH_INS.put:
    case YKOATH_INS.delete:
    case YKOATH_INS.setCode:
    case YKOATH_INS.rename:
    case YKOATH_INS.list:
    case YKOATH_INS.validate:
    case YKOATH_INS.sendRemaining:
      return { p1: 0, p2: [0] };
    case YKOATH_INS.reset:
      return { p1: 0xde, p2: [0xad] };
    case YKOATH_INS.calculate:
    case YKOATH_INS.calculateAll:
      return { p1: 0, p2: [0, 1] };
    default:
      return undefined;
  }
}

function decodeData(ins: number, truncated: boolean, fields: Fields): YkoathRequestResult {
  switch (ins) {
    case YKOATH_INS.put:
      return decodePut(fields);
    case YKOATH_INS.delete:
      return fields.end({ kind: "delete", name: fields.name() });
    case YKOATH_INS.setCode:
      return decodeSetCode(fields);
    case YKOATH_INS.rename:
      return fields.end({ kind: "rename", from: fields.name(), to: fields.name() });
    case YKOATH_INS.list: {
      const withProperties = fields.takeByte(1);
      return fields.end({ kind: "list", withProperties });
    }
    case YKOATH_INS.calculate: {
      const name = fields.name();
      return fields.end({ kind: "calculate", name, challenge: fields.challenge(0), truncated });
    }
    case YKOATH_INS.calculateAll:
      return fields.end({ kind: "calculate-all", challenge: fields.challenge(0), truncated });
    case YKOATH_INS.validate: {
      const response = fields.value(YKOATH_TAGS.fullResponse, 1, 64);
      return fields.end({ kind: "validate", response, challenge: fields.challenge(1) });
    }
    case YKOATH_INS.reset:
      return fields.end({ kind: "reset" });
    default:
      return fields.end({ kind: "send-remaining" });
  }
}

function decodePut(fields: Fields): YkoathRequestResult {
  const name = fields.name();
  const key = fields.value(YKOATH_TAGS.key, 3, 0xff);
  const property = fields.takeByte(YKOATH_TAGS.property) ? fields.byte() : 0;
  const hasFactor = fields.isNext(YKOATH_TAGS.initialMovingFactor);
  const factor = hasFactor ? fields.value(YKOATH_TAGS.initialMovingFactor, 4, 4) : undefined;
  const [typeByte = 0, digits = 0] = key;
  const types = parseTypeByte(typeByte);
  if (types === undefined) fields.fail("type and algorithm byte of tag 73 is not known");
  const put = { kind: "put", name, digits, secret: key.subarray(2), property } as const;
  const request = { ...put, ...(types ?? { type: "totp", algorithm: "SHA1" }) } as const;
  if (factor === undefined || factor.length < 4) return fields.end(request);
  return fields.end({ ...request, initialMovingFactor: viewOf(factor).getUint32(0) });
}

function decodeSetCode(fields: Fields): YkoathRequestResult {
  if (fields.isEmpty) return found({ kind: "remove-code" });
  const typed = fields.value(YKOATH_TAGS.key, 0, 65);
  if (typed.length === 0) return fields.end({ kind: "remove-code" });
  const [keyType = 0] = typed;
  if (algorithmOfNibble(keyType & 0x0f) === undefined) fields.fail("algorithm of the access key");
  if (typed.length < 2) fields.fail("tag 73 has no access key");
  const challenge = fields.challenge(1);
  const response = fields.value(YKOATH_TAGS.fullResponse, 1, 64);
  return fields.end({ kind: "set-code", keyType, key: typed.subarray(1), challenge, response });
}
