// "Operations run one after another, in the order they were called. Each settles within its
// time-out and its signal. A late answer is never taken for the next one's."

import { expect, test } from "vitest";
import { RFC4226_VECTORS } from "../../core/oath/vectors.ts";
import { MAX_TIMEOUT_MS } from "../operation-queue.ts";
import type { OpenSubject } from "./contract.ts";
import { AT_59, AT_1111111109, Bench, failure } from "./contract-bench.ts";

/** How late an answer comes, and how long it is waited for, milliseconds. */
const LATE_MS = 60;
const IMPATIENT_MS = 25;

/** Registers the tests. */
export function queueContract(open: OpenSubject): void {
  order(open);
  lateness(open);
  cancellation(open);
}

function order(open: OpenSubject): void {
  test("does what it is told in the order it is told", async () => {
    await using bench = await Bench.withTotp(open);
    const [, first, , second] = await Promise.all([
      bench.setTime(AT_59),
      bench.readTotp(),
      bench.setTime(AT_1111111109),
      bench.readTotp(),
      bench.ask(),
    ]);
    expect(first).toMatchObject({ code: AT_59.code });
    expect(second).toMatchObject({ code: AT_1111111109.code });
  });

  test("a failure does not stop what comes after it", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    const bad = failure(device.setTime(-1));
    const good = bench.codeAt(AT_59);
    expect(await bad).toBe(device.capabilities.setTime ? "bad-argument" : "not-supported");
    expect((await good).code).toBe(AT_59.code);
  });
}

function lateness(open: OpenSubject): void {
  test("gives up when its time is over, and throws the late answer away", async () => {
    await using bench = await Bench.withHotp(open);
    const { device, rig } = bench;
    const [first, second] = RFC4226_VECTORS;
    if (device.capabilities.hotp?.atCounter !== true) return;
    await rig.inject({ kind: "delay", byMs: LATE_MS });
    const late = device.readHotp({ counter: 0n, timeoutMs: IMPATIENT_MS });
    expect(await failure(late)).toBe("timed-out");
    expect((await device.readHotp({ counter: 1n })).code).toBe(second?.code);
    expect((await device.readHotp({ counter: 0n })).code).toBe(first?.code);
  });

  test("never takes the late answer to a question for the answer to the same question", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.setTime(AT_59);
    await bench.rig.inject({ kind: "delay", byMs: LATE_MS });
    expect(await failure(bench.readTotp({ timeoutMs: IMPATIENT_MS }))).toBe("timed-out");
    expect((await bench.codeAt(AT_1111111109)).code).toBe(AT_1111111109.code);
  });

  test("a token that stays silent is given up, and speaks again after a power cycle", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.rig.inject({ kind: "mute" });
    expect(await failure(bench.readTotp({ timeoutMs: IMPATIENT_MS }))).toBe("timed-out");
    expect(await failure(bench.ask({ timeoutMs: IMPATIENT_MS }))).toBe("timed-out");
    await bench.rig.powerCycle();
    await bench.reconnect();
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });
}

function cancellation(open: OpenSubject): void {
  test("stops when it is told to, and throws the late answer away", async () => {
    await using bench = await Bench.withTotp(open);
    await bench.setTime(AT_59);
    await bench.rig.inject({ kind: "delay", byMs: LATE_MS });
    const controller = new AbortController();
    const stopped = failure(bench.readTotp({ signal: controller.signal }));
    await Promise.resolve();
    controller.abort();
    expect(await stopped).toBe("cancelled");
    expect((await bench.codeAt(AT_1111111109)).code).toBe(AT_1111111109.code);
  });

  test("does not begin what was cancelled before, or while it waited for its turn", async () => {
    await using bench = await Bench.withTotp(open);
    const { device } = bench;
    if (!device.capabilities.setTime || !device.capabilities.readTime) return;
    await device.setTime(AT_59.seconds);
    expect(await failure(device.setTime(1000, { signal: AbortSignal.abort() }))).toBe("cancelled");
    const controller = new AbortController();
    const under = device.readTime();
    const waiting = failure(device.setTime(2000, { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toBe("cancelled");
    expect(await under).toBe(AT_59.seconds);
    expect(await device.readTime()).toBe(AT_59.seconds);
  });

  test("a signal that is aborted afterwards does nothing", async () => {
    await using bench = await Bench.withTotp(open);
    const controller = new AbortController();
    await bench.ask({ signal: controller.signal });
    controller.abort();
    expect((await bench.codeAt(AT_59)).code).toBe(AT_59.code);
  });

  test.each([0, -1, Number.NaN, Infinity, MAX_TIMEOUT_MS + 1])(
    "a time-out of %d ms is a mistake of the caller",
    async (timeoutMs) => {
      await using bench = await Bench.withTotp(open);
      await expect(bench.ask({ timeoutMs })).rejects.toThrow(RangeError);
      await bench.ask();
    },
  );
}
