import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../core/time/simulated-clock.ts";
import { FaultyLine, type LineFault } from "./faults.ts";

/** A line in simulated time, and all that came through it. */
function line(...faults: readonly LineFault[]) {
  const world = new SimulatedClock();
  const arrived: number[] = [];
  let disconnects = 0;
  const faulty = new FaultyLine({
    write: (bytes) => arrived.push(...bytes),
    disconnect: () => {
      disconnects++;
    },
    later: (run, byMs) => {
      const alarm = world.setAlarm(byMs * 1000, run);
      return () => alarm.cancel();
    },
  });
  for (const fault of faults) faulty.inject(fault);
  return { faulty, world, arrived, disconnects: () => disconnects };
}

const TEN = Uint8Array.from({ length: 10 }, (_, at) => at);

test("without faults it is transparent", () => {
  const { faulty, arrived } = line();
  faulty.send(TEN);
  faulty.send(new Uint8Array(0));
  faulty.send(Uint8Array.of(255));
  expect(arrived).toEqual([...TEN, 255]);
});

test("drop loses so many bytes, across pieces, once", () => {
  const { faulty, arrived } = line({ kind: "drop", bytes: 12 });
  faulty.send(TEN);
  faulty.send(TEN);
  faulty.send(TEN);
  expect(arrived).toEqual([...TEN.subarray(2), ...TEN]);
});

test("corrupt flips bit 6 of so many bytes, across pieces, once", () => {
  const { faulty, arrived } = line({ kind: "corrupt", bytes: 12 });
  faulty.send(TEN);
  faulty.send(TEN);
  expect(arrived).toEqual([...TEN.map((byte) => byte ^ 0x40), 0x40, 0x41, ...TEN.subarray(2)]);
});

test("corrupt leaves the token's own bytes alone", () => {
  const { faulty } = line({ kind: "corrupt", bytes: 3 });
  const sent = TEN.slice();
  faulty.send(sent);
  expect(sent).toEqual(TEN);
});

test("garbage comes before the next bytes, and never holds a prompt", () => {
  const { faulty, arrived } = line({ kind: "garbage", bytes: 600 });
  faulty.send(TEN);
  expect(arrived).toHaveLength(610);
  expect(arrived.slice(0, 4)).toEqual([0x81, 0xda, 0x33, 0x8c]);
  expect(arrived.slice(600)).toEqual([...TEN]);
  expect(String.fromCharCode(...arrived.slice(0, 600))).not.toContain("\n$ ");
});

test("delay holds bytes and all that follow back, in order", async () => {
  const { faulty, world, arrived } = line({ kind: "delay", byMs: 50 });
  faulty.send(Uint8Array.of(1, 2));
  faulty.send(Uint8Array.of(3));
  await world.advance(49_999);
  expect(arrived).toEqual([]);
  await world.advance(1);
  expect(arrived).toEqual([1, 2, 3]);
  faulty.send(Uint8Array.of(4));
  expect(arrived).toEqual([1, 2, 3, 4]);
});

test("two delays are one after the other", async () => {
  const { faulty, world, arrived } = line({ kind: "delay", byMs: 50 }, { kind: "delay", byMs: 30 });
  faulty.send(Uint8Array.of(1));
  faulty.send(Uint8Array.of(2));
  await world.advance(79_999);
  expect(arrived).toEqual([]);
  await world.advance(1);
  expect(arrived).toEqual([1, 2]);
});

test("a mute line says nothing until the power was cycled", () => {
  const { faulty, arrived } = line({ kind: "mute" });
  faulty.send(TEN);
  expect(arrived).toEqual([]);
  faulty.reset();
  faulty.send(TEN);
  expect(arrived).toEqual([...TEN]);
});

test("what was delayed is lost when the power goes", async () => {
  const { faulty, world, arrived } = line({ kind: "delay", byMs: 50 });
  faulty.send(TEN);
  faulty.reset();
  await world.advance(1e6);
  expect(arrived).toEqual([]);
  expect(world.pendingAlarms).toBe(0);
  faulty.send(Uint8Array.of(7));
  expect(arrived).toEqual([7]);
});

test.each([
  [0, []],
  [4, [0, 1, 2, 3]],
  [10, [...TEN]],
  [13, [...TEN, 0, 1, 2]],
])("the port goes away after %d bytes, in the middle of what was sent", (afterBytes, expected) => {
  const { faulty, arrived, disconnects } = line({ kind: "disconnect", afterBytes });
  faulty.send(TEN);
  expect(disconnects()).toBe(afterBytes > 10 ? 0 : 1);
  if (afterBytes > 10) faulty.send(TEN);
  expect(disconnects()).toBe(1);
  expect(arrived).toEqual(expected);
});

test("faults of a plan each take the bytes that the one before has left", () => {
  const { faulty, arrived, disconnects } = line(
    { kind: "drop", bytes: 1 },
    { kind: "corrupt", bytes: 2 },
    { kind: "garbage", bytes: 1 },
    { kind: "drop", bytes: 3 },
    { kind: "disconnect", afterBytes: 2 },
  );
  faulty.send(TEN);
  expect(arrived).toEqual([0x41, 0x42, 0x81, 6, 7]);
  expect(disconnects()).toBe(1);
});

test("how the token cuts its bytes into pieces does not matter", () => {
  const size = fc.integer({ min: 1, max: 8 });
  const fault: fc.Arbitrary<LineFault> = fc.oneof(
    fc.record({ kind: fc.constantFrom("drop", "corrupt", "garbage"), bytes: size }),
    fc.record({ kind: fc.constant("disconnect" as const), afterBytes: size }),
  );
  fc.assert(
    fc.property(
      fc.array(fault, { maxLength: 5 }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.array(size, { minLength: 1, maxLength: 10 }),
      (faults, bytes, sizes) => {
        const whole = line(...faults);
        const pieces = line(...faults);
        // Nothing is sent after the port has gone.
        const until = faults.some(({ kind }) => kind === "disconnect") ? 1 : Infinity;
        whole.faulty.send(bytes);
        for (let at = 0, turn = 0; at < bytes.length && pieces.disconnects() < until; turn++) {
          const length = sizes[turn % sizes.length] ?? 1;
          pieces.faulty.send(bytes.subarray(at, at + length));
          at += length;
        }
        expect(pieces.arrived).toEqual(whole.arrived);
      },
    ),
    { numRuns: 500 },
  );
});

test.each<LineFault>([
  { kind: "drop", bytes: 0 },
  { kind: "drop", bytes: 1.5 },
  { kind: "corrupt", bytes: -1 },
  { kind: "garbage", bytes: 2 ** 20 + 1 },
  { kind: "garbage", bytes: Number.NaN },
  { kind: "delay", byMs: -1 },
  { kind: "delay", byMs: Infinity },
  { kind: "disconnect", afterBytes: -1 },
])("refuses %o, naming the field and its range", (fault) => {
  expect(() => line(fault)).toThrow(/^(bytes|byMs|afterBytes) must be a whole number from \d/);
});

test("a plan has a limit", () => {
  const { faulty } = line();
  for (let at = 0; at < 1000; at++) faulty.inject({ kind: "drop", bytes: 1 });
  expect(() => faulty.inject({ kind: "drop", bytes: 1 })).toThrow(/1000 faults wait/);
});
