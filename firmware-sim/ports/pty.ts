// A pseudo-terminal as a token's serial port (Linux). Hosts open the slave, /dev/pts/N, with
// whatever they open serial ports with. The master is read by Node's own terminal stream and
// written without blocking: no native module, no child process, and twice the round trips a second
// that the serialport package on both sides gives.

import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { makeRaw, PtyError, unlockSlave } from "./pty-setup.ts";

export { PtyError } from "./pty-setup.ts";

/** Bytes kept for a host that does not read; more are lost, as on a wire. */
export const MAX_UNREAD_BYTES = 65_536;
/** How long to wait when the kernel's buffer is full, milliseconds. */
const RETRY_MS = 2;

/** A token's end of a serial line. */
export interface BytePort extends AsyncDisposable {
  /** What the host opens. It stays while hosts come and go, until the port is disposed of. */
  readonly path: string;
  /** Bytes to the host. Lost when nobody reads 64 KiB of them, and after the port is closed. */
  write(bytes: Uint8Array): void;
  /** Called with bytes from the host. One listener: another one replaces it. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Resolves when all that was written is in the kernel's hands, or the port is closed. */
  drain(): Promise<void>;
}

/**
 * Opens a pseudo-terminal. Disposing of it hangs up: the host sees its port vanish.
 *
 * @param platform where this runs, for tests
 * @throws {PtyError} where there is none, at once, saying what to do
 */
export async function openPty(platform: NodeJS.Platform = process.platform): Promise<BytePort> {
  if (platform !== "linux") {
    throw new PtyError(`there are no pseudo-terminals on ${platform}; use the virtual driver`);
  }
  const descriptor = openMaster();
  let slave: number | undefined;
  try {
    const path = `/dev/pts/${terminalIndex(descriptor)}`;
    unlockSlave(descriptor);
    slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    makeRaw(slave);
    return new PtyPort(path, descriptor, slave);
  } catch (cause) {
    closeSync(descriptor);
    if (slave !== undefined) closeSync(slave);
    if (cause instanceof PtyError) throw cause;
    throw new PtyError(`the pseudo-terminal cannot be set up: ${messageOf(cause)}`, { cause });
  }
}

function openMaster(): number {
  try {
    return openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new PtyError(
      `/dev/ptmx cannot be opened: ${messageOf(cause)}; mount devpts, or use the virtual driver`,
      { cause },
    );
  }
}

class PtyPort implements BytePort {
  readonly path: string;
  readonly #descriptor: number;
  readonly #master: ReadStream;
  /** Kept open: between two hosts the master would read an error. */
  readonly #slave: number;
  readonly #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #onDrained: (() => void)[] = [];
  #closed: Promise<void> | undefined;
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(path: string, descriptor: number, slave: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#master = new ReadStream(descriptor);
    this.#slave = slave;
    // Errors after a hang-up concern nobody: the host has seen it.
    this.#master.on("error", () => {});
    this.#master.on("data", (bytes: Uint8Array) => this.#listener(bytes));
  }

  write(bytes: Uint8Array): void {
    if (this.#closed !== undefined) return;
    if (this.#unsentBytes + bytes.length > MAX_UNREAD_BYTES) return;
    this.#unsent.push(bytes);
    this.#unsentBytes += bytes.length;
    if (this.#retry === undefined) this.#flush();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed !== undefined || this.#unsentBytes === 0) resolve();
      else this.#onDrained.push(resolve);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#listener = () => {};
      clearTimeout(this.#retry);
      this.#drained();
      this.#master.once("close", () => resolve());
      this.#master.destroy();
      closeSync(this.#slave);
    });
    return this.#closed;
  }

  /** Not by the stream: on a master its writes block the whole process while nobody reads. */
  #flush(): void {
    this.#retry = undefined;
    for (let [bytes] = this.#unsent; bytes !== undefined; [bytes] = this.#unsent) {
      const sent = writeSome(this.#descriptor, bytes);
      this.#unsentBytes -= sent;
      if (sent < bytes.length) {
        this.#unsent[0] = bytes.subarray(sent);
        this.#retry = setTimeout(() => this.#flush(), RETRY_MS);
        return;
      }
      this.#unsent.shift();
    }
    this.#drained();
  }

  #drained(): void {
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}

/** How many of the bytes the kernel takes now. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

/** N of /dev/pts/N. */
function terminalIndex(descriptor: number): string {
  const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
  const index = /^tty-index:\s*(\d+)$/m.exec(text)?.[1];
  if (index === undefined) {
    throw new PtyError("the kernel does not tell the terminal's number; a newer Linux does");
  }
  return index;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
