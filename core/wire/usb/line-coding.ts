// Line coding of a CDC-ACM serial port (CDC PSTN 1.2 §6.3.11): seven bytes, little-endian.

import { assertWhole, type Malformed, malformed, viewOf } from "../bytes.ts";

/** How a serial port is set. */
export interface LineCoding {
  readonly kind: "line-coding";
  readonly baudRate: number;
  /** bCharFormat: 0 one, 1 one and a half, 2 two. */
  readonly stopBits: 0 | 1 | 2;
  /** bParityType: 0 none, 1 odd, 2 even, 3 mark, 4 space. */
  readonly parity: 0 | 1 | 2 | 3 | 4;
  readonly dataBits: number;
}

/** Bytes of a line coding. */
export const LINE_CODING_BYTES = 7;

/** Reads the data stage of SET_LINE_CODING or GET_LINE_CODING. */
export function decodeLineCoding(bytes: Uint8Array): LineCoding | Malformed {
  if (bytes.length !== LINE_CODING_BYTES) return malformed("a line coding is 7 bytes");
  const [, , , , stop = 0, parity = 0, dataBits = 0] = bytes;
  if (stop > 2) return malformed("bCharFormat must be 0 to 2");
  if (parity > 4) return malformed("bParityType must be 0 to 4");
  return {
    kind: "line-coding",
    baudRate: viewOf(bytes).getUint32(0, true),
    stopBits: stop as LineCoding["stopBits"],
    parity: parity as LineCoding["parity"],
    dataBits,
  };
}

/** The bytes of a line coding. @throws {RangeError} when a field is out of range */
export function encodeLineCoding(coding: LineCoding): Uint8Array {
  assertWhole("baudRate", coding.baudRate, 0, 0xffff_ffff);
  assertWhole("dataBits", coding.dataBits, 0, 0xff);
  const bytes = new Uint8Array(LINE_CODING_BYTES);
  viewOf(bytes).setUint32(0, coding.baudRate, true);
  bytes.set([coding.stopBits, coding.parity, coding.dataBits], 4);
  return bytes;
}
