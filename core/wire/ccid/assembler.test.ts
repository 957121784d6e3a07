import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes } from "../bytes.ts";
import { bytes } from "../testing/frames.ts";
import { CcidAssembler, needsEmptyPacket } from "./assembler.ts";
import { encodeCcidCommand } from "./commands.ts";

const transfer = (length: number, sequence = 0): Uint8Array =>
  encodeCcidCommand({
    kind: "transfer",
    slot: 0,
    sequence,
    bwi: 0,
    level: 0,
    data: new Uint8Array(length).fill(0x6f),
  });
const message = (given: Uint8Array) => ({ kind: "message", bytes: given });

test("gives the same messages however the transfers are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(80), { maxLength: 6 }), fc.array(fc.nat(70)), (sizes, cuts) => {
      const messages = sizes.map((size, at) => transfer(size, at));
      const stream = concatBytes(messages);
      const assembler = new CcidAssembler();
      const events = [];
      let from = 0;
      for (const cut of cuts) {
        events.push(...assembler.feed(stream.subarray(from, from + cut)));
        from += cut;
      }
      events.push(...assembler.feed(stream.subarray(from)));
      expect(events).toEqual(messages.map(message));
      expect(assembler.pendingBytes).toBe(0);
    }),
  );
});

test("takes the longest message, and tells of one that is longer", () => {
  const assembler = new CcidAssembler();
  expect(assembler.feed(transfer(3062))).toEqual([message(transfer(3062))]);
  const long = transfer(3063, 9);
  const next = transfer(1);
  expect(assembler.feed(concatBytes([long, next]))).toEqual([
    { kind: "too-long", header: long.subarray(0, 10), length: 3063 },
    message(next),
  ]);
});

test("skips a message that is too long across transfers, keeping nothing of it", () => {
  const assembler = new CcidAssembler(20);
  const long = transfer(50);
  expect(assembler.feed(long.subarray(0, 30))).toMatchObject([{ kind: "too-long" }]);
  expect(assembler.pendingBytes).toBe(0);
  expect(assembler.feed(long.subarray(30))).toEqual([]);
  expect(assembler.feed(transfer(1))).toEqual([message(transfer(1))]);
});

test("recovers at the next transfer from a length that cannot be", () => {
  const assembler = new CcidAssembler();
  const damaged = bytes("6FFFFFFFFF0005000000 00A10000");
  expect(assembler.feed(damaged)).toMatchObject([{ kind: "too-long", length: 0xffff_ffff }]);
  expect(assembler.feed(transfer(4))).toEqual([message(transfer(4))]);
});

test("forgets half a message on reset", () => {
  const assembler = new CcidAssembler();
  assembler.feed(transfer(40).subarray(0, 20));
  assembler.reset();
  expect(assembler.feed(transfer(4))).toEqual([message(transfer(4))]);
});

test.each([9, 70_000])("refuses %i as the longest message", (maxBytes) => {
  expect(() => new CcidAssembler(maxBytes)).toThrow(RangeError);
});

test("needs an empty packet after a message that fills its last one", () => {
  expect(needsEmptyPacket(64, 64)).toBe(true);
  expect(needsEmptyPacket(65, 64)).toBe(false);
  expect(needsEmptyPacket(0, 64)).toBe(false);
});
