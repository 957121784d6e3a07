import { expect, test } from "vitest";
import { failure } from "../testing/contract-bench.ts";
import { Loan } from "./loan.ts";

function loan() {
  const told: string[] = [];
  let count = 0;
  const made = new Loan<string>(async () => {
    const number = ++count;
    told.push(`lent ${number}`);
    return async () => void told.push(`back ${number}`);
  });
  return { loan: made, told };
}

test("what was held first comes back, however often it was made fresh meanwhile", async () => {
  const { loan: made, told } = loan();
  await made.begin("a");
  await made.begin("a");
  made.end("a");
  await made.idle();
  expect(told).toEqual(["lent 1", "lent 2", "back 1"]);
});

test("another client waits for its turn: refused before, served when the first has gone", async () => {
  const { loan: made, told } = loan();
  await made.begin("a");
  expect(await failure(made.begin("b"))).toBe("refused");
  made.end("b");
  made.end("a");
  await made.begin("b");
  expect(told).toEqual(["lent 1", "back 1", "lent 2"]);
});

test("a token that cannot be made fresh says so", async () => {
  expect(await failure(new Loan<string>(undefined).begin("a"))).toBe("not-supported");
});
