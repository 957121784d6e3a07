// How a port that goes away is noticed. Linux lets every read of a terminal that hung up succeed
// with 0 bytes; the serialport package (bindings-cpp 13) reads again then, for ever and without a
// pause, and never tells. Here such a read fails.
//
// It also reads in the thread that was told there is something to read, not in the thread pool:
// 8,000 round trips a second over a pseudo-terminal became 11,000.

import { readSync } from "node:fs";
import type { SerialPort } from "serialport";

/** What the package's ports have where the operating system has file descriptors. */
interface DescriptorPort {
  readonly fd: number | null;
  readonly poller: {
    once(event: "readable", listener: (error: Error | null) => void): unknown;
  };
  read: (buffer: Buffer, offset: number, length: number) => Promise<ReadResult>;
}

interface ReadResult {
  readonly buffer: Buffer;
  readonly bytesRead: number;
}

/** To be called once when a port has opened, before anything is read. No effect on Windows. */
export function noticeHangUp(port: Pick<SerialPort, "port">): void {
  const binding: unknown = port.port;
  if (!isDescriptorPort(binding)) return;
  binding.read = async (buffer, offset, length) => {
    for (;;) {
      await readable(binding);
      const bytesRead = read(binding.fd, buffer, offset, length);
      if (bytesRead === 0) throw new Error("the port hung up");
      if (bytesRead !== undefined) return { buffer, bytesRead };
    }
  };
}

function isDescriptorPort(port: unknown): port is DescriptorPort {
  return typeof port === "object" && port !== null && "fd" in port && "poller" in port;
}

function readable(binding: DescriptorPort): Promise<void> {
  return new Promise((resolve, reject) => {
    if (binding.fd === null) reject(closed());
    else binding.poller.once("readable", (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Bytes read; undefined when there are none after all. */
function read(
  fd: number | null,
  buffer: Buffer,
  offset: number,
  length: number,
): number | undefined {
  if (fd === null) throw closed();
  try {
    return readSync(fd, buffer, offset, length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EINTR") return undefined;
    throw error;
  }
}

/** The mark by which the package knows that nothing went wrong. */
function closed(): Error {
  return Object.assign(new Error("the port is closed"), { canceled: true });
}
