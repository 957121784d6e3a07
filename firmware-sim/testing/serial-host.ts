// A host for tests: opens a port with the serialport package, as the serial driver does.

import { SerialPort } from "serialport";
import { keepBothWaits } from "../../devices/serial/both-waits.ts";
import { noticeHangUp } from "../../devices/serial/hang-up.ts";

const PROMPT = "\n$ ";
/** Longest wait for anything. */
const TIMEOUT_MS = 5000;

/** A host's end of a serial line. */
export interface SerialHost extends AsyncDisposable {
  write(bytes: Uint8Array): void;
  /** Resolves with what came, once it is so many bytes. @throws when they do not come */
  read(bytes: number): Promise<Buffer>;
  /** Sends a line and resolves with everything up to the next prompt. */
  ask(line: string): Promise<string>;
  /** Resolves when the port has gone away. */
  readonly gone: Promise<void>;
}

/** Opens `path` raw, as a serial port. */
export async function openSerialHost(path: string): Promise<SerialHost> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(error)));
  });
  noticeHangUp(port);
  keepBothWaits(port);
  let received = Buffer.alloc(0);
  let onData = (): void => {};
  const gone = new Promise<void>((resolve) => port.once("close", () => resolve()));
  port.on("error", () => {});
  port.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    onData();
  });
  const until = (what: string, isThere: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${what} did not come`)), TIMEOUT_MS);
      onData = () => {
        if (!isThere()) return;
        clearTimeout(late);
        resolve();
      };
      onData();
    });
  const taken = (length: number): Buffer => {
    const bytes = received.subarray(0, length);
    received = received.subarray(length);
    return bytes;
  };
  return {
    gone,
    write: (bytes) => void port.write(Buffer.from(bytes)),
    read: async (bytes) => {
      await until(`${bytes} bytes`, () => received.length >= bytes);
      return taken(bytes);
    },
    ask: async (line) => {
      port.write(`${line}\n`);
      await until("a prompt", () => received.subarray(-PROMPT.length).equals(Buffer.from(PROMPT)));
      return taken(received.length).toString("latin1");
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}
