// What a USB/IP server reads from one connection, in pieces of any size (USB/IP document, sections
// 1 and 6): operations, and after a successful import URBs.

import { ByteQueue } from "../byte-queue.ts";
import { assertWhole, type Malformed, malformed, viewOf } from "../bytes.ts";
import { BUSID_BYTES, URB_HEADER_BYTES, USBIP_VERSION } from "./constants.ts";
import { OPERATION_CODES, OPERATION_HEADER_BYTES, readText } from "./operations.ts";
import {
  isIsochronous,
  MAX_TRANSFER_BYTES,
  readUrbRequest,
  type SubmitUrb,
  type UrbRequest,
} from "./urbs.ts";

/** Most isochronous packets skipped. */
const MAX_ISO_PACKETS = 1024;
const ISO_PACKET_BYTES = 16;

/** What a client sent. */
export type UsbipServerEvent =
  | { readonly kind: "devlist-request" }
  /** The server answers; after success it calls `imported`. */
  | { readonly kind: "import-request"; readonly busid: string }
  | UrbRequest
  /** A transfer for an isochronous endpoint: to be answered with a stall. Its data is skipped. */
  | { readonly kind: "isochronous"; readonly seqnum: number }
  /** The stream cannot be followed any more: the server closes the connection. */
  | Malformed;

/**
 * Reads a client's stream. Events come one by one, because an import changes what follows: the
 * server handles `next` until it gives undefined, then waits for more bytes. Holds at most one
 * message, and what was pushed behind it.
 */
export class UsbipServerStream {
  readonly #maxTransferBytes: number;
  readonly #queue = new ByteQueue();
  #isImported = false;
  #isBroken = false;
  #skipBytes = 0;
  /** A submit whose data is not complete. */
  #submit: SubmitUrb | undefined;

  /** @throws {RangeError} when maxTransferBytes is no whole number above 0 */
  constructor(maxTransferBytes: number = MAX_TRANSFER_BYTES) {
    assertWhole("maxTransferBytes", maxTransferBytes, 1, Number.MAX_SAFE_INTEGER);
    this.#maxTransferBytes = maxTransferBytes;
  }

  /** Takes the next bytes. What comes after a malformed message is dropped. */
  push(bytes: Uint8Array): void {
    if (!this.#isBroken) this.#queue.push(bytes);
  }

  /** From now on the connection carries URBs. */
  imported(): void {
    this.#isImported = true;
  }

  /** The next message that is complete. */
  next(): UsbipServerEvent | undefined {
    if (this.#isBroken) return undefined;
    this.#skipBytes -= this.#queue.skip(this.#skipBytes);
    if (this.#skipBytes > 0) return undefined;
    const event = this.#isImported ? this.#nextUrb() : this.#nextOperation();
    if (event?.kind !== "malformed") return event;
    this.#isBroken = true;
    this.#queue.clear();
    return event;
  }

  /** Bytes of messages that were not given out. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  #nextOperation(): UsbipServerEvent | undefined {
    if (this.#queue.length < OPERATION_HEADER_BYTES) return undefined;
    const header = viewOf(this.#queue.peek(OPERATION_HEADER_BYTES));
    if (header.getUint16(0) !== USBIP_VERSION) return malformed("version must be 0x0111");
    switch (header.getUint16(2)) {
      case OPERATION_CODES.devlistRequest:
        this.#queue.skip(OPERATION_HEADER_BYTES);
        return { kind: "devlist-request" };
      case OPERATION_CODES.importRequest: {
        const total = OPERATION_HEADER_BYTES + BUSID_BYTES;
        if (this.#queue.length < total) return undefined;
        const message = this.#queue.take(total);
        const busid = readText(message.subarray(OPERATION_HEADER_BYTES));
        return { kind: "import-request", busid };
      }
      default:
        return malformed("operation code must be OP_REQ_DEVLIST or OP_REQ_IMPORT");
    }
  }

  #nextUrb(): UsbipServerEvent | undefined {
    if (this.#submit !== undefined) return this.#withData(this.#submit);
    if (this.#queue.length < URB_HEADER_BYTES) return undefined;
    const urb = readUrbRequest(this.#queue.peek(URB_HEADER_BYTES));
    if (urb === undefined) return malformed("URB command, direction or endpoint is not known");
    this.#queue.skip(URB_HEADER_BYTES);
    if (urb.kind === "unlink") return urb;
    const dataBytes = urb.direction === "out" ? urb.length : 0;
    if (dataBytes > this.#maxTransferBytes) {
      return malformed(`transfer of ${dataBytes} bytes, at most ${this.#maxTransferBytes}`);
    }
    if (isIsochronous(urb)) {
      if (urb.numberOfPackets > MAX_ISO_PACKETS) return malformed("too many isochronous packets");
      this.#skipBytes = dataBytes + ISO_PACKET_BYTES * urb.numberOfPackets;
      return { kind: "isochronous", seqnum: urb.seqnum };
    }
    if (dataBytes === 0) return urb;
    this.#submit = urb;
    return this.#withData(urb);
  }

  #withData(urb: SubmitUrb): SubmitUrb | undefined {
    if (this.#queue.length < urb.length) return undefined;
    this.#submit = undefined;
    return { ...urb, data: this.#queue.take(urb.length) };
  }
}
