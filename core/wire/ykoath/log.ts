// YKOATH in wire logs: requests and answers by their fields. Secrets, access keys and the proofs
// made with access keys (a password can be guessed from one) show as length and fingerprint.

import type { CommandApdu, ResponseApdu } from "../apdu.ts";
import { hexNumber } from "../bytes.ts";
import {
  type DecodedField,
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  nameField,
  secretField,
} from "../decoded.ts";
import { describeStatusWord } from "../status-words.ts";
import { decodeTlvs, type Tlv } from "../tlv.ts";
import { parseTypeByte, YKOATH_TAGS } from "./constants.ts";
import { decodeNitrokeyRequest, type NitrokeyRequest, type PasswordEntry } from "./nitrokey.ts";
import { decodeYkoathRequest } from "./request-decoder.ts";
import type { YkoathRequest } from "./requests.ts";

/** Objects of an answer that are shown one by one. */
const MAX_SHOWN_OBJECTS = 24;

/** A request by its fields. Data that is no request shows by its length alone. */
export function describeYkoathCommand(command: CommandApdu): DecodedFrame {
  const result = decodeYkoathRequest(command);
  if (result.kind === "request") return describeRequest(result.request);
  const own = decodeNitrokeyRequest(command);
  if (own.kind === "request") return describeNitrokey(own.request);
  const { cla, ins, p1, p2, data } = command;
  const header = Object.entries({ cla, ins, p1, p2 });
  const fields = header.map(([name, value]) => field(name, hexNumber(value)));
  if (data.length > 0) fields.push(hiddenField("data", data));
  return { name: "command", fields: [...fields, field("problem", result.problem)] };
}

function describeRequest(request: YkoathRequest): DecodedFrame {
  const name = request.kind.toUpperCase().replaceAll("-", " ");
  return { name, fields: requestFields(request) };
}

function requestFields(request: YkoathRequest): readonly DecodedField[] {
  switch (request.kind) {
    case "select":
      return [hexField("aid", request.aid)];
    case "put": {
      const { type, algorithm, digits, secret, property, initialMovingFactor } = request;
      const fields = [
        nameField("name", request.name),
        field("type", `${type}/${algorithm}`),
        field("digits", digits),
        secretField("secret", secret),
        field("property", hexNumber(property)),
      ];
      if (initialMovingFactor === undefined) return fields;
      return [...fields, field("initialMovingFactor", initialMovingFactor)];
    }
    case "delete":
      return [nameField("name", request.name)];
    case "set-code":
      return [
        field("keyType", hexNumber(request.keyType)),
        secretField("key", request.key),
        hexField("challenge", request.challenge),
        secretField("proof", request.response),
      ];
    case "rename":
      return [nameField("from", request.from), nameField("to", request.to)];
    case "list":
      return request.withProperties ? [field("withProperties", "yes")] : [];
    case "calculate":
      return [
        nameField("name", request.name),
        hexField("challenge", request.challenge),
        field("form", request.truncated ? "truncated" : "full"),
      ];
    case "validate":
      return [secretField("proof", request.response), hexField("challenge", request.challenge)];
    case "calculate-all":
      return [
        hexField("challenge", request.challenge),
        field("form", request.truncated ? "truncated" : "full"),
      ];
    case "remove-code":
    case "reset":
    case "send-remaining":
      return [];
  }
}

/** A Nitrokey 3's own: PINs, secrets and passwords are secrets, codes are shown. */
function describeNitrokey(request: NitrokeyRequest): DecodedFrame {
  const name = request.kind.toUpperCase().replaceAll("-", " ");
  return { name, fields: nitrokeyFields(request) };
}

function nitrokeyFields(request: NitrokeyRequest): readonly DecodedField[] {
  switch (request.kind) {
    case "put": {
      const { type, algorithm, digits, property } = request;
      return [
        nameField("name", request.name),
        field("type", `${type}/${algorithm}`),
        field("digits", digits),
        secretField("secret", request.secret),
        field("property", hexNumber(property)),
        ...entryFields(request),
      ];
    }
    case "verify-code":
      return [nameField("name", request.name), field("code", request.code)];
    case "verify-pin":
    case "set-pin":
      return [hiddenField("pin", request.pin)];
    case "change-pin":
      return [hiddenField("pin", request.pin), hiddenField("newPin", request.newPin)];
    case "get-credential":
      return [nameField("name", request.name)];
    case "update": {
      const { name, newName } = request;
      const renamed = newName === undefined ? [] : [nameField("newName", newName)];
      return [nameField("name", name), ...renamed, ...entryFields(request)];
    }
  }
}

function entryFields(entry: PasswordEntry): readonly DecodedField[] {
  const fields = Object.entries({
    login: entry.login,
    password: entry.password,
    metadata: entry.metadata,
  });
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [hiddenField(name, value)]));
}

/**
 * An answer by its status word and objects, whichever request it answers. A tag 75 that is a bare
 * HMAC is a proof; with a digits byte in front it is a response. Part of a chained answer that does
 * not end with an object shows by its length.
 */
export function describeYkoathResponse({ data, sw }: ResponseApdu): DecodedFrame {
  const status = field("sw", describeStatusWord(sw));
  if (data.length === 0) return { name: "answer", fields: [status] };
  const list = decodeTlvs(data);
  if (list.kind === "malformed") {
    return { name: "answer", fields: [hiddenField("data", data), status] };
  }
  const shown = list.tlvs.slice(0, MAX_SHOWN_OBJECTS).map(objectField);
  const more = list.tlvs.length - shown.length;
  if (more > 0) shown.push(field("more", `${more} objects`));
  return { name: "answer", fields: [...shown, status] };
}

function objectField({ tag, value }: Tlv): DecodedField {
  switch (tag) {
    case YKOATH_TAGS.name:
      return value.some((byte) => byte < 0x20)
        ? hexField("deviceId", value)
        : nameField("name", value);
    case YKOATH_TAGS.nameList: {
      const types = parseTypeByte(value[0] ?? 0);
      const type =
        types === undefined ? hexNumber(value[0] ?? 0) : `${types.type}/${types.algorithm}`;
      return field(`entry[${type}]`, nameField("", value.subarray(1)).text);
    }
    case YKOATH_TAGS.challenge:
      return hexField("challenge", value);
    case YKOATH_TAGS.fullResponse:
      return [21, 33, 65].includes(value.length)
        ? hexField("fullResponse", value)
        : secretField("proof", value);
    case YKOATH_TAGS.truncatedResponse:
      return hexField("truncatedResponse", value);
    case YKOATH_TAGS.hotpPlaceholder:
      return hexField("hotp", value);
    case YKOATH_TAGS.touchPlaceholder:
      return hexField("touch", value);
    case YKOATH_TAGS.version:
      return field("version", value.join("."));
    case YKOATH_TAGS.keyAlgorithm:
      return hexField("keyAlgorithm", value);
    case YKOATH_TAGS.pinTries:
      return hexField("pinTries", value);
    case YKOATH_TAGS.serial:
      return hexField("serial", value);
    default:
      return hiddenField(`tag${tag.toString(16).toUpperCase()}`, value);
  }
}
