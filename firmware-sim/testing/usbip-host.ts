// A USB/IP host for tests and benchmarks, without a kernel: asks a server over whatever carries
// bytes, and does transfers by hand.

import { connect } from "node:net";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import {
  type AwaitedTransfer,
  encodeDevlistRequest,
  encodeImportRequest,
  encodeUrbRequest,
  type SubmittedUrb,
  submitUrb,
  type UnlinkedUrb,
  type UsbipClientEvent,
  UsbipClientStream,
} from "../../core/wire/usbip.ts";

/** Longest wait for an answer. */
const TIMEOUT_MS = 5000;
const DEVID = 0x1_0002;

/** A transfer under way. */
export interface HostTransfer {
  readonly seqnum: number;
  readonly reply: Promise<SubmittedUrb>;
}

/** A host. */
export class UsbipHost {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #close: () => void;
  readonly #awaited = new Map<number, AwaitedTransfer>();
  readonly #stream = new UsbipClientStream((seqnum) => this.#awaited.get(seqnum));
  readonly #replies = new Map<number, (reply: SubmittedUrb | UnlinkedUrb) => void>();
  #onOperation: (event: UsbipClientEvent) => void = () => {};
  #onClosed: () => void = () => {};
  #seqnum = 0;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  /** What no transfer waits for, and what is malformed: none of it may ever come. */
  readonly strays: UsbipClientEvent[] = [];

  /** @param write takes bytes for the server; `close` ends the connection */
  constructor(write: (bytes: Uint8Array) => void, close: () => void = () => {}) {
    this.#write = write;
    this.#close = close;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  /** Bytes of the server. */
  receive(data: Uint8Array): void {
    this.#stream.push(data);
    for (let event = this.#stream.next(); event; event = this.#stream.next()) {
      if (event.kind !== "ret-submit" && event.kind !== "ret-unlink") {
        if (event.kind === "malformed") this.strays.push(event);
        this.#onOperation(event);
        continue;
      }
      const answered = this.#replies.get(event.seqnum);
      this.#awaited.delete(event.seqnum);
      this.#replies.delete(event.seqnum);
      if (answered === undefined) this.strays.push(event);
      else answered(event);
    }
  }

  /** The server has closed. */
  wasClosed(): void {
    this.#onClosed();
  }

  close(): void {
    this.#close();
  }

  send(data: Uint8Array): void {
    this.#write(data);
  }

  devlist(): Promise<UsbipClientEvent> {
    return this.#operation(encodeDevlistRequest());
  }

  attach(busid: string): Promise<UsbipClientEvent> {
    return this.#operation(encodeImportRequest(busid));
  }

  /** Begins to read from an endpoint. */
  read(endpoint: number, length = 0x1_0000): HostTransfer {
    const seqnum = ++this.#seqnum;
    const urb = submitUrb({ seqnum, devid: DEVID, direction: "in", endpoint, length });
    return { seqnum, reply: this.#submit(seqnum, urb, encodeUrbRequest(urb)) };
  }

  /** Writes to an endpoint. */
  write(endpoint: number, data: Uint8Array): Promise<SubmittedUrb> {
    const seqnum = ++this.#seqnum;
    const { length } = data;
    const urb = submitUrb({ seqnum, devid: DEVID, direction: "out", endpoint, length, data });
    return this.#submit(seqnum, urb, encodeUrbRequest(urb));
  }

  /** A control transfer given in hexadecimal; gives hexadecimal, or the status when it failed. */
  async control(setupHex: string, dataHex = ""): Promise<string> {
    const setup = bytes(setupHex);
    const data = bytes(dataHex);
    const seqnum = ++this.#seqnum;
    const wanted = (setup[6] ?? 0) | ((setup[7] ?? 0) << 8);
    const isIn = ((setup[0] ?? 0) & 0x80) !== 0 && wanted > 0;
    const direction = isIn ? "in" : "out";
    const length = isIn ? wanted : data.length;
    const urb = submitUrb({ seqnum, devid: DEVID, direction, endpoint: 0, length, setup, data });
    const { status, data: answer } = await this.#submit(seqnum, urb, encodeUrbRequest(urb));
    return status === 0 ? hex(answer) : String(status);
  }

  /** Gives up a transfer; resolves with the status of the unlink. */
  async unlink(unlinkSeqnum: number): Promise<number> {
    const seqnum = ++this.#seqnum;
    const replied = this.#reply<UnlinkedUrb>(seqnum);
    this.#write(encodeUrbRequest({ kind: "unlink", seqnum, devid: DEVID, unlinkSeqnum }));
    const { status } = await replied;
    if (status !== 0) this.#replies.delete(unlinkSeqnum);
    return status;
  }

  /** A CCID message and its answer, in hexadecimal. */
  async exchange(message: string): Promise<string> {
    await this.write(2, bytes(message));
    const { data } = await this.read(2).reply;
    return hex(data);
  }

  #submit(seqnum: number, transfer: AwaitedTransfer, urb: Uint8Array): Promise<SubmittedUrb> {
    this.#awaited.set(seqnum, transfer);
    const replied = this.#reply<SubmittedUrb>(seqnum);
    this.#write(urb);
    return replied;
  }

  #reply<Reply extends SubmittedUrb | UnlinkedUrb>(seqnum: number): Promise<Reply> {
    return new Promise((resolve) => {
      this.#replies.set(seqnum, (reply) => resolve(reply as Reply));
    });
  }

  #operation(request: Uint8Array): Promise<UsbipClientEvent> {
    return new Promise((resolve) => {
      this.#onOperation = resolve;
      this.#write(request);
    });
  }
}

/** A host that is connected by TCP. */
export async function connectUsbipHost(port: number, host = "127.0.0.1"): Promise<UsbipHost> {
  const socket = connect({ port, host, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(TIMEOUT_MS, () => reject(new Error("no connection")));
    socket.once("error", reject);
    socket.once("connect", () => resolve());
  });
  socket.setTimeout(0);
  const made = new UsbipHost(
    (data) => void socket.write(data),
    () => socket.destroy(),
  );
  socket.on("error", () => {});
  socket.on("data", (data) => made.receive(data));
  socket.on("close", () => made.wasClosed());
  return made;
}
