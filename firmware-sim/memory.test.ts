import fc from "fast-check";
import { expect, test } from "vitest";
import { NonVolatileMemory, PowerFailure } from "./memory.ts";

const OLD = Uint8Array.from({ length: 40 }, (_, at) => at);
const NEW = Uint8Array.from({ length: 60 }, (_, at) => 200 - at);

function withOld(): NonVolatileMemory {
  const memory = new NonVolatileMemory(3);
  memory.write(1, OLD);
  return memory;
}

test("keeps a record in each slot, and none until it is written", () => {
  const memory = withOld();
  expect(memory.read(0)).toBeUndefined();
  expect(memory.read(1)).toEqual(OLD);
  memory.write(1, NEW);
  memory.write(2, OLD);
  expect([memory.read(1), memory.read(2)]).toEqual([NEW, OLD]);
  expect(memory.writes).toBe(3);
});

test("hands out copies, and keeps one of what it is given", () => {
  const memory = new NonVolatileMemory(1);
  const given = OLD.slice();
  memory.write(0, given);
  given.fill(9);
  memory.read(0)?.fill(7);
  expect(memory.read(0)).toEqual(OLD);
});

test("an erased slot is empty and can be written again", () => {
  const memory = withOld();
  memory.erase(1);
  expect(memory.read(1)).toBeUndefined();
  memory.write(1, NEW);
  expect(memory.read(1)).toEqual(NEW);
});

const PROGRESSES = Array.from({ length: 61 }, (_, byte) => byte / 60);

test.each(["write", "erase"] as const)(
  "power that fails at any point of an %s leaves old or new",
  (act) => {
    for (const progress of PROGRESSES) {
      const memory = withOld();
      memory.failWrite(1, progress);
      expect(() => (act === "write" ? memory.write(1, NEW) : memory.erase(1))).toThrow(
        PowerFailure,
      );
      const after = act === "write" ? NEW : undefined;
      expect(memory.read(1), `at ${progress}`).toEqual(progress < 1 ? OLD : after);
    }
  },
);

test("a slot that was being written first stays empty when power fails before the end", () => {
  for (const progress of PROGRESSES) {
    const memory = new NonVolatileMemory(1);
    memory.failWrite(1, progress);
    expect(() => memory.write(0, NEW)).toThrow(PowerFailure);
    expect(memory.read(0)).toEqual(progress < 1 ? undefined : NEW);
  }
});

test("after any power failures the last record that was committed counts", () => {
  const write = fc.record({
    slot: fc.nat(1),
    record: fc.uint8Array({ minLength: 1, maxLength: 12 }),
    progress: fc.option(fc.constantFrom(0, 0.3, 0.99, 1), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const memory = new NonVolatileMemory(2);
      const expected: (Uint8Array | undefined)[] = [undefined, undefined];
      for (const { slot, record, progress } of writes) {
        if (progress === undefined) memory.write(slot, record);
        else {
          memory.failWrite(1, progress);
          expect(() => memory.write(slot, record)).toThrow(PowerFailure);
        }
        if (progress === undefined || progress === 1) expected[slot] = record;
        expect([memory.read(0), memory.read(1)]).toEqual(expected);
      }
    }),
    { numRuns: 500 },
  );
});

test("power fails in the n-th next write and not again", () => {
  const memory = withOld();
  memory.failWrite(3);
  memory.write(0, NEW);
  memory.write(0, OLD);
  expect(() => memory.write(0, NEW)).toThrow(PowerFailure);
  expect(memory.read(0)).toEqual(OLD);
  memory.write(0, NEW);
  expect(memory.read(0)).toEqual(NEW);
});

test("refuses sizes, slots and plans that cannot be", () => {
  for (const slots of [0, -1, 1.5, 4097, Number.NaN]) {
    expect(() => new NonVolatileMemory(slots)).toThrow(RangeError);
  }
  const memory = new NonVolatileMemory(1);
  expect(() => memory.read(1)).toThrow(RangeError);
  expect(() => memory.write(-1, OLD)).toThrow(RangeError);
  for (const writes of [0, -1, 1.5, Number.NaN]) {
    expect(() => memory.failWrite(writes)).toThrow(/afterWrites/);
  }
  for (const progress of [-0.1, 1.1, Number.NaN]) {
    expect(() => memory.failWrite(1, progress)).toThrow(/progress/);
  }
});

test("tells of each write when the record is there", () => {
  const told: (Uint8Array | undefined)[] = [];
  const memory = new NonVolatileMemory(2, () => told.push(memory.read(0)));
  memory.write(0, OLD);
  memory.erase(0);
  expect(told).toEqual([OLD, undefined]);
});
