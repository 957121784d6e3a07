// The 54-byte functional descriptor of a CCID interface (CCID document, section 2), between the
// interface and its endpoints. Little-endian.

import { assertWhole, type Malformed, malformed, viewOf } from "../bytes.ts";

/** bLength. */
export const CCID_CLASS_DESCRIPTOR_BYTES = 54;
/** bDescriptorType, which HID uses as well. */
export const CCID_CLASS_DESCRIPTOR_TYPE = 0x21;
/** Exchange level in bits 16 to 18 of dwFeatures. */
export const CCID_EXCHANGE_LEVELS = {
  character: 0,
  tpdu: 0x0001_0000,
  shortApdu: 0x0002_0000,
  extendedApdu: 0x0004_0000,
} as const;

/** The descriptor's fields; sizes in bytes, clocks in kHz, rates in bit/s. */
export interface CcidClassDescriptor {
  readonly kind: "ccid";
  readonly bcdCcid: number;
  readonly maxSlotIndex: number;
  /** 1 5 V, 2 3 V, 4 1.8 V. */
  readonly voltageSupport: number;
  /** 1 T=0, 2 T=1. */
  readonly protocols: number;
  readonly defaultClockKhz: number;
  readonly maximumClockKhz: number;
  readonly numClockSupported: number;
  readonly dataRateBps: number;
  readonly maxDataRateBps: number;
  readonly numDataRatesSupported: number;
  readonly maxIfsdBytes: number;
  readonly synchProtocols: number;
  readonly mechanical: number;
  readonly features: number;
  /** At least maxIfsdBytes + 10. */
  readonly maxMessageBytes: number;
  readonly classGetResponse: number;
  readonly classEnvelope: number;
  readonly lcdLayout: number;
  readonly pinSupport: number;
  readonly maxBusySlots: number;
}

/** What a YubiKey 5 says: no T=1 framing, no negotiation, extended APDUs in one block. */
export const YUBIKEY5_CCID_DESCRIPTOR: CcidClassDescriptor = {
  kind: "ccid",
  bcdCcid: 0x0100,
  maxSlotIndex: 0,
  voltageSupport: 7,
  protocols: 2,
  defaultClockKhz: 4000,
  maximumClockKhz: 4000,
  numClockSupported: 0,
  dataRateBps: 307_200,
  maxDataRateBps: 307_200,
  numDataRatesSupported: 0,
  maxIfsdBytes: 3062,
  synchProtocols: 0,
  mechanical: 0,
  features: 0x0004_00fe,
  maxMessageBytes: 3072,
  classGetResponse: 0xff,
  classEnvelope: 0xff,
  lcdLayout: 0,
  pinSupport: 0,
  maxBusySlots: 1,
};

/** Offset and size of each field, bytes. */
const LAYOUT: readonly (readonly [
  Exclude<keyof CcidClassDescriptor, "kind">,
  number,
  1 | 2 | 4,
])[] = [
  ["bcdCcid", 2, 2],
  ["maxSlotIndex", 4, 1],
  ["voltageSupport", 5, 1],
  ["protocols", 6, 4],
  ["defaultClockKhz", 10, 4],
  ["maximumClockKhz", 14, 4],
  ["numClockSupported", 18, 1],
  ["dataRateBps", 19, 4],
  ["maxDataRateBps", 23, 4],
  ["numDataRatesSupported", 27, 1],
  ["maxIfsdBytes", 28, 4],
  ["synchProtocols", 32, 4],
  ["mechanical", 36, 4],
  ["features", 40, 4],
  ["maxMessageBytes", 44, 4],
  ["classGetResponse", 48, 1],
  ["classEnvelope", 49, 1],
  ["lcdLayout", 50, 2],
  ["pinSupport", 52, 1],
  ["maxBusySlots", 53, 1],
];

/** The descriptor's bytes. @throws {RangeError} naming the field that does not fit */
export function encodeCcidClassDescriptor(descriptor: CcidClassDescriptor): Uint8Array {
  const bytes = new Uint8Array(CCID_CLASS_DESCRIPTOR_BYTES);
  bytes.set([CCID_CLASS_DESCRIPTOR_BYTES, CCID_CLASS_DESCRIPTOR_TYPE]);
  const view = viewOf(bytes);
  for (const [field, at, size] of LAYOUT) {
    const value = descriptor[field];
    assertWhole(field, value, 0, 2 ** (8 * size) - 1);
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
  }
  return bytes;
}

/** Reads the descriptor: exactly 54 bytes of type 0x21. */
export function decodeCcidClassDescriptor(bytes: Uint8Array): CcidClassDescriptor | Malformed {
  const isOne = bytes[0] === CCID_CLASS_DESCRIPTOR_BYTES && bytes[1] === CCID_CLASS_DESCRIPTOR_TYPE;
  if (bytes.length !== CCID_CLASS_DESCRIPTOR_BYTES || !isOne) {
    return malformed("a CCID class descriptor is 54 bytes beginning with 36 21");
  }
  const view = viewOf(bytes);
  const fields: Partial<Record<keyof CcidClassDescriptor, number>> = {};
  for (const [field, at, size] of LAYOUT) {
    if (size === 1) fields[field] = view.getUint8(at);
    else if (size === 2) fields[field] = view.getUint16(at, true);
    else fields[field] = view.getUint32(at, true);
  }
  return { ...YUBIKEY5_CCID_DESCRIPTOR, ...fields, kind: "ccid" };
}
