// Ports with something else behind them than a token.

import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BytePort, openPty } from "../../firmware-sim/ports/pty.ts";
import { DeviceError } from "../errors.ts";
import { driverOf } from "../registry.ts";
import { subjectSource } from "../sources.ts";
import { failure } from "../testing/contract-bench.ts";
import { parseSerialAddress } from "./address.ts";
import { openSerialDevice, type SerialOpenOptions } from "./serial-device.ts";

const HASTE = { timeoutMs: 150, waits: { atOnceMs: 20, resetMs: 20 } } as const;

/** A port on which `reply` answers each line. */
async function portWith(reply: (line: string) => string): Promise<BytePort> {
  const port = await openPty();
  let text = "";
  port.onData((bytes) => {
    text += Buffer.from(bytes).toString("latin1");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      port.write(Buffer.from(reply(line), "latin1"));
    }
  });
  return port;
}

function open(port: BytePort, options: SerialOpenOptions = HASTE): Promise<unknown> {
  return openSerialDevice(parseSerialAddress(port.path), options);
}

test.each(["/dev/ttyNONE", "/tmp", "/dev/null"])("%s is no serial port", async (path) => {
  expect(await failure(driverOf("serial").open(path))).toBe("not-found");
});

test("a file of one's own is no serial port", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "oathbed-serial-"));
  const path = join(folder.path, "file");
  await writeFile(path, "not a port");
  expect(await failure(driverOf("serial").open(path))).toBe("not-found");
});

test("silence says at which baud rate, and how to write another one", async () => {
  await using port = await portWith(() => "");
  const error = await open(port).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DeviceError);
  expect(error).toMatchObject({ code: "timed-out", hint: expect.stringMatching(/\?baud=9600/) });
  expect(String(error)).toContain("does not answer at 115200 baud");
});

test.each([
  ["a modem", (line: string) => `${line}\r\n\r\nOK\r\n`, "timed-out"],
  ["a wrong baud rate", () => "\x80\xfe\x00\xff", "timed-out"],
  ["a shell of another kind", (line: string) => `${line}\nwhat?\n\n$ `, "protocol"],
  ["a shell that does not echo", () => "ok\n\n$ ", "timed-out"],
  [
    "a shell of the future",
    (line: string) => `${line}\noathbed-shell 2 profile=p\n\n$ `,
    "protocol",
  ],
])("%s is no token", async (_, reply, code) => {
  await using port = await portWith(reply);
  expect(await failure(open(port))).toBe(code);
});

test("opening can be cancelled, and the port is free afterwards", async () => {
  await using port = await portWith(() => "");
  const controller = new AbortController();
  const opening = failure(open(port, { signal: controller.signal }));
  controller.abort();
  expect(await opening).toBe("cancelled");
  expect(await failure(open(port))).toBe("timed-out");
});

test("a port is opened by one at a time", async () => {
  await using subject = await subjectSource("serial:emulated").open({});
  const device = await subject.connect();
  const second = driverOf("serial").open(device.info.address.slice("serial:".length));
  await expect(second).rejects.toMatchObject({
    code: "no-access",
    message: expect.stringContaining("is in use"),
  });
  expect(await device.readTime()).toBeGreaterThan(0);
});

test("a token that shows colours and moves the cursor is understood", async () => {
  await using port = await portWith((line) => {
    const body = line === "time" ? "Timestamp: 59\n" : "";
    return `\x1b[92m${line}\r\n\x1b[0m${body}\x1b[2K\n$ `;
  });
  await using device = await openSerialDevice(parseSerialAddress(port.path));
  expect(device.info.model).toBe("arduino-shell");
  expect(await device.readTime()).toBe(59);
});
