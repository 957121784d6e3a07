// The host's reading of the applet's answers (YKOATH document, sections 4 and 11): strict about
// lengths, tolerant of tags that some vendor adds. Byte arrays are views into the data.

import { type Malformed, malformed, viewOf } from "../bytes.ts";
import { decodeTlvs, type Tlv } from "../tlv.ts";
import { parseTypeByte, YKOATH_TAGS } from "./constants.ts";
import type {
  CalculateAllEntry,
  CalculateAllResponse,
  CalculatedResponse,
  ListEntry,
  SelectAnswer,
} from "./responses.ts";

/** Most entries of one answer: more than any card stores. */
export const MAX_ANSWER_ENTRIES = 1024;

/** Reads the data of SELECT. Tags not known are ignored, as hosts do. */
export function decodeSelectAnswer(
  data: Uint8Array,
): { readonly kind: "select"; readonly answer: SelectAnswer } | Malformed {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return list;
  const byTag = (tag: number) => list.tlvs.find((tlv) => tlv.tag === tag)?.value;
  const version = byTag(YKOATH_TAGS.version);
  if (version?.length !== 3) return malformed("tag 79 (version) must be there with 3 bytes");
  const deviceId = byTag(YKOATH_TAGS.name);
  if (deviceId?.length === 0) return malformed("tag 71 (device id) must not be empty");
  const challenge = byTag(YKOATH_TAGS.challenge);
  if (challenge?.length === 0) return malformed("tag 74 (challenge) must not be empty");
  const keyAlgorithm = byTag(YKOATH_TAGS.keyAlgorithm)?.[0];
  const pinTries = byTag(YKOATH_TAGS.pinTries)?.[0];
  const serial = byTag(YKOATH_TAGS.serial);
  const [major = 0, minor = 0, patch = 0] = version;
  const answer: SelectAnswer = {
    version: { major, minor, patch },
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(keyAlgorithm === undefined ? {} : { keyAlgorithm }),
    ...(pinTries === undefined ? {} : { pinTries }),
    ...(serial === undefined ? {} : { serial }),
  };
  return { kind: "select", answer };
}

/**
 * Reads the data of LIST. Entries of a type this protocol does not know come as `unknownTypes`, a
 * count: vendors add types, and a list with one of them is still a list.
 *
 * @param withProperties whether the request asked for Nitrokey's property byte
 */
export function decodeListAnswer(
  data: Uint8Array,
  withProperties = false,
):
  | { readonly kind: "list"; readonly entries: readonly ListEntry[]; readonly unknownTypes: number }
  | Malformed {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return list;
  if (list.tlvs.length > MAX_ANSWER_ENTRIES) return malformed("LIST has more than 1024 entries");
  const entries: ListEntry[] = [];
  let unknownTypes = 0;
  const shortest = withProperties ? 3 : 2;
  for (const { tag, value } of list.tlvs) {
    if (tag !== YKOATH_TAGS.nameList) return malformed("LIST must hold nothing but tag 72");
    if (value.length < shortest) return malformed(`tag 72 must be at least ${shortest} bytes`);
    const types = parseTypeByte(value[0] ?? 0);
    if (types === undefined) {
      unknownTypes++;
      continue;
    }
    const end = withProperties ? value.length - 1 : value.length;
    const entry = { ...types, name: value.subarray(1, end) };
    entries.push(withProperties ? { ...entry, property: value[end] ?? 0 } : entry);
  }
  return { kind: "list", entries, unknownTypes };
}

/** Reads the data of CALCULATE: one object, 75 or 76. */
export function decodeCalculateAnswer(data: Uint8Array): CalculatedResponse | Malformed {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return list;
  const [tlv, ...others] = list.tlvs;
  if (tlv === undefined || others.length > 0) return malformed("CALCULATE must answer one object");
  const response = decodeResponse(tlv);
  if (response.kind === "hotp" || response.kind === "touch") {
    return malformed("CALCULATE must answer tag 75 or 76");
  }
  return response;
}

/** Reads the data of CALCULATE ALL: pairs of a name and its response. */
export function decodeCalculateAllAnswer(
  data: Uint8Array,
): { readonly kind: "calculate-all"; readonly entries: readonly CalculateAllEntry[] } | Malformed {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return list;
  if (list.tlvs.length > 2 * MAX_ANSWER_ENTRIES) {
    return malformed("CALCULATE ALL has more than 1024 entries");
  }
  const entries: CalculateAllEntry[] = [];
  for (let at = 0; at < list.tlvs.length; at += 2) {
    const name = list.tlvs[at];
    const tlv = list.tlvs[at + 1];
    if (name?.tag !== YKOATH_TAGS.name || name.value.length === 0) {
      return malformed("each entry must begin with a name, tag 71");
    }
    if (tlv === undefined) return malformed("the last name has no response");
    const response = decodeResponse(tlv);
    if (response.kind === "malformed") return response;
    entries.push({ name: name.value, response });
  }
  return { kind: "calculate-all", entries };
}

/** Reads the data of VALIDATE: the card's proof, which the host must compare. */
export function decodeValidateAnswer(
  data: Uint8Array,
): { readonly kind: "validate"; readonly proof: Uint8Array } | Malformed {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return list;
  const [tlv, ...others] = list.tlvs;
  if (tlv?.tag !== YKOATH_TAGS.fullResponse || others.length > 0 || tlv.value.length === 0) {
    return malformed("VALIDATE must answer one object, tag 75");
  }
  return { kind: "validate", proof: tlv.value };
}

function decodeResponse({ tag, value }: Tlv): CalculateAllResponse | Malformed {
  const [digits] = value;
  switch (tag) {
    case YKOATH_TAGS.fullResponse:
      if (![21, 33, 65].includes(value.length)) {
        return malformed(`tag 75 must be 21, 33 or 65 bytes, got ${value.length}`);
      }
      return { kind: "full", digits: digits ?? 0, hmac: value.subarray(1) };
    case YKOATH_TAGS.truncatedResponse:
      if (value.length !== 5) return malformed(`tag 76 must be 5 bytes, got ${value.length}`);
      return { kind: "truncated", digits: digits ?? 0, truncated: viewOf(value).getUint32(1) };
    case YKOATH_TAGS.hotpPlaceholder:
    case YKOATH_TAGS.touchPlaceholder: {
      if (value.length > 1) return malformed("tags 77 and 7C must be one byte, or empty");
      const kind = tag === YKOATH_TAGS.hotpPlaceholder ? "hotp" : "touch";
      return digits === undefined ? { kind } : { kind, digits };
    }
    default:
      return malformed("a response must be tag 75, 76, 77 or 7C");
  }
}
