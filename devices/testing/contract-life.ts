// "close() ends what is under way with closed, may be called twice and never rejects." Power, and
// what the wire log shows.

import { expect, test } from "vitest";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import type { OpenSubject } from "./contract.ts";
import { AT_59, Bench, failure } from "./contract-bench.ts";

const SECRET = "Tr0ub4dor&3-horse-battery";
/** So many characters of a secret in a row give it away. */
const TELLING_CHARACTERS = 6;

/** Registers the tests. */
export function lifeContract(open: OpenSubject): void {
  closing(open);
  power(open);
  wireLog(open);
}

function closing(open: OpenSubject): void {
  test("closing ends what is under way and what waits", async () => {
    await using bench = await Bench.withTotp(open);
    const { device, rig } = bench;
    await rig.inject({ kind: "delay", byMs: 50 });
    const ends = [failure(bench.readTotp()), failure(bench.ask())];
    await device.close();
    expect(await Promise.all(ends)).toEqual(["closed", "closed"]);
  });

  test("closing may be done twice, and nothing can be asked afterwards", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    await Promise.all([device.close(), device.close()]);
    await device.close();
    await device[Symbol.asyncDispose]();
    expect(await failure(bench.readTotp())).toBe("closed");
    expect(await failure(bench.ask())).toBe("closed");
  });

  test("a device that has gone can still be closed", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.rig.inject({ kind: "disconnect", afterBytes: 0 });
    expect(await failure(bench.readTotp())).toBe("disconnected");
    await bench.device.close();
  });

  test("connecting again closes the device opened before", async () => {
    await using bench = await Bench.withTotp(open);
    const before = bench.device;
    await bench.reconnect();
    expect(await failure(before.readTotp())).toBe("closed");
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });

  test("a late answer to the device of before is not taken by the next one", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.rig.inject({ kind: "delay", byMs: 40 });
    expect(await failure(bench.readTotp({ timeoutMs: 20 }))).toBe("timed-out");
    await bench.reconnect();
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });
}

function power(open: OpenSubject): void {
  test("a power cycle takes no credential away", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.rig.powerCycle();
    await bench.reconnect();
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });

  test("a power cycle under an open device ends it or leaves it usable", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    await bench.rig.powerCycle();
    const code = await bench.codeAt(AT_59).then(
      (reading) => reading.code,
      (error: unknown) => failure(Promise.reject(error)),
    );
    expect([AT_59.code, "disconnected"]).toContain(code);
    await device.close();
  });
}

function wireLog(open: OpenSubject): void {
  test("shows what went both ways, in order", async () => {
    await using bench = await Bench.withTotp(open);
    const { code } = await bench.codeAt(AT_59);
    const log = bench.subject.wireLog();
    expect(log.some(({ direction }) => direction === "to-token")).toBe(true);
    const last = log.findLast(({ direction }) => direction === "from-token");
    expect(last?.text).toContain(code);
    expect(log.map(({ atUs }) => atUs)).toEqual(log.map(({ atUs }) => atUs).toSorted(ascending));
    expect(log.every(({ text }) => !/\p{Cc}/u.test(text))).toBe(true);
  });

  test("never shows a secret, whatever happens to the line", async () => {
    const faults = [
      [],
      [{ kind: "garbage", bytes: 9 }],
      [{ kind: "drop", bytes: 2 }],
      [{ kind: "corrupt", bytes: 3 }],
      [{ kind: "delay", byMs: 40 }],
      [
        { kind: "drop", bytes: 5 },
        { kind: "delay", byMs: 40 },
      ],
    ] as const;
    for (const several of faults) {
      await using bench = await Bench.open(open);
      for (const fault of several) await bench.rig.inject(fault);
      const { high = 64 } = bench.device.capabilities.provision?.secretBytes ?? {};
      const secret = Buffer.from(SECRET.slice(0, high), "latin1");
      const credential = { name: "log", secret, parameters: totpParameters({ digits: 8 }) };
      const messages: string[] = [];
      // Too short, then enough on a quick machine, then as long as it takes.
      for (const patience of [{ timeoutMs: 20 }, { timeoutMs: 1000 }, {}]) {
        const failed = await bench.device
          .provision(credential, patience)
          .then(() => undefined, String);
        if (failed === undefined && patience.timeoutMs !== 20) break;
        if (failed !== undefined) messages.push(failed);
      }
      await bench.readTotp();
      for (const text of [bench.logText(), ...messages]) expectNoSecret(text, secret);
    }
  });
}

function expectNoSecret(text: string, secret: Buffer): void {
  const lower = text.toLowerCase();
  for (const form of [secret.toString("latin1"), secret.toString("hex"), encodeBase32(secret)]) {
    for (let at = 0; at + TELLING_CHARACTERS <= form.length; at++) {
      expect(lower).not.toContain(form.slice(at, at + TELLING_CHARACTERS).toLowerCase());
    }
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}
