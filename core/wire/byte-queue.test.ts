import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteQueue } from "./byte-queue.ts";

test("gives out what went in, in order, whatever the sizes", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ push: bytes })),
    fc.nat(600).map((take) => ({ take })),
    fc.nat(100).map((skip) => ({ skip })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new ByteQueue();
      let model: number[] = [];
      for (const each of steps) {
        if ("push" in each) {
          queue.push(each.push);
          model.push(...each.push);
        } else if ("take" in each) {
          expect([...queue.peek(each.take)]).toEqual(model.slice(0, each.take));
          expect([...queue.take(each.take)]).toEqual(model.slice(0, each.take));
          model = model.slice(each.take);
        } else {
          expect(queue.skip(each.skip)).toBe(Math.min(each.skip, model.length));
          model = model.slice(each.skip);
        }
        expect(queue.length).toBe(model.length);
      }
    }),
  );
});

test("gives copies that later bytes do not change", () => {
  const queue = new ByteQueue();
  queue.push(Uint8Array.of(1, 2, 3));
  const taken = queue.take(2);
  queue.push(Uint8Array.of(9, 9, 9));
  expect([...taken]).toEqual([1, 2]);
});

test("holds nothing after it is cleared", () => {
  const queue = new ByteQueue();
  queue.push(new Uint8Array(1000));
  queue.clear();
  expect(queue.length).toBe(0);
  expect(queue.take(1)).toHaveLength(0);
});
