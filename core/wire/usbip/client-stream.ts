// What a USB/IP client reads from one connection, in pieces of any size: replies to operations,
// and after a successful import replies to URBs (USB/IP document, sections 1 to 3).

import { ByteQueue } from "../byte-queue.ts";
import { type Malformed, malformed, viewOf } from "../bytes.ts";
import {
  DEVICE_RECORD_BYTES,
  OPERATION_STATUS,
  URB_HEADER_BYTES,
  USBIP_VERSION,
} from "./constants.ts";
import {
  decodeDeviceRecord,
  type ListedDevice,
  MAX_LISTED_DEVICES,
  OPERATION_CODES,
  OPERATION_HEADER_BYTES,
  type UsbipDevice,
  type UsbipInterface,
} from "./operations.ts";
import { readUrbReply, type SubmittedUrb, type UrbReply } from "./urbs.ts";

/** What a server sent. */
export type UsbipClientEvent =
  | { readonly kind: "devlist"; readonly devices: readonly ListedDevice[] }
  /** From here on the stream reads URB replies. */
  | { readonly kind: "imported"; readonly device: UsbipDevice }
  /** OPERATION_STATUS other than 0. */
  | { readonly kind: "refused"; readonly status: number }
  | UrbReply
  /** The stream cannot be followed any more: the client closes the connection. */
  | Malformed;

/** A transfer that a client waits for: what decides about the data of its reply. */
export interface AwaitedTransfer {
  readonly direction: "in" | "out";
  /** The transfer's buffer, bytes. */
  readonly length: number;
}

/**
 * Reads a server's stream. A reply does not say whether data follows it: the client does, by what
 * it asked for.
 */
export class UsbipClientStream {
  readonly #awaited: (seqnum: number) => AwaitedTransfer | undefined;
  readonly #queue = new ByteQueue();
  #isImported = false;
  #isBroken = false;
  /** A reply whose data is not complete. */
  #reply: SubmittedUrb | undefined;

  /** @param awaited the transfer of a seqnum that was not answered yet; else undefined */
  constructor(awaited: (seqnum: number) => AwaitedTransfer | undefined) {
    this.#awaited = awaited;
  }

  /** Takes the next bytes. What comes after a malformed message is dropped. */
  push(bytes: Uint8Array): void {
    if (!this.#isBroken) this.#queue.push(bytes);
  }

  /** The next message that is complete; undefined when more bytes are needed. */
  next(): UsbipClientEvent | undefined {
    if (this.#isBroken) return undefined;
    const event = this.#isImported ? this.#nextUrb() : this.#nextOperation();
    if (event?.kind === "imported") this.#isImported = true;
    if (event?.kind !== "malformed") return event;
    this.#isBroken = true;
    this.#queue.clear();
    return event;
  }

  /** Bytes of messages that were not given out. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  #nextOperation(): UsbipClientEvent | undefined {
    if (this.#queue.length < OPERATION_HEADER_BYTES) return undefined;
    const header = viewOf(this.#queue.peek(OPERATION_HEADER_BYTES));
    if (header.getUint16(0) !== USBIP_VERSION) return malformed("version must be 0x0111");
    const code = header.getUint16(2);
    const status = header.getUint32(4);
    if (code !== OPERATION_CODES.devlistReply && code !== OPERATION_CODES.importReply) {
      return malformed("operation code must be OP_REP_DEVLIST or OP_REP_IMPORT");
    }
    if (status !== OPERATION_STATUS.ok) {
      this.#queue.skip(OPERATION_HEADER_BYTES);
      return { kind: "refused", status };
    }
    return code === OPERATION_CODES.importReply ? this.#nextImport() : this.#nextList();
  }

  #nextImport(): UsbipClientEvent | undefined {
    const total = OPERATION_HEADER_BYTES + DEVICE_RECORD_BYTES;
    if (this.#queue.length < total) return undefined;
    const message = this.#queue.take(total);
    const record = decodeDeviceRecord(message.subarray(OPERATION_HEADER_BYTES));
    return record.kind === "malformed" ? record : { kind: "imported", device: record.device };
  }

  /** Waits for the whole list: at most 256 devices of 312 bytes and 255 interfaces. */
  #nextList(): UsbipClientEvent | undefined {
    const head = OPERATION_HEADER_BYTES + 4;
    if (this.#queue.length < head) return undefined;
    const all = this.#queue.peek(this.#queue.length);
    const count = viewOf(all).getUint32(OPERATION_HEADER_BYTES);
    if (count > MAX_LISTED_DEVICES) return malformed(`list of ${count} devices, at most 256`);
    const ends: number[] = [];
    let at = head;
    for (let index = 0; index < count; index++) {
      const numInterfaces = all[at + DEVICE_RECORD_BYTES - 1];
      if (numInterfaces === undefined) return undefined;
      at += DEVICE_RECORD_BYTES + 4 * numInterfaces;
      ends.push(at);
    }
    if (all.length < at) return undefined;
    const message = this.#queue.take(at);
    return readList(message, head, ends);
  }

  #nextUrb(): UsbipClientEvent | undefined {
    if (this.#reply !== undefined) return this.#withData(this.#reply);
    if (this.#queue.length < URB_HEADER_BYTES) return undefined;
    const reply = readUrbReply(this.#queue.peek(URB_HEADER_BYTES));
    if (reply === undefined) return malformed("URB command must be RET_SUBMIT or RET_UNLINK");
    this.#queue.skip(URB_HEADER_BYTES);
    if (reply.kind === "ret-unlink") return reply;
    const transfer = this.#awaited(reply.seqnum);
    if (transfer === undefined) return malformed(`no transfer waits for seqnum ${reply.seqnum}`);
    if (reply.actualLength > transfer.length) {
      return malformed(`${reply.actualLength} bytes for a transfer of ${transfer.length}`);
    }
    if (transfer.direction === "out" || reply.actualLength === 0) return reply;
    this.#reply = reply;
    return this.#withData(reply);
  }

  #withData(reply: SubmittedUrb): SubmittedUrb | undefined {
    if (this.#queue.length < reply.actualLength) return undefined;
    this.#reply = undefined;
    return { ...reply, data: this.#queue.take(reply.actualLength) };
  }
}

function readList(message: Uint8Array, start: number, ends: readonly number[]): UsbipClientEvent {
  const devices: ListedDevice[] = [];
  let at = start;
  for (const end of ends) {
    const record = decodeDeviceRecord(message.subarray(at, at + DEVICE_RECORD_BYTES));
    if (record.kind === "malformed") return record;
    const interfaces = readInterfaces(message.subarray(at + DEVICE_RECORD_BYTES, end));
    devices.push({ device: record.device, interfaces });
    at = end;
  }
  return { kind: "devlist", devices };
}

function readInterfaces(bytes: Uint8Array): readonly UsbipInterface[] {
  return Array.from({ length: bytes.length / 4 }, (_, at) => ({
    interfaceClass: bytes[4 * at] ?? 0,
    interfaceSubClass: bytes[4 * at + 1] ?? 0,
    interfaceProtocol: bytes[4 * at + 2] ?? 0,
  }));
}
