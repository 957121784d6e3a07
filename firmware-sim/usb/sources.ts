// Where the data of an IN endpoint comes from: messages that each end a transfer (CCID, HID), or a
// stream without borders (CDC-ACM). Both are bounded: a host that does not read loses data.

import { ByteQueue } from "../../core/wire/byte-queue.ts";
import { done, type TransferResult } from "./transfer.ts";

/** The data of an IN endpoint. */
export interface DataSource {
  /** What a transfer of at most `length` bytes gets; undefined: the endpoint stays pending. */
  take(length: number): TransferResult | undefined;
  /** Forgets all. */
  clear(): void;
}

/** Bytes kept for a host that does not read. */
export const MAX_QUEUED_BYTES = 0x2_0000;

/** Whole messages. A transfer never holds parts of two. */
export class MessageSource implements DataSource {
  readonly #packetBytes: number;
  #messages: Uint8Array[] = [];
  #bytes = 0;

  /** @param packetBytes wMaxPacketSize: a shorter packet ends a transfer */
  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes;
  }

  /** Appends a message. False when the host has left too many: it is lost. */
  push(message: Uint8Array): boolean {
    if (this.#bytes + message.length > MAX_QUEUED_BYTES) return false;
    this.#messages.push(message);
    this.#bytes += message.length;
    return true;
  }

  /** A buffer that is shorter than the message gets its beginning, if that is whole packets. */
  take(length: number): TransferResult | undefined {
    const message = this.#messages.shift();
    if (message === undefined) return undefined;
    this.#bytes -= message.length;
    if (message.length <= length) return done(message);
    if (length === 0 || length % this.#packetBytes !== 0) return { kind: "overflow" };
    const rest = message.subarray(length);
    this.#messages.unshift(rest);
    this.#bytes += rest.length;
    return done(message.subarray(0, length));
  }

  clear(): void {
    this.#messages = [];
    this.#bytes = 0;
  }
}

/** A stream. */
export class StreamSource implements DataSource {
  readonly #queue = new ByteQueue();

  /** Appends bytes; more than MAX_QUEUED_BYTES are lost, as on a wire. */
  push(bytes: Uint8Array): void {
    this.#queue.push(bytes.subarray(0, MAX_QUEUED_BYTES - this.#queue.length));
  }

  take(length: number): TransferResult | undefined {
    return this.#queue.length === 0 ? undefined : done(this.#queue.take(length));
  }

  clear(): void {
    this.#queue.clear();
  }
}
