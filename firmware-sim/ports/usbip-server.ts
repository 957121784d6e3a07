// The USB/IP server: exports emulated devices to hosts over TCP (USB/IP document). On loopback
// unless told otherwise: whoever can connect can use the tokens.

import { createServer, type Server, type Socket } from "node:net";
import { USBIP_PORT } from "../../core/wire/usbip.ts";
import type { UsbDevice } from "../usb/device.ts";
import { hostPort, isLoopback, LOOPBACK } from "./loopback.ts";
import { PortError } from "./port-error.ts";
import { type PlugOptions, UsbipBus } from "./usbip-bus.ts";
import { UsbipConnection } from "./usbip-connection.ts";

/** Most connections at a time: each device has one, and lists come and go. */
export const MAX_CONNECTIONS = 512;
/** How long a host may be connected without having attached a device, milliseconds. */
export const OPERATION_TIMEOUT_MS = 30_000;
/** After this long without a word a connection is probed, milliseconds. */
const KEEP_ALIVE_MS = 30_000;
/** How long a host has to read what was sent before its connection was closed, milliseconds. */
const CLOSING_MS = 1000;

/** @see openUsbipServer */
export interface UsbipServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 3240; 0 is any that is free. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** Default OPERATION_TIMEOUT_MS. */
  readonly operationTimeoutMs?: number;
}

/** A running server. */
export interface UsbipServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Connections there are. */
  readonly connections: number;
  /** Bytes that wait for hosts that do not read. */
  readonly unsentBytes: number;
  /** Exports a device; as UsbipBus.add. @throws {RangeError} */
  add(device: UsbDevice, options?: PlugOptions): string;
  /** Unplugs a device: its host is disconnected. */
  remove(busid: string): void;
}

/**
 * Opens a server.
 *
 * @throws {PortError} when the address is taken or cannot be had
 */
export async function openUsbipServer(options: UsbipServerOptions = {}): Promise<UsbipServer> {
  const { host = LOOPBACK, port = USBIP_PORT, log = () => {} } = options;
  const running = new RunningServer({ ...options, host, log });
  await running.listen(port);
  if (!isLoopback(host)) {
    log(`warning: USB/IP on ${host} has no authentication: anyone who reaches it has the tokens`);
  }
  return running;
}

class RunningServer implements UsbipServer {
  readonly host: string;
  readonly #bus = new UsbipBus();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #options: UsbipServerOptions & { readonly log: (line: string) => void };

  constructor(options: UsbipServerOptions & { host: string; log: (line: string) => void }) {
    this.host = options.host;
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get unsentBytes(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.writableLength;
    return bytes;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause) => {
        const remedy = "choose another --address, or stop what listens there";
        const problem = `USB/IP cannot listen on ${hostPort({ host: this.host, port })}: ${cause.message}`;
        reject(new PortError(`${problem}; ${remedy}`, { cause }));
      });
      this.#server.listen(port, this.host, () => resolve());
    });
  }

  add(device: UsbDevice, options?: PlugOptions): string {
    return this.#bus.add(device, options);
  }

  remove(busid: string): void {
    this.#bus.remove(busid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    const { log, operationTimeoutMs = OPERATION_TIMEOUT_MS } = this.#options;
    const from = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? "?"}`;
    this.#sockets.add(socket);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const connection = new UsbipConnection({
      bus: this.#bus,
      from,
      send: (bytes) => {
        // A host that does not read is not read from either.
        if (!socket.write(bytes)) socket.pause();
      },
      isCongested: () => socket.writableNeedDrain,
      close: (reason) => {
        log(`USB/IP ${from}: closed: ${reason}`);
        socket.setTimeout(CLOSING_MS, () => socket.destroy());
        socket.destroySoon();
      },
      onImport: (busid) => {
        log(`USB/IP ${from}: attached ${busid}`);
        clearTimeout(late);
      },
    });
    const late = setTimeout(() => socket.destroy(), operationTimeoutMs);
    socket.on("drain", () => {
      connection.resume();
      if (!socket.writableNeedDrain) socket.resume();
    });
    socket.on("data", (bytes) => connection.receive(bytes));
    // A host that vanishes is as good as one that closes: "close" follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(late);
      this.#sockets.delete(socket);
      const { busid } = connection;
      if (busid !== undefined) log(`USB/IP ${from}: detached ${busid}`);
      connection.closed();
    });
  }
}
