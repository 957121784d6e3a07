// CCID messages out of bulk transfers. A message is cut by its dwLength, not by packets: it may
// come in several transfers, and a transfer may end anywhere (CCID document, pitfalls 1 to 3).

import { ByteQueue } from "../byte-queue.ts";
import { assertWhole, viewOf } from "../bytes.ts";
import { CCID_HEADER_BYTES, CCID_MESSAGE_BYTES } from "./constants.ts";

/** What transfers amount to. */
export type CcidTransferEvent =
  /** A whole message, header included. */
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  /** Longer than allowed: not kept. Its header, for the answer (failed, bad dwLength). */
  | { readonly kind: "too-long"; readonly header: Uint8Array; readonly length: number };

/** A payload longer than this is skipped to the end of its transfer only: dwLength is damaged. */
const MAX_SKIPPED_BYTES = 0x1_0000 + CCID_HEADER_BYTES;

/** Puts messages together from transfers of any size; holds at most one message. */
export class CcidAssembler {
  readonly #maxBytes: number;
  readonly #queue = new ByteQueue();
  #skipBytes = 0;

  /**
   * @param maxBytes longest message, header included: dwMaxCCIDMessageLength
   * @throws {RangeError} when maxBytes is below 10 or above 65,546
   */
  constructor(maxBytes: number = CCID_MESSAGE_BYTES) {
    assertWhole("maxBytes", maxBytes, CCID_HEADER_BYTES, MAX_SKIPPED_BYTES);
    this.#maxBytes = maxBytes;
  }

  /** Takes the bytes of one transfer, and gives what is complete with them, oldest first. */
  feed(transfer: Uint8Array): readonly CcidTransferEvent[] {
    const events: CcidTransferEvent[] = [];
    this.#queue.push(transfer);
    for (;;) {
      this.#skipBytes -= this.#queue.skip(this.#skipBytes);
      if (this.#queue.length < CCID_HEADER_BYTES) return events;
      const length = viewOf(this.#queue.peek(CCID_HEADER_BYTES)).getUint32(1, true);
      const total = CCID_HEADER_BYTES + length;
      if (total > this.#maxBytes) {
        events.push({ kind: "too-long", header: this.#queue.take(CCID_HEADER_BYTES), length });
        if (length <= MAX_SKIPPED_BYTES) this.#skipBytes = length;
        else this.#queue.skip(this.#queue.length);
      } else if (this.#queue.length >= total) {
        events.push({ kind: "message", bytes: this.#queue.take(total) });
      } else {
        return events;
      }
    }
  }

  /** Bytes of a message that is not complete. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  /** Forgets what is not complete: the device was reset, or the endpoint's halt cleared. */
  reset(): void {
    this.#queue.clear();
    this.#skipBytes = 0;
  }
}

/**
 * Whether a bulk-IN message needs an empty packet after it, so that the host sees its end. Not
 * over USB/IP, where the length of a transfer is told.
 */
export function needsEmptyPacket(messageBytes: number, packetBytes: number): boolean {
  return messageBytes > 0 && messageBytes % packetBytes === 0;
}
