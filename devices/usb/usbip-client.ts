// A USB/IP client without a kernel (USB/IP document, sections 1 to 3): lists the devices of a
// server, imports one, and carries its transfers.

import { connect, type Socket } from "node:net";
import {
  describeUrbStatus,
  encodeDevlistRequest,
  encodeImportRequest,
  encodeUrbRequest,
  type ListedDevice,
  OPERATION_STATUS,
  type SubmittedUrb,
  type SubmitUrb,
  submitUrb,
  URB_STATUS,
  type UsbipClientEvent,
  UsbipClientStream,
  type UsbipDevice,
} from "../../core/wire/usbip.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import { UsbStall } from "./usb-transport.ts";

/** Where a server is. */
export interface UsbipServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What a transfer asks for. */
export type Transfer = Pick<SubmitUrb, "direction" | "endpoint" | "length"> & Partial<SubmitUrb>;

interface Waiting {
  readonly direction: "in" | "out";
  readonly length: number;
  readonly resolve: (urb: SubmittedUrb) => void;
  readonly reject: (error: Error) => void;
}

/** seqnums are 32-bit keys, from 1. */
const MAX_SEQNUM = 0xffff_ffff;

/** The devices a server has. @throws {DeviceError} not-found, protocol, and the signal's reason */
export async function listUsbip(
  server: UsbipServerAddress,
  signal: AbortSignal,
): Promise<readonly ListedDevice[]> {
  const socket = await connected(server, signal);
  try {
    const event = await operation(socket, encodeDevlistRequest(), signal);
    if (event.kind === "devlist") return event.devices;
    throw new DeviceError("protocol", "the USB/IP server does not list its devices");
  } finally {
    socket.destroy();
  }
}

/** An imported device. */
export class UsbipClient implements AsyncDisposable {
  readonly record: UsbipDevice;
  readonly #socket: Socket;
  readonly #stream: UsbipClientStream;
  readonly #waiting: Map<number, Waiting>;
  #seqnum = 0;
  #isCorked = false;
  #ended: DeviceError | undefined;
  #onGone: (error: DeviceError) => void = () => {};

  private constructor(
    socket: Socket,
    record: UsbipDevice,
    stream: UsbipClientStream,
    waiting: Map<number, Waiting>,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#waiting = waiting;
    this.record = record;
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("close", () => this.#end(gone("the USB device has gone")));
  }

  /**
   * Imports a device: nobody else has it until this is closed.
   *
   * @throws {DeviceError} not-found, no-access (somebody else has it), protocol
   */
  static async attach(
    server: UsbipServerAddress,
    busid: string,
    signal: AbortSignal,
  ): Promise<UsbipClient> {
    const request = requestFor(busid);
    const socket = await connected(server, signal);
    try {
      const waiting = new Map<number, Waiting>();
      const stream = new UsbipClientStream((seqnum) => waiting.get(seqnum));
      const event = await operation(socket, request, signal, stream);
      if (event.kind !== "imported") throw refusal(event, busid);
      return new UsbipClient(socket, event.device, stream, waiting);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** @throws {UsbStall}, {DeviceError} disconnected, protocol */
  submit(transfer: Transfer): Promise<SubmittedUrb> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#seqnum = (this.#seqnum % MAX_SEQNUM) + 1;
    const seqnum = this.#seqnum;
    const { busnum, devnum } = this.record;
    const devid = ((busnum << 16) | devnum) >>> 0;
    const bytes = encodeUrbRequest(submitUrb({ ...transfer, seqnum, devid }));
    const { direction, length } = transfer;
    return new Promise((resolve, reject) => {
      this.#waiting.set(seqnum, { direction, length, resolve, reject });
      this.#write(bytes);
    });
  }

  onGone(listener: (error: DeviceError) => void): void {
    if (this.#ended !== undefined) listener(this.#ended);
    else this.#onGone = listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#onGone = () => {};
    this.#end(gone("the USB device was closed"));
    this.#socket.destroy();
  }

  /** What is asked in one turn of the event loop goes out in one packet. */
  #write(bytes: Uint8Array): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  #receive(bytes: Uint8Array): void {
    this.#stream.push(bytes);
    for (let event = this.#stream.next(); event; event = this.#stream.next()) {
      if (event.kind === "ret-submit") this.#settle(event);
      else if (event.kind === "malformed") {
        const message = `the USB/IP server sent what cannot be read: ${event.problem}`;
        this.#end(new DeviceError("disconnected", message, { hint: "open the token again" }));
        this.#socket.destroy();
      }
    }
  }

  #settle(urb: SubmittedUrb): void {
    const waiting = this.#waiting.get(urb.seqnum);
    this.#waiting.delete(urb.seqnum);
    if (urb.status === URB_STATUS.ok) waiting?.resolve(urb);
    else waiting?.reject(transferError(urb.status));
  }

  #end(error: DeviceError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#onGone(error);
  }
}

function requestFor(busid: string): Uint8Array {
  try {
    return encodeImportRequest(busid);
  } catch (cause) {
    throw new DeviceError("not-found", `there is no USB/IP device "${busid.slice(0, 40)}"`, {
      cause,
      hint: "a busid looks like 1-1",
    });
  }
}

async function connected({ host, port }: UsbipServerAddress, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true });
  const opening = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.on("error", reject);
  });
  try {
    await abortable(opening, signal);
    return socket;
  } catch (cause) {
    socket.destroy();
    if (signal.aborted) throw cause;
    throw new DeviceError("not-found", `no USB/IP server answers at ${host}:${port}`, {
      cause,
      hint: "start one: oathbed token run --attach usbip",
    });
  }
}

/** Asks one thing and waits for its answer; bytes behind the answer stay in the stream. */
async function operation(
  socket: Socket,
  request: Uint8Array,
  signal: AbortSignal,
  stream: UsbipClientStream = new UsbipClientStream(() => undefined),
): Promise<UsbipClientEvent> {
  let onData: (bytes: Uint8Array) => void = () => {};
  let onClose: () => void = () => {};
  const answer = new Promise<UsbipClientEvent>((resolve, reject) => {
    onClose = () => reject(new DeviceError("protocol", "the USB/IP server closed the connection"));
    onData = (bytes) => {
      stream.push(bytes);
      const event = stream.next();
      if (event !== undefined) resolve(event);
    };
  });
  socket.on("data", onData);
  socket.on("close", onClose);
  socket.write(request);
  try {
    return await abortable(answer, signal);
  } finally {
    socket.off("data", onData);
    socket.off("close", onClose);
  }
}

function refusal(event: UsbipClientEvent, busid: string): DeviceError {
  if (event.kind !== "refused") {
    return new DeviceError("protocol", "the USB/IP server does not answer the import");
  }
  if (event.status === OPERATION_STATUS.noSuchDevice) {
    return new DeviceError("not-found", `the USB/IP server has no device ${busid}`, {
      hint: "list them: usbip list -r HOST, or oathbed devices list",
    });
  }
  return new DeviceError("no-access", `the USB/IP server does not give ${busid} away`, {
    hint: "another host has it: detach it there",
  });
}

function transferError(status: number): Error {
  switch (status) {
    case URB_STATUS.stall:
      return new UsbStall("the endpoint is halted, or the request is not supported");
    case URB_STATUS.noDevice:
    case URB_STATUS.shutdown:
      return gone("the USB device has gone");
    default:
      return new DeviceError("protocol", `USB transfer failed: ${describeUrbStatus(status)}`);
  }
}

function gone(message: string): DeviceError {
  return new DeviceError("disconnected", message, { hint: "plug it in and open it again" });
}
