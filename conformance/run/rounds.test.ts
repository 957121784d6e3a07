import { expect, test } from "vitest";
import { fakeTarget, fakeToken, suiteOf, tokenCase, verifierCase } from "../testing/fakes.ts";
import { inLanes, lanesOf, narrowRounds, type Round } from "./rounds.ts";
import { NothingSelected, selectCases } from "./selection.ts";
import { pairRow, targetRow } from "./token-source.ts";

function round(subject: string, ...names: readonly string[]): Round {
  const cases = names.map((name) => tokenCase(name, async (t) => t.holds("it", true)));
  return {
    row: {
      name: subject,
      kind: "token",
      driver: "fake",
      description: "",
      facts: [],
      unavailable: "",
    },
    cases: selectCases([suiteOf(...cases)]),
    ground: undefined,
  };
}

function namesOf(rounds: readonly Round[]): readonly string[] {
  return rounds.flatMap(({ row, cases }) => cases.map((one) => `${row.name} ${one.case.id}`));
}

test("the shards of a run are as good as equal, and together they are the run", () => {
  const rounds = [round("a", "one", "two", "three"), round("b", "one", "two", "three", "four")];
  const shards = [1, 2, 3].map((index) =>
    namesOf(narrowRounds(rounds, { shard: { index, of: 3 } })),
  );
  expect(shards.map((shard) => shard.length)).toEqual([3, 2, 2]);
  expect(shards.flat().toSorted()).toEqual(namesOf(rounds).toSorted());
});

test("what failed is a case on a subject: the same case on another one is left out", () => {
  const rounds = [round("a", "one", "two"), round("b", "one", "two")];
  const only = [{ id: "test/1/two", subject: "b" }];
  expect(namesOf(narrowRounds(rounds, { only }))).toEqual(["b test/1/two"]);
});

test("shards count what is left: those of what failed share it evenly", () => {
  const rounds = [round("a", "one", "two"), round("b", "one", "two")];
  const only = [
    { id: "test/1/one", subject: "a" },
    { id: "test/1/two", subject: "b" },
  ];
  expect(namesOf(narrowRounds(rounds, { only, shard: { index: 2, of: 2 } }))).toEqual([
    "b test/1/two",
  ]);
});

test("a shard or an earlier failure that leaves nothing is refused, saying why", () => {
  const rounds = [round("a", "one")];
  expect(() => narrowRounds(rounds, { shard: { index: 2, of: 2 } })).toThrow(
    "shard 2 of 2 is empty",
  );
  expect(() => narrowRounds(rounds, { only: [{ id: "test/1/one", subject: "z" }] })).toThrow(
    NothingSelected,
  );
});

test.each([
  [0, 3],
  [4, 3],
  [1, 0],
  [1, 1001],
  [1.5, 3],
])("shard %d of %d does not exist", (index, of) => {
  expect(() => narrowRounds([round("a", "one")], { shard: { index, of } })).toThrow(
    /shard: from 1\/1/,
  );
});

test("pairs of a token and a target come after both, in a lane of their own", () => {
  const cases = selectCases([suiteOf(verifierCase("v", async (t) => void t))]);
  const token = round(fakeToken().name, "one");
  const target = { row: targetRow(fakeTarget()), cases, ground: undefined };
  const pair = { row: pairRow(fakeToken(), fakeTarget()), cases, ground: undefined };
  expect(lanesOf([token, pair, target])).toEqual({ apart: [token, target], together: [pair] });
});

test("so many at once as asked, begun in their order", async () => {
  const log: string[] = [];
  let running = 0;
  await inLanes(["a", "b", "c", "d", "e"], 2, async (item) => {
    running++;
    log.push(`${item}${running}`);
    await new Promise(setImmediate);
    running--;
  });
  expect(log).toEqual(["a1", "b2", "c2", "d2", "e2"]);
});

test("after an error nothing begins, and what had begun is over", async () => {
  const log: string[] = [];
  const lanes = inLanes(["slow", "bad", "never"], 2, async (item) => {
    if (item === "bad") throw new Error("broken");
    await new Promise(setImmediate);
    log.push(item);
  });
  await expect(lanes).rejects.toThrow("broken");
  expect(log).toEqual(["slow"]);
});
