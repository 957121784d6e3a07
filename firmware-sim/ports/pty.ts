// A pseudo-terminal as a token's serial port (Linux). The master is opened by the serialport package
// itself, so no native module of ours is needed; the slave is what hosts open as /dev/pts/N.

import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import type { SerialPort } from "serialport";

/** A pseudo-terminal cannot be had here; the message says what to do. */
export class PtyError extends Error {
  override readonly name = "PtyError";
}

/** TIOCSPTLCK of asm-generic/ioctls.h: unlocks the slave. */
const UNLOCK = "0x40045431";

/** A token's end of a serial line. */
export interface BytePort extends AsyncDisposable {
  /** What the host opens. */
  readonly path: string;
  /** Bytes to the host. */
  write(bytes: Uint8Array): void;
  /** Called with bytes from the host. One listener. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Bytes are on their way to the host no more. */
  drain(): Promise<void>;
}

/** Opens a pseudo-terminal. @throws {PtyError} where there is none */
export async function openPty(): Promise<BytePort> {
  if (process.platform !== "linux") {
    throw new PtyError(`no pseudo-terminals on ${process.platform}; use the virtual driver`);
  }
  const { SerialPort } = await loadSerialport();
  const master = await openMaster(SerialPort);
  try {
    return new PtyPort(master);
  } catch (cause) {
    master.destroy();
    if (cause instanceof PtyError) throw cause;
    throw new PtyError(`the pseudo-terminal cannot be set up: ${messageOf(cause)}`, { cause });
  }
}

async function loadSerialport(): Promise<typeof import("serialport")> {
  try {
    return await import("serialport");
  } catch (cause) {
    throw new PtyError("the serialport package does not load; run npm ci again", { cause });
  }
}

function openMaster(port: typeof SerialPort): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const options = { path: "/dev/ptmx", baudRate: 115_200, lock: false, hupcl: false };
    const master = new port(options, (cause) => {
      if (cause === null) resolve(master);
      else reject(new PtyError(`/dev/ptmx cannot be opened: ${cause.message}`, { cause }));
    });
  });
}

class PtyPort implements BytePort {
  readonly path: string;
  readonly #master: SerialPort;
  readonly #keptSlave: number;
  #closed = false;

  constructor(master: SerialPort) {
    this.#master = master;
    // Errors after a disconnect concern nobody: the host has seen it.
    master.on("error", () => {});
    const descriptor = descriptorOf(master);
    this.path = `/dev/pts/${terminalIndex(descriptor)}`;
    unlock(descriptor);
    // One descriptor stays open on the slave: the master would read an error between two clients.
    this.#keptSlave = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
    makeRaw(this.#keptSlave);
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed) this.#master.write(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#master.on("data", listener);
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) resolve();
      else this.#master.write(new Uint8Array(0), () => resolve());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#keptSlave);
    await new Promise<void>((resolve) => this.#master.close(() => resolve()));
  }
}

function descriptorOf(master: SerialPort): number {
  const binding = master.port;
  if (binding !== undefined && "fd" in binding && typeof binding.fd === "number") {
    return binding.fd;
  }
  throw new PtyError("this version of serialport does not tell its file descriptor");
}

function terminalIndex(descriptor: number): string {
  const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
  const index = /^tty-index:\s*(\d+)$/m.exec(text)?.[1];
  if (index === undefined) throw new PtyError("the kernel does not tell the terminal's number");
  return index;
}

/** Node has no ioctl; perl, which every Debian has, does it on the descriptor it inherits. */
function unlock(descriptor: number): void {
  const program = `my $off = pack("i", 0); ioctl(STDIN, ${UNLOCK}, $off) or die "$!\\n"`;
  const { status, error, stderr } = spawnSync("perl", ["-e", program], {
    stdio: [descriptor, "ignore", "pipe"],
    timeout: 10_000,
  });
  if (error !== undefined) throw new PtyError("perl is needed to unlock it; install perl");
  if (status !== 0) throw new PtyError(`it cannot be unlocked: ${String(stderr).trim()}`);
}

/** No echo and no line editing before the first client has set up the line. */
function makeRaw(descriptor: number): void {
  spawnSync("stty", ["raw", "-echo"], { stdio: [descriptor, "ignore", "ignore"], timeout: 10_000 });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
