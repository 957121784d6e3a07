// On a real pseudo-terminal whose other end is read by hand.

import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { unlockSlave } from "../../firmware-sim/ports/pty-setup.ts";
import { openLine } from "./line.ts";

/** More than the kernel keeps for an end that does not read. */
const LONG_BYTES = 65_536;

describe.skipIf(process.platform !== "linux")("on Linux (elsewhere there is none)", () => {
  test("a line that waits for room is sent to its end, though bytes are waited for meanwhile", async () => {
    const master = openSync(
      "/dev/ptmx",
      constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK,
    );
    unlockSlave(master);
    let heard = 0;
    const line = await openLine(
      { path: `/dev/pts/${terminalIndex(master)}`, baudRate: 115_200 },
      { onData: ({ length }) => (heard += length), onGone: () => {} },
    );
    line.write(new Uint8Array(LONG_BYTES).fill(0x20));
    // Each byte is read by the host, which then waits for the next one.
    for (let told = 1; told <= 20; told++) {
      writeSync(master, "x");
      while (heard < told) await setImmediate();
    }
    let read = 0;
    // Bounded by the test's time-out.
    while (read < LONG_BYTES) {
      read += readSome(master);
      await setImmediate();
    }
    expect(read).toBe(LONG_BYTES);
    await line.close();
    closeSync(master);
  });
});

function readSome(descriptor: number): number {
  try {
    return readSync(descriptor, new Uint8Array(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}

function terminalIndex(descriptor: number): string {
  const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
  return /^tty-index:\s*(\d+)$/m.exec(text)?.[1] ?? "";
}
