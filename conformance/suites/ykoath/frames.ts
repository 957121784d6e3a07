// APDUs and objects of the YKOATH protocol, put together and taken apart here anew: a mistake in
// the codecs that drivers and emulated tokens share cannot agree with itself.

/** Instructions (CLA 00). */
export const INS = {
  put: 0x01,
  delete: 0x02,
  setCode: 0x03,
  reset: 0x04,
  rename: 0x05,
  list: 0xa1,
  calculate: 0xa2,
  validate: 0xa3,
  select: 0xa4,
  calculateAll: 0xa4,
  sendRemaining: 0xa5,
} as const;

/** Tags. 78 has a value byte and no length. */
export const TAG = {
  name: 0x71,
  nameList: 0x72,
  key: 0x73,
  challenge: 0x74,
  full: 0x75,
  truncated: 0x76,
  hotp: 0x77,
  property: 0x78,
  version: 0x79,
  movingFactor: 0x7a,
  keyAlgorithm: 0x7b,
  touch: 0x7c,
  serial: 0x8f,
} as const;

/** Status words. */
export const SW = {
  ok: 0x9000,
  memoryFailure: 0x6581,
  securityNotSatisfied: 0x6982,
  noSuchObject: 0x6984,
  conditionsNotSatisfied: 0x6985,
  wrongSyntax: 0x6a80,
  noSpace: 0x6a84,
  wrongLength: 0x6700,
  wrongP1P2: 0x6b00,
  unknownInstruction: 0x6d00,
  wrongClass: 0x6e00,
} as const;

/** A000000527210 1: the OATH applet. */
export const OATH_AID: Uint8Array = hex("A0000005272101");

/** An object of an answer. */
export interface AnswerObject {
  readonly tag: number;
  readonly value: Uint8Array;
}

export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

export function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, "utf8"));
}

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** An object: tag, length of one byte or of BER's two, value. */
export function object(tag: number, value: Uint8Array | readonly number[] = []): Uint8Array {
  const length = value.length < 0x80 ? [value.length] : [0x81, value.length];
  return join([tag], length, value);
}

/** A short command without Le; four bytes when it has no data. */
export function command(
  ins: number,
  p1: number,
  p2: number,
  data: Uint8Array = new Uint8Array(0),
  cla = 0,
): Uint8Array {
  return join([cla, ins, p1, p2], data.length === 0 ? [] : [data.length], data);
}

/** An extended command: Lc of three bytes, no Le. */
export function extended(ins: number, p1: number, p2: number, data: Uint8Array): Uint8Array {
  return join([0, ins, p1, p2, 0, data.length >> 8, data.length & 0xff], data);
}

/** The objects of an answer; undefined when it is not made of whole ones. */
export function objectsOf(data: Uint8Array): readonly AnswerObject[] | undefined {
  const objects: AnswerObject[] = [];
  for (let at = 0; at < data.length; ) {
    const [tag = 0, first] = data.subarray(at);
    if (first === undefined || first > 0x81) return undefined;
    const head = first === 0x81 ? 3 : 2;
    const length = first === 0x81 ? (data[at + 2] ?? 0) : first;
    const end = at + head + length;
    if (end > data.length) return undefined;
    objects.push({ tag, value: data.slice(at + head, end) });
    at = end;
  }
  return objects;
}

/** `6A80`, as documents print status words. */
export function printSw(sw: number): string {
  return sw.toString(16).toUpperCase().padStart(4, "0");
}

export function printHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}
