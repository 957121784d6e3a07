import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SerialPort } from "serialport";
import { expect, test } from "vitest";
import { noticeHangUp } from "./hang-up.ts";

type Read = (
  buffer: Buffer,
  offset: number,
  length: number,
) => Promise<{ readonly bytesRead: number }>;

/** A port whose descriptor is a file: reading at its end gives 0 bytes, as after a hang-up. */
function portOn(fd: number | null, error: Error | null = null): { readonly read: Read } {
  const unexpected: Read = () => Promise.reject(new Error("the package's own read"));
  const binding = {
    fd,
    poller: {
      once: (_event: "readable", listener: (error: Error | null) => void) => listener(error),
    },
    read: unexpected,
  };
  noticeHangUp({ port: binding } as unknown as Pick<SerialPort, "port">);
  return binding;
}

test("what is there is read; a read of nothing is a port that has gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "oathbed-hang-up-"));
  writeFileSync(join(folder, "port"), "755224");
  const fd = openSync(join(folder, "port"), "r");
  try {
    const { read } = portOn(fd);
    const buffer = Buffer.alloc(10);
    expect(await read(buffer, 2, 8)).toMatchObject({ bytesRead: 6 });
    expect(buffer.toString("latin1", 2, 8)).toBe("755224");
    await expect(read(buffer, 0, 10)).rejects.toThrow("the port hung up");
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});

test("a port that was closed by us is no error of the port", async () => {
  await expect(portOn(null).read(Buffer.alloc(1), 0, 1)).rejects.toMatchObject({ canceled: true });
});

test("what the poller reports is passed on", async () => {
  const error = new Error("poll failed");
  await expect(portOn(0, error).read(Buffer.alloc(1), 0, 1)).rejects.toBe(error);
});

test("ports without descriptors are left alone", () => {
  const windows = { read: () => undefined };
  const { read } = windows;
  noticeHangUp({ port: windows } as unknown as Pick<SerialPort, "port">);
  expect(windows.read).toBe(read);
});
