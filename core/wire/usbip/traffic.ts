// Both directions of one USB/IP connection for a wire log: what a reply means depends on what was
// asked for.

import type { DecodedFrame, InnerDecoder, WireDirection } from "../decoded.ts";
import { type UsbipClientEvent, UsbipClientStream } from "./client-stream.ts";
import { describeUsbipReply, describeUsbipRequest, type TransferDecoder } from "./log.ts";
import { type UsbipServerEvent, UsbipServerStream } from "./server-stream.ts";
import type { SubmitUrb } from "./urbs.ts";

/** Transfers remembered; a client keeps a few dozen. */
const MAX_AWAITED = 4096;

/** The log of one connection; pieces of any size. */
export class UsbipTraffic {
  readonly #inner: InnerDecoder;
  readonly #requests = new UsbipServerStream();
  readonly #replies = new UsbipClientStream((seqnum) => this.#awaited.get(seqnum));
  readonly #awaited = new Map<number, Pick<SubmitUrb, "direction" | "length" | "endpoint">>();

  /** @param bulk describes the data of a transfer of any endpoint but 0 */
  constructor(bulk: InnerDecoder) {
    this.#inner = bulk;
  }

  /** The messages that are complete with `bytes`, oldest first. */
  read(direction: WireDirection, bytes: Uint8Array): readonly DecodedFrame[] {
    const frames: DecodedFrame[] = [];
    if (direction === "to-token") {
      this.#requests.push(bytes);
      for (let event = this.#requests.next(); event; event = this.#requests.next()) {
        frames.push(this.#request(event));
      }
      return frames;
    }
    this.#replies.push(bytes);
    for (let event = this.#replies.next(); event; event = this.#replies.next()) {
      frames.push(this.#reply(event));
    }
    return frames;
  }

  #request(event: UsbipServerEvent): DecodedFrame {
    if (event.kind === "submit" && this.#awaited.size < MAX_AWAITED) {
      const { direction, length, endpoint } = event;
      this.#awaited.set(event.seqnum, { direction, length, endpoint });
    }
    return describeUsbipRequest(event, this.#transfer("to-token"));
  }

  #reply(event: UsbipClientEvent): DecodedFrame {
    if (event.kind === "imported") this.#requests.imported();
    if (event.kind !== "ret-submit") return describeUsbipReply(event);
    const endpoint = this.#awaited.get(event.seqnum)?.endpoint;
    this.#awaited.delete(event.seqnum);
    return describeUsbipReply(event, endpoint, this.#transfer("from-token"));
  }

  #transfer(direction: WireDirection): TransferDecoder {
    return (endpoint, data) => (endpoint === 0 ? undefined : this.#inner(direction, data));
  }
}
