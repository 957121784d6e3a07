import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { GroupQueue, type GroupQueueOptions } from "./group-queue.ts";

/** A queue that keeps its groups until they are let go. */
function held(limits: Omit<GroupQueueOptions<number, number>, "run">) {
  const groups: (readonly number[])[] = [];
  const release: (() => void)[] = [];
  const run = async (items: readonly number[]) => {
    groups.push(items);
    await new Promise<void>((resolve) => {
      release.push(resolve);
    });
    return items.map((item) => item * 2);
  };
  return { queue: new GroupQueue({ run, ...limits }), groups, release };
}

test("what comes in one turn is one group, each item with its answer", async () => {
  const { queue, groups, release } = held({ maxItems: 10, maxGroups: 1 });
  const answers = Promise.all([1, 2, 3].map((item) => queue.add(item)));
  await turn();
  expect(groups).toEqual([[1, 2, 3]]);
  release[0]?.();
  expect(await answers).toEqual([2, 4, 6]);
});

test("what comes while a group runs is the next group", async () => {
  const { queue, groups, release } = held({ maxItems: 10, maxGroups: 1 });
  const first = queue.add(1);
  await turn();
  const later = Promise.all([queue.add(2), queue.add(3)]);
  await turn();
  expect(groups).toEqual([[1]]);
  release[0]?.();
  await first;
  await turn();
  await turn();
  expect(groups).toEqual([[1], [2, 3]]);
  release[1]?.();
  expect(await later).toEqual([4, 6]);
});

test("keeps to the size of a group and the number of groups", async () => {
  const { queue, groups, release } = held({ maxItems: 2, maxGroups: 2 });
  const answers = Promise.all([1, 2, 3, 4, 5].map((item) => queue.add(item)));
  await turn();
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
  ]);
  release[0]?.();
  release[1]?.();
  await turn();
  await turn();
  release[2]?.();
  expect(await answers).toEqual([2, 4, 6, 8, 10]);
});

test("a group that fails refuses all of its items, and none of another group", async () => {
  let runs = 0;
  const run = async (items: readonly number[]) => {
    if (runs++ === 0) throw new Error("no room");
    return items;
  };
  const queue = new GroupQueue<number, number>({ run, maxItems: 2, maxGroups: 1 });
  const results = await Promise.allSettled([1, 2, 3].map((item) => queue.add(item)));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

test("drain resolves when everything is answered", async () => {
  const answered: number[] = [];
  const run = async (items: readonly number[]) => items;
  const queue = new GroupQueue<number, number>({ run, maxItems: 2, maxGroups: 1 });
  for (const item of [1, 2, 3, 4, 5]) void queue.add(item).then((one) => answered.push(one));
  await queue.drain();
  expect(answered).toEqual([1, 2, 3, 4, 5]);
});

test("what is added together is answered together, even in several groups", async () => {
  const { queue, groups, release } = held({ maxItems: 2, maxGroups: 1 });
  const answers = queue.addMany([1, 2, 3]);
  await turn();
  expect(groups).toEqual([[1, 2]]);
  release[0]?.();
  await turn();
  await turn();
  expect(groups).toEqual([[1, 2], [3]]);
  release[1]?.();
  expect(await answers).toEqual([2, 4, 6]);
  expect(await queue.addMany([])).toEqual([]);
});

test("what is added together is refused when one of its groups is", async () => {
  let groups = 0;
  const run = async (items: readonly number[]) => {
    if (++groups === 2) throw new Error("the disk is full");
    return items;
  };
  const queue = new GroupQueue<number, number>({ run, maxItems: 2, maxGroups: 1 });
  await expect(queue.addMany([1, 2, 3])).rejects.toThrow("the disk is full");
  expect(await queue.addMany([4])).toEqual([4]);
});

test("many items do not wait for others while they are worked on elsewhere", async () => {
  const isElsewhere = (): boolean => true;
  const { queue, groups, release } = held({ maxItems: 1000, maxGroups: 2, isElsewhere });
  const many = Array.from({ length: 256 }, (_, at) => at);
  const first = queue.addMany(many);
  expect(groups).toEqual([many]);
  const second = queue.addMany(many);
  expect(groups).toHaveLength(2);
  const third = queue.addMany(many);
  expect(groups).toHaveLength(2);
  for (const go of release) go();
  await Promise.all([first, second]);
  await turn();
  await turn();
  expect(groups).toHaveLength(3);
  release[2]?.();
  expect(await third).toHaveLength(256);
});

test("many items leave the callers' thread its turns when they are worked on there", async () => {
  const { queue, groups } = held({ maxItems: 1000, maxGroups: 2 });
  void queue.addMany(Array.from({ length: 256 }, (_, at) => at));
  expect(groups).toEqual([]);
  await turn();
  expect(groups).toHaveLength(1);
});
