import { describe, expect, it } from "vitest";
import { StoreError } from "../verifier/stores/store.ts";
import type { PublicAnswer } from "../verifier/verdict.ts";
import type { Submission } from "../verifier/verifier.ts";
import { LoginGroups, type LoginJudge } from "./logins.ts";

const DAMAGED = 13;

/** Accepts all codes but those of the damaged token; tells what came together. */
class Judge implements LoginJudge {
  readonly groups: number[][] = [];
  readonly alone: number[] = [];
  failure: Error | undefined;

  async login(id: number): Promise<PublicAnswer> {
    this.alone.push(id);
    if (id === DAMAGED) throw new RangeError("the record is damaged");
    return { accepted: true };
  }

  async loginMany(submissions: readonly Submission[]): Promise<readonly PublicAnswer[]> {
    this.groups.push(submissions.map(({ id }) => id));
    if (this.failure !== undefined) throw this.failure;
    if (submissions.some(({ id }) => id === DAMAGED)) throw new RangeError("a record is damaged");
    return submissions.map(({ id }) => ({ accepted: id % 2 === 0 }));
  }
}

function submission(id: number): Submission {
  return { id, code: "123456", receivedAtUs: 1 };
}

describe("logins that come at a time", () => {
  it("are judged together, each with its own answer", async () => {
    const judge = new Judge();
    const logins = new LoginGroups(judge);
    const answers = await Promise.all([1, 2, 3, 4].map((id) => logins.login(submission(id))));
    expect(judge.groups).toEqual([[1, 2, 3, 4]]);
    expect(answers.map(({ accepted }) => accepted)).toEqual([false, true, false, true]);
    expect(judge.alone).toEqual([]);
  });

  it("have one login of a token at most: a flood of codes of one keeps no other waiting", async () => {
    const judge = new Judge();
    const logins = new LoginGroups(judge);
    await Promise.all([7, 7, 8, 7].map((id) => logins.login(submission(id))));
    expect(judge.groups).toEqual([[7, 8]]);
    expect(judge.alone).toEqual([7, 7]);
    await Promise.all([7, 8].map((id) => logins.login(submission(id))));
    expect(judge.groups).toEqual([
      [7, 8],
      [7, 8],
    ]);
  });

  it("do not suffer from a damaged record of one of them", async () => {
    const judge = new Judge();
    const logins = new LoginGroups(judge);
    const outcomes = await Promise.allSettled(
      [2, DAMAGED, 4].map((id) => logins.login(submission(id))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("are all refused when the store cannot write them, and not tried again", async () => {
    const judge = new Judge();
    judge.failure = new StoreError("full", "the disk is full", "free space");
    const logins = new LoginGroups(judge);
    const outcomes = await Promise.allSettled([2, 4].map((id) => logins.login(submission(id))));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(judge.alone).toEqual([]);
  });
});

it("goes alone when it comes alone", async () => {
  const judge = new Judge();
  expect(await new LoginGroups(judge).login(submission(9))).toEqual({ accepted: true });
  expect(judge.groups).toEqual([]);
});
