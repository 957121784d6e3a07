import fc from "fast-check";
import { expect, test } from "vitest";
import { AlarmQueue, type QueueEntry } from "./alarm-queue.ts";

const nothing = (): void => {};

function takeAll(queue: AlarmQueue): QueueEntry[] {
  const taken: QueueEntry[] = [];
  for (let first = queue.first; first !== undefined; first = queue.first) {
    taken.push(first);
    queue.remove(first);
  }
  return taken;
}

test("is empty at first", () => {
  const queue = new AlarmQueue();
  expect(queue.first).toBeUndefined();
  expect(queue.size).toBe(0);
});

test("gives entries by due time, and in the order they were added on a tie", () => {
  const queue = new AlarmQueue();
  const added = [5, 3, 5, 1, 3, 5].map((dueUs) => queue.add(dueUs, nothing));
  expect(takeAll(queue).map((entry) => added.indexOf(entry))).toEqual([3, 1, 4, 0, 2, 5]);
});

test("removes an entry once, and no other with it", () => {
  const queue = new AlarmQueue();
  const [a, b] = [queue.add(1, nothing), queue.add(2, nothing)];
  queue.remove(a);
  queue.remove(a);
  expect(takeAll(queue)).toEqual([b]);
});

test("keeps its order when the last entry takes the place of one that was due later", () => {
  const queue = new AlarmQueue();
  const dueTimes = [1, 10, 2, 11, 12, 3, 4, 13, 14, 15, 16, 5, 6, 7, 8];
  const added = dueTimes.map((dueUs) => queue.add(dueUs, nothing));
  for (const entry of added) if (entry.dueUs === 11) queue.remove(entry);
  expect(takeAll(queue).map((entry) => entry.dueUs)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16,
  ]);
});

test("holds what a sorted list would hold, whatever is added and removed", () => {
  const act = fc.oneof(
    fc.record({ act: fc.constant("add" as const), dueUs: fc.nat(20) }),
    fc.record({ act: fc.constant("remove" as const), index: fc.nat() }),
    fc.record({ act: fc.constant("take" as const) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const queue = new AlarmQueue();
      const model: QueueEntry[] = [];
      const sorted = () => model.toSorted((a, b) => a.dueUs - b.dueUs || a.order - b.order);
      for (const step of acts) {
        if (step.act === "add") model.push(queue.add(step.dueUs, nothing));
        const [gone] =
          step.act === "take"
            ? sorted()
            : step.act === "remove"
              ? [model[step.index % Math.max(1, model.length)]]
              : [];
        if (gone !== undefined) {
          queue.remove(gone);
          model.splice(model.indexOf(gone), 1);
        }
        expect(queue.first).toBe(sorted()[0]);
        expect(queue.size).toBe(model.length);
      }
      const expected = sorted();
      expect(takeAll(queue)).toEqual(expected);
    }),
  );
});
