// On a real pseudo-terminal, with the serialport package as the host.

import { execFile } from "node:child_process";
import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { LineShell } from "../shell/line-shell.ts";
import { openSerialHost } from "../testing/serial-host.ts";
import { testToken } from "../testing/token.ts";
import { type BytePort, MAX_UNREAD_BYTES, openPty, PtyError } from "./pty.ts";

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);

/** Pseudo-terminals this process has open. */
function openTerminals(): readonly string[] {
  const links = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // closed while we looked
    }
  });
  return links.filter((link) => /^\/dev\/(ptmx|pts\/)/.test(link)).toSorted();
}

/** Resolves with the bytes from the host, once they are so many. */
function bytesFromHost(port: BytePort, count: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let all = Buffer.alloc(0);
    port.onData((bytes) => {
      all = Buffer.concat([all, bytes]);
      if (all.length >= count) resolve(all);
    });
  });
}

test.each(["darwin", "win32", "freebsd"] as const)(
  "on %s it fails at once and says what to do",
  async (platform) => {
    const opened = openPty(platform);
    await expect(opened).rejects.toThrow(PtyError);
    await expect(opened).rejects.toThrow(`no pseudo-terminals on ${platform}; use the virtual`);
  },
);

describe.skipIf(process.platform !== "linux")("on Linux (elsewhere there is none)", () => {
  test("carries every byte value unchanged in both directions", async () => {
    await using port = await openPty();
    await using host = await openSerialHost(port.path);
    port.write(ALL_BYTES);
    expect(await host.read(256)).toEqual(Buffer.from(ALL_BYTES));
    const arrived = bytesFromHost(port, 256);
    host.write(ALL_BYTES);
    expect(await arrived).toEqual(Buffer.from(ALL_BYTES));
  });

  test("does not give the token its own bytes back before a host has come", async () => {
    await using port = await openPty();
    const heard: number[] = [];
    port.onData((bytes) => heard.push(...bytes));
    port.write(Buffer.from("\n$ "));
    await port.drain();
    await using host = await openSerialHost(port.path);
    const arrived = bytesFromHost(port, 1);
    host.write(Uint8Array.of(0x41));
    expect(await arrived).toEqual(Buffer.from("A"));
    expect(heard).toEqual([]);
  });

  test("stays while hosts come and go", async () => {
    await using port = await openPty();
    port.onData((bytes) => port.write(bytes));
    for (let turn = 0; turn < 5; turn++) {
      await using host = await openSerialHost(port.path);
      host.write(Uint8Array.of(turn, 0x0a));
      expect(await host.read(2)).toEqual(Buffer.from([turn, 0x0a]));
    }
  });

  test("hangs up when it is closed, and another one can be opened", async () => {
    const port = await openPty();
    const host = await openSerialHost(port.path);
    await port[Symbol.asyncDispose]();
    await host.gone;
    await using again = await openPty();
    await using hostAgain = await openSerialHost(again.path);
    again.write(Uint8Array.of(7));
    expect(await hostAgain.read(1)).toEqual(Buffer.from([7]));
  });

  test("may be closed twice; what is written after it goes nowhere", async () => {
    const port = await openPty();
    await Promise.all([port[Symbol.asyncDispose](), port[Symbol.asyncDispose]()]);
    await port[Symbol.asyncDispose]();
    port.write(ALL_BYTES);
    await port.drain();
  });

  test("leaves no descriptor behind, whether a host was there or not", async () => {
    const before = openTerminals();
    const ports = await Promise.all(Array.from({ length: 10 }, () => openPty()));
    expect(new Set(ports.map(({ path }) => path)).size).toBe(10);
    expect(openTerminals().length).toBe(before.length + 20);
    const host = await openSerialHost(ports[0]?.path ?? "");
    for (const port of ports) await port[Symbol.asyncDispose]();
    await host.gone;
    expect(openTerminals()).toEqual(before);
  });

  test("what nobody reads is lost, and neither kept without bounds nor waited for", async () => {
    const port = await openPty();
    for (let piece = 0; piece < 64; piece++) port.write(new Uint8Array(16_384));
    // Hangs in the kernel's buffer: closing ends the wait.
    const drained = port.drain();
    await port[Symbol.asyncDispose]();
    await drained;
  });

  test("a piece beyond the limit is lost as a whole, what fits goes out in order", async () => {
    await using port = await openPty();
    port.write(Uint8Array.of(1, 2, 3));
    port.write(new Uint8Array(MAX_UNREAD_BYTES + 1));
    port.write(Uint8Array.of(4));
    await port.drain();
    // Not through serialport: it throws away what was sent before it opens the port.
    const slave = openSync(port.path, constants.O_RDWR | constants.O_NOCTTY);
    const buffer = Buffer.alloc(100);
    expect(buffer.subarray(0, readSync(slave, buffer))).toEqual(Buffer.from([1, 2, 3, 4]));
    closeSync(slave);
  });

  test("more than the kernel takes at once arrives whole and in order", async () => {
    await using port = await openPty();
    await using host = await openSerialHost(port.path);
    const bytes = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 31) & 0xff);
    port.write(bytes);
    expect(await host.read(50_000)).toEqual(Buffer.from(bytes));
    await port.drain();
  });

  test("lets its process end once it is closed, and starts no child that stays", async () => {
    const script = `
      import { openPty } from ${JSON.stringify(new URL("./pty.ts", import.meta.url).href)};
      import { readFileSync } from "node:fs";
      const port = await openPty();
      const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8");
      await port[Symbol.asyncDispose]();
      console.log(JSON.stringify({ children }));`;
    const args = ["--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
    expect(JSON.parse(stdout)).toEqual({ children: "" });
  });

  test("carries a whole shell: enrolled and asked over the port", async () => {
    await using port = await openPty();
    const { token } = testToken({ model: "serial-shell" });
    const shell = new LineShell({ token, dialect: "complete", send: (bytes) => port.write(bytes) });
    port.onData((bytes) => shell.receive(bytes));
    await using host = await openSerialHost(port.path);
    expect(await host.ask("key 12345678901234567890")).toMatch(/\nok\n\n\$ $/);
    expect(await host.ask("hotp 0")).toBe("hotp 0\nCounter: 0\n755224\n\n$ ");
    for (let turn = 0; turn < 200; turn++) {
      expect(await host.ask("totp")).toMatch(
        /^totp\nTimestamp: 1767225600\nCounter: \d+\n\d{6}\n\n/,
      );
    }
  });
});
