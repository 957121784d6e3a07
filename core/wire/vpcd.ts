// vpcd, the virtual smart-card reader of vsmartcard (vpcd document, section 2): frames of a 16-bit
// big-endian length and that many bytes, over TCP. The reader sends control bytes and commands, the
// card answers; it never speaks first.

import { ByteQueue } from "./byte-queue.ts";
import { assertLength, concatBytes, viewOf } from "./bytes.ts";
import {
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  type InnerDecoder,
  innerField,
  type WireDirection,
} from "./decoded.ts";

/** TCP port of slot 0; slot 1 has the next. */
export const VPCD_PORT = 35_963;
/** Longest frame, without its length. */
export const MAX_VPCD_BYTES = 0xffff;
/** Longest ATR that pcscd takes. */
export const MAX_ATR_BYTES = 33;

const CONTROL_BYTES = { "power-off": 0, "power-on": 1, reset: 2, "get-atr": 4 } as const;

/** What a reader tells its card; only "get-atr" and APDUs are answered. */
export type VpcdControl = keyof typeof CONTROL_BYTES;

/** A frame from the reader. */
export type VpcdRequest =
  | { readonly kind: VpcdControl }
  | { readonly kind: "apdu"; readonly apdu: Uint8Array }
  /** A control byte without a meaning (3 is unused), or an empty frame: not to be answered. */
  | { readonly kind: "unknown"; readonly payload: Uint8Array };

/** A frame from the card. */
export type VpcdAnswer =
  /** The ATR, or data and status word: whichever was asked for. */
  | { readonly kind: "answer"; readonly payload: Uint8Array }
  /** An empty frame: the reader takes it for the removal of the card. */
  | { readonly kind: "removal" };

/** Reads a frame from the reader. One byte is a control byte, anything longer an APDU. */
export function decodeVpcdRequest(payload: Uint8Array): VpcdRequest {
  if (payload.length > 1) return { kind: "apdu", apdu: payload };
  const found = Object.entries(CONTROL_BYTES).find(([, byte]) => byte === payload[0]);
  return found === undefined ? { kind: "unknown", payload } : { kind: found[0] as VpcdControl };
}

/** The frame of a reader's request. @throws {RangeError} when an APDU is 0, 1 or > 65,535 bytes */
export function encodeVpcdRequest(request: VpcdRequest): Uint8Array {
  switch (request.kind) {
    case "apdu":
      assertLength("apdu", request.apdu, 2, MAX_VPCD_BYTES);
      return encodeVpcdFrame(request.apdu);
    case "unknown":
      return encodeVpcdFrame(request.payload);
    default:
      return encodeVpcdFrame(Uint8Array.of(CONTROL_BYTES[request.kind]));
  }
}

/** Reads a frame from the card. */
export function decodeVpcdAnswer(payload: Uint8Array): VpcdAnswer {
  return payload.length === 0 ? { kind: "removal" } : { kind: "answer", payload };
}

/** The frame of a card's answer. @throws {RangeError} when it is empty or above 65,535 bytes */
export function encodeVpcdAnswer(answer: VpcdAnswer): Uint8Array {
  if (answer.kind === "removal") return encodeVpcdFrame(new Uint8Array(0));
  assertLength("payload", answer.payload, 1, MAX_VPCD_BYTES);
  return encodeVpcdFrame(answer.payload);
}

/** Length and payload in one array, to be written at once. @throws {RangeError} when too long */
export function encodeVpcdFrame(payload: Uint8Array): Uint8Array {
  assertLength("payload", payload, 0, MAX_VPCD_BYTES);
  return concatBytes([Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload]);
}

/** Cuts payloads out of a stream in pieces of any size; holds at most one frame. */
export class VpcdAssembler {
  readonly #queue = new ByteQueue();

  /** The payloads that are complete with `bytes`, oldest first. */
  feed(bytes: Uint8Array): readonly Uint8Array[] {
    const payloads: Uint8Array[] = [];
    this.#queue.push(bytes);
    while (this.#queue.length >= 2) {
      const length = viewOf(this.#queue.peek(2)).getUint16(0);
      if (this.#queue.length < 2 + length) break;
      this.#queue.skip(2);
      payloads.push(this.#queue.take(length));
    }
    return payloads;
  }

  /** Bytes of a frame that is not complete. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  /** Forgets what is not complete: a new connection begins. */
  reset(): void {
    this.#queue.clear();
  }
}

/**
 * A payload by its fields.
 *
 * @param inner describes the APDU inside
 */
export function describeVpcd(
  direction: WireDirection,
  payload: Uint8Array,
  inner: InnerDecoder,
): DecodedFrame {
  if (direction === "to-token") {
    const request = decodeVpcdRequest(payload);
    switch (request.kind) {
      case "apdu":
        return { name: "apdu", fields: [innerField("apdu", inner(direction, request.apdu))] };
      case "unknown":
        return { name: "unknown", fields: [hiddenField("payload", payload)] };
      default:
        return { name: request.kind, fields: [] };
    }
  }
  if (payload.length === 0) return { name: "removal", fields: [] };
  if (payload[0] === 0x3b || payload[0] === 0x3f) {
    return { name: "atr", fields: [hexField("atr", payload)] };
  }
  if (payload.length < 2) return { name: "answer", fields: [field("problem", "no status word")] };
  return { name: "answer", fields: [innerField("apdu", inner(direction, payload))] };
}
