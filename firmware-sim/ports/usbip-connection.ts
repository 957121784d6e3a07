// One host's connection to a USB/IP server, without a socket: bytes in, bytes out (USB/IP document,
// sections 1 to 3). A host can hurt nobody but itself: what is wrong ends its connection.

import {
  encodeDevlistReply,
  encodeImportReply,
  encodeImportRequest,
  encodeUrbReply,
  OPERATION_STATUS,
  type SubmitUrb,
  URB_STATUS,
  type UsbipServerEvent,
  UsbipServerStream,
} from "../../core/wire/usbip.ts";
import type { PendingTransfer, TransferResult } from "../usb/transfer.ts";
import type { WireTap } from "./tap.ts";
import type { Attached, UsbipBus } from "./usbip-bus.ts";

/** Most transfers that a host may keep waiting; kernels keep a few dozen. */
export const MAX_PENDING_TRANSFERS = 1024;
/** Longest transfer from a host, bytes: what one CCID message or CDC buffer needs, and more. */
const MAX_OUT_BYTES = 0x2_0000;
/** The error status of a USB/IP operation, by what the bus says. */
const REFUSALS = {
  busy: OPERATION_STATUS.busy,
  "no-such-device": OPERATION_STATUS.noSuchDevice,
} as const;

/** @see UsbipConnection */
export interface UsbipConnectionOptions {
  readonly bus: UsbipBus;
  /** Who the host is, for logs. */
  readonly from?: string;
  /** Takes one whole reply. */
  readonly send: (bytes: Uint8Array) => void;
  /**
   * Whether the host reads too slowly: what it asks then waits until `resume` is called, so that
   * few replies wait for it, however long they are.
   */
  readonly isCongested?: () => boolean;
  /** Asks for the connection to be closed. Called once. */
  readonly close: (reason: string) => void;
  /** Told when a device is attached. */
  readonly onImport?: (busid: string) => void;
}

/** A connection. */
export class UsbipConnection {
  readonly #options: UsbipConnectionOptions;
  readonly #stream = new UsbipServerStream(MAX_OUT_BYTES);
  /** Transfers that wait, by seqnum. */
  readonly #pending = new Map<number, PendingTransfer>();
  #attached: Attached | undefined;
  #tap: WireTap | undefined;
  #isClosed = false;

  constructor(options: UsbipConnectionOptions) {
    this.#options = options;
  }

  /** busid of the device that the host has attached. */
  get busid(): string | undefined {
    return this.#attached?.record.busid;
  }

  /** Transfers that wait for data. */
  get pendingTransfers(): number {
    return this.#pending.size;
  }

  /** Takes the next bytes of the host, in pieces of any size. */
  receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#tap?.("to-token", bytes);
    this.#stream.push(bytes);
    this.resume();
  }

  /** The host has read: what it asked meanwhile is answered. */
  resume(): void {
    while (!this.#isClosed && this.#options.isCongested?.() !== true) {
      const event = this.#stream.next();
      if (event === undefined) return;
      this.#handle(event);
    }
  }

  /** The host is gone: what it had is free again. */
  closed(): void {
    this.#isClosed = true;
    this.#pending.clear();
    const attached = this.#attached;
    this.#attached = undefined;
    attached?.release();
  }

  #handle(event: UsbipServerEvent): void {
    switch (event.kind) {
      case "devlist-request":
        this.#options.send(encodeDevlistReply(this.#options.bus.list()));
        break;
      case "import-request":
        this.#attach(event.busid);
        break;
      case "submit":
        this.#submit(event);
        break;
      case "unlink":
        this.#unlink(event.seqnum, event.unlinkSeqnum);
        break;
      case "isochronous":
        this.#reply(event.seqnum, URB_STATUS.stall);
        break;
      case "malformed":
        this.#close(event.problem);
        break;
    }
  }

  #attach(busid: string): void {
    const unplugged = (): void => this.#close(`${busid} was unplugged`);
    const attached = this.#options.bus.attach(busid, unplugged);
    if (typeof attached === "string") {
      this.#options.send(encodeImportReply({ status: REFUSALS[attached] }));
      return;
    }
    this.#attached = attached;
    // The host begins with a bus reset that stays in its kernel.
    attached.device.reset();
    this.#stream.imported();
    this.#tap = attached.openTap?.("usbip", this.#options.from ?? "");
    this.#tap?.("to-token", encodeImportRequest(busid));
    this.#send(encodeImportReply({ device: attached.record }));
    this.#options.onImport?.(busid);
  }

  #submit(urb: SubmitUrb): void {
    const device = this.#attached?.device;
    if (device === undefined) return;
    const { seqnum, endpoint, direction, length, data } = urb;
    if (endpoint === 0) {
      this.#finish(urb, device.control(urb.setup, data, direction === "in" ? length : 0));
    } else if (direction === "out") {
      this.#finish(urb, device.transferOut(endpoint, data));
    } else if (this.#pending.has(seqnum)) {
      this.#close(`seqnum ${seqnum} is in use`);
    } else if (this.#pending.size >= MAX_PENDING_TRANSFERS) {
      this.#close(`more than ${MAX_PENDING_TRANSFERS} transfers wait`);
    } else {
      let isEnded = false;
      const transfer = device.transferIn(endpoint, length, (result) => {
        isEnded = true;
        this.#pending.delete(seqnum);
        this.#finish(urb, result);
      });
      if (!isEnded) this.#pending.set(seqnum, transfer);
    }
  }

  /** After the answer to an unlink no answer to its transfer follows, ever. */
  #unlink(seqnum: number, unlinkSeqnum: number): void {
    const isCancelled = this.#pending.get(unlinkSeqnum)?.cancel() === true;
    this.#pending.delete(unlinkSeqnum);
    const status = isCancelled ? URB_STATUS.unlinked : URB_STATUS.ok;
    this.#send(encodeUrbReply({ kind: "ret-unlink", seqnum, status }));
  }

  #finish(urb: SubmitUrb, result: TransferResult): void {
    switch (result.kind) {
      case "done":
        if (urb.direction === "in") this.#reply(urb.seqnum, URB_STATUS.ok, result.data);
        else this.#replyOut(urb);
        break;
      case "stall":
        this.#reply(urb.seqnum, URB_STATUS.stall);
        break;
      case "overflow":
        this.#reply(urb.seqnum, URB_STATUS.overflow);
        break;
    }
  }

  #reply(seqnum: number, status: number, data: Uint8Array = new Uint8Array(0)): void {
    const actualLength = data.length;
    this.#send(encodeUrbReply({ kind: "ret-submit", seqnum, status, actualLength, data }));
  }

  /** All of it was taken; no data goes back. */
  #replyOut({ seqnum, length }: SubmitUrb): void {
    const reply = { kind: "ret-submit", seqnum, status: URB_STATUS.ok } as const;
    this.#send(encodeUrbReply({ ...reply, actualLength: length, data: new Uint8Array(0) }));
  }

  #send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#tap?.("from-token", bytes);
    this.#options.send(bytes);
  }

  #close(reason: string): void {
    if (this.#isClosed) return;
    this.closed();
    this.#options.close(reason);
  }
}
