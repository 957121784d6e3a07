import { expect, test } from "vitest";
import { SimulatedClock } from "../core/time/simulated-clock.ts";
import { DeviceError } from "../devices/errors.ts";
import type { ConformanceCase, Level } from "./case.ts";
import { parseExpectations } from "./expectations.ts";
import type { CaseResult, Report } from "./report.ts";
import { NothingSelected } from "./run/selection.ts";
import { type Progress, type RunPlan, run } from "./runner.ts";
import { TargetCannot, TargetRefusal } from "./target.ts";
import {
  FAKE_START_US,
  FAKE_TOTP,
  fakeTarget,
  fakeToken,
  suiteOf,
  tokenCase,
  verifierCase,
} from "./testing/fakes.ts";

const SECRET = new TextEncoder().encode("12345678901234567890");

async function runAll(cases: readonly ConformanceCase[], more: Partial<RunPlan> = {}) {
  return run({
    suites: [suiteOf(...cases)],
    tokens: [fakeToken()],
    targets: [fakeTarget()],
    randomSeed: 7,
    command: "oathbed conformance",
    toolVersion: "0.0.0",
    hostClock: new SimulatedClock(FAKE_START_US),
    ...more,
  });
}

function only(report: Report): CaseResult {
  expect(report.results).toHaveLength(1);
  const [result] = report.results;
  if (result === undefined) throw new Error("no result");
  return result;
}

async function runOne(one: ConformanceCase, more: Partial<RunPlan> = {}): Promise<CaseResult> {
  return only(await runAll([one], more));
}

test("a case whose checks hold passes, with values printed on both sides", async () => {
  const result = await runOne(
    tokenCase("good", async (t) => t.equal("the code", "081804", "081804")),
  );
  expect(result.status).toBe("pass");
  expect(result.checks).toEqual([
    { what: "the code", expected: '"081804"', actual: '"081804"', ok: true },
  ]);
  expect(result.repeat).toBe(
    "oathbed conformance --device fake --only test/1/good --random-seed 7",
  );
});

test.each<[Level, boolean, string]>([
  ["MUST", false, "fail"],
  ["SHOULD", false, "warn"],
  ["SHOULD", true, "fail"],
  ["MAY", false, "info"],
  ["MAY", true, "info"],
])("a broken %s (strict: %s) is a %s", async (level, strict, status) => {
  const one = tokenCase("broken", async (t) => t.equal("the code", "1", "2"), { level });
  expect((await runOne(one, { strict })).status).toBe(status);
});

test("a case goes on after a failed check, so that all that is wrong is shown", async () => {
  const result = await runOne(
    tokenCase("twice", async (t) => {
      t.holds("first", false);
      t.equal("second", 1n, 2n);
    }),
  );
  expect(result.checks.map((check) => check.ok)).toEqual([false, false]);
});

test("a case without a check is the harness's error", async () => {
  const result = await runOne(tokenCase("empty", async () => {}));
  expect(result).toMatchObject({ status: "error", reason: "the case made no check" });
});

test("a need the token does not meet is a skip that says why, and nothing is opened", async () => {
  let opened = 0;
  const token = fakeToken({ onOpen: () => opened++ });
  const one = tokenCase("sha", async (t) => t.holds("it", true), { needs: ["totp", "sha256"] });
  const result = await runOne(one, { tokens: [token] });
  expect(result).toMatchObject({
    status: "skip",
    reason: 'needs "sha256": the token has SHA1 only',
  });
  expect(opened, "the first look only").toBe(1);
});

test("a need the target does not offer is a skip that says why", async () => {
  const one = verifierCase("r", async (t) => t.holds("it", true), { needs: ["restart"] });
  expect(await runOne(one)).toMatchObject({
    status: "skip",
    reason: 'needs "restart": the target does not offer a restart on the same state',
  });
});

test("a policy the target cannot set is a skip", async () => {
  const target = fakeTarget({
    onOpen: () => {
      throw new TargetCannot("it has no look-ahead setting");
    },
  });
  const one = verifierCase("p", async (t) => void (await t.open({ lookAheadWindow: 3 })));
  const result = await runOne(one, { targets: [target] });
  expect(result).toMatchObject({ status: "skip", reason: "it has no look-ahead setting" });
});

test("a skip after a failed check is a failure", async () => {
  const one = tokenCase("late-skip", async (t) => {
    t.holds("it", false);
    t.skip("not for this token");
  });
  expect((await runOne(one)).status).toBe("fail");
});

test.each([
  ["what the token claims and refuses", new DeviceError("not-supported", "no totp"), "fail"],
  ["an answer that never comes", new DeviceError("timed-out", "no answer"), "fail"],
  ["a refusal to create a token", new TargetRefusal("limit", "one device a user"), "fail"],
  ["a port that is gone", new DeviceError("disconnected", "unplugged"), "error"],
  ["a mistake of the case", new TypeError("x is not a function"), "error"],
])("%s gives %s", async (_, error, status) => {
  const one = tokenCase("throws", async () => {
    throw error;
  });
  const result = await runOne(one);
  expect(result.status).toBe(status);
  expect(result.reason).toContain(error.message);
});

test("a failed check outweighs what the harness threw after it", async () => {
  const one = tokenCase("both", async (t) => {
    t.holds("it", false);
    throw new TypeError("and then this");
  });
  const result = await runOne(one);
  expect(result).toMatchObject({ status: "fail", reason: "then TypeError: and then this" });
});

test("a case that does not end is an error after its time, and the run goes on", async () => {
  const hostClock = new SimulatedClock(FAKE_START_US);
  const hangs = tokenCase("hangs", () => hostClock.advance(20_000_000).then(() => forever()));
  const report = await runAll([hangs, tokenCase("good", async (t) => t.holds("it", true))], {
    hostClock,
  });
  expect(report.results.map((result) => result.status)).toEqual(["error", "pass"]);
  expect(report.results[0]?.reason).toBe("not over within 10 s");
});

test("a case that was given up cannot go on checking", async () => {
  const hostClock = new SimulatedClock(FAKE_START_US);
  let afterwards: unknown;
  const late = tokenCase("late", async (t) => {
    t.holds("before", true);
    await hostClock.advance(20_000_000);
    await new Promise(setImmediate);
    try {
      t.holds("afterwards", false);
    } catch (error) {
      afterwards = error;
    }
  });
  const result = await runOne(late, { hostClock });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(result.checks).toHaveLength(1);
  expect(afterwards).toBeInstanceOf(Error);
});

test("an interrupted run gives what it has, not complete, with everything closed", async () => {
  const controller = new AbortController();
  let closed = 0;
  const onClose = async () => {
    closed++;
  };
  const report = await runAll(
    [
      tokenCase("good", async (t) => t.holds("it", true)),
      tokenCase("hangs", async () => {
        controller.abort(new Error("Ctrl-C"));
        await forever();
      }),
      tokenCase("never", async (t) => t.holds("it", true)),
    ],
    { signal: controller.signal, tokens: [fakeToken({ onClose })] },
  );
  expect(report.complete).toBe(false);
  expect(report.results.map((result) => result.id)).toEqual(["test/1/good"]);
  expect(closed, "the first look and two cases").toBe(3);
});

test("each case gets a token of its own", async () => {
  const seen: unknown[] = [];
  const look = (name: string) =>
    tokenCase(name, async (t) => {
      seen.push(t.device, await t.device.list());
      await t.provision(SECRET, FAKE_TOTP);
      t.holds("it", true);
    });
  await runAll([look("one"), look("two")]);
  expect(seen[0]).not.toBe(seen[2]);
  expect(seen[3]).toEqual([]);
});

test("the same random seed gives the same results, whole run or one case alone", async () => {
  const cases = ["one", "two", "three"].map((name) =>
    tokenCase(name, async (t) => {
      await t.wait(t.random.integer(1, 1000));
      t.equal("draw", t.random.uint32(), 0);
    }),
  );
  const withSeed = async (randomSeed: number, ids?: readonly string[]) => {
    const report = await runAll(cases, { randomSeed, ...(ids && { selection: { ids } }) });
    return report.results.map(({ id, checks, simulatedUs }) => ({ id, checks, simulatedUs }));
  };
  const whole = await withSeed(7);
  expect(await withSeed(7)).toEqual(whole);
  expect(await withSeed(7, ["test/1/two"])).toEqual(whole.slice(1, 2));
  expect(await withSeed(8)).not.toEqual(whole);
  expect(new Set(whole.map((result) => result.checks[0]?.actual)).size).toBe(3);
});

test("the token's random seed comes from the run's and the case's", async () => {
  const seeds: unknown[] = [];
  const token = fakeToken({ onOpen: ({ randomSeed }) => seeds.push(randomSeed) });
  const cases = ["one", "two"].map((name) => tokenCase(name, async (t) => t.holds("it", true)));
  await runAll(cases, { tokens: [token] });
  expect(new Set(seeds.slice(1)).size).toBe(2);
});

const EXPECTED = (...cases: readonly string[]) => [
  parseExpectations(
    JSON.stringify({
      version: 1,
      subject: "fake",
      knownFailures: cases.map((id) => ({ case: id, reason: "its firmware rounds the time" })),
    }),
    "fake.json",
  ),
];

test("a known failure is xfail with its sentence, and one that passes is xpass", async () => {
  const report = await runAll(
    [
      tokenCase("known", async (t) => t.holds("it", false)),
      tokenCase("mended", async (t) => t.holds("it", true)),
    ],
    { expectations: EXPECTED("test/1/known", "test/1/mended") },
  );
  expect(report.results.map(({ status, reason }) => [status, reason])).toEqual([
    ["xfail", "its firmware rounds the time"],
    ["xpass", "known to fail, and passes: its firmware rounds the time"],
  ]);
});

test("known failures of cases that are gone or skipped are reported as stale", async () => {
  const { notices } = await runAll([tokenCase("skipped", async (t) => t.skip("not this one"))], {
    expectations: EXPECTED("test/1/gone", "test/1/skipped"),
  });
  expect(notices).toEqual([
    "known failure test/1/gone of fake is stale: there is no such case; remove it",
    "known failure test/1/skipped of fake is stale: the case is skipped on it; remove it",
  ]);
});

test("a token that cannot be reached is a row that says why, and the others run", async () => {
  const away = fakeToken({
    name: "away",
    onOpen: () => {
      throw new DeviceError("unsupported-platform", "no pseudo-terminals here", {
        hint: "run it on Linux",
      });
    },
  });
  const report = await runAll([tokenCase("good", async (t) => t.holds("it", true))], {
    tokens: [away, fakeToken()],
  });
  expect(report.subjects[0]?.unavailable).toBe(
    "DeviceError unsupported-platform: no pseudo-terminals here; run it on Linux",
  );
  expect(report.results.map((result) => result.subject)).toEqual(["fake"]);
});

test("after three cases whose token did not open, the rest are not tried", async () => {
  let opened = 0;
  const token = fakeToken({
    onOpen: () => {
      if (opened++ > 0) throw new DeviceError("not-found", "unplugged");
    },
  });
  const cases = ["a", "b", "c", "d", "e"].map((name) =>
    tokenCase(name, async (t) => t.holds("it", true)),
  );
  const report = await runAll(cases, { tokens: [token] });
  expect(report.results.map((result) => result.status)).toEqual(Array(5).fill("error"));
  expect(opened).toBe(4);
  expect(report.results[4]?.reason).toContain("not tried");
});

test("cases that do not apply do not make up for a token that does not open", async () => {
  let opened = 0;
  const token = fakeToken({
    onOpen: () => {
      if (opened++ > 0) throw new DeviceError("not-found", "unplugged");
    },
  });
  const needs = ["sha512"] as const;
  const cases = ["a", "b", "c", "d"].flatMap((name) => [
    tokenCase(name, async (t) => t.holds("it", true)),
    tokenCase(`${name}-skipped`, async (t) => t.holds("it", true), { needs }),
  ]);
  const report = await runAll(cases, { tokens: [token] });
  expect(report.results.at(-2)?.reason).toContain("not tried");
  expect(opened).toBe(4);
});

test("what a case leaves running is stopped when it ends, and cannot change its result", async () => {
  let afterwards: unknown;
  let signal: AbortSignal | undefined;
  const loose = tokenCase("loose", async (t) => {
    signal = t.signal;
    t.holds("it", true);
    setImmediate(() => {
      try {
        t.holds("afterwards", false);
      } catch (error) {
        afterwards = error;
      }
    });
  });
  const result = await runOne(loose);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(result.status).toBe("pass");
  expect(result.checks).toHaveLength(1);
  expect(signal?.aborted).toBe(true);
  expect(afterwards).toMatchObject({ name: "CaseOver" });
});

test("tokens are judged at the same time, and the report has them in their order", async () => {
  const log: string[] = [];
  const tokens = ["a", "b"].map((name) =>
    fakeToken({ name, onOpen: () => log.push(`${name} open`) }),
  );
  const one = tokenCase("slow", async (t) => {
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    t.holds("it", true);
  });
  const report = await runAll([one, { ...one, id: "test/1/more" }], { tokens, parallel: 2 });
  expect(log.slice(2), "after the first looks").toEqual(["a open", "b open", "a open", "b open"]);
  expect(report.results.map(({ subject, id }) => `${subject} ${id}`)).toEqual([
    "a test/1/slow",
    "a test/1/more",
    "b test/1/slow",
    "b test/1/more",
  ]);
});

test("a case repeated runs on the next random seeds, and fails when one of them does", async () => {
  const drawn = new Set<number>();
  const rare = tokenCase("rare", async (t) => {
    drawn.add(t.random.uint32());
    t.holds("not the third draw", drawn.size !== 3);
  });
  const result = await runOne(rare, { repetitions: 5, randomSeed: 2 ** 32 - 1 });
  expect(drawn.size).toBe(5);
  expect(result.status).toBe("fail");
  expect(result.notes).toEqual(["5 repetitions: 1 × fail, 4 × pass; shown is random seed 1"]);
  expect(result.repeat, "repeats the one that failed").toContain("--random-seed 1");
});

test("a case that does not apply is not repeated", async () => {
  let times = 0;
  const one = tokenCase("skipped", async (t) => {
    times++;
    t.skip("not this one");
  });
  expect((await runOne(one, { repetitions: 5 })).notes).toEqual([]);
  expect(times).toBe(1);
});

test("a run taken up again keeps what it had, runs the rest, and is as one run", async () => {
  const ran: string[] = [];
  const cases = ["one", "two", "three"].map((name) =>
    tokenCase(name, async (t) => {
      ran.push(name);
      t.equal("draw", t.random.uint32(), 0);
    }),
  );
  const controller = new AbortController();
  const partial = await runAll(cases, {
    signal: controller.signal,
    onProgress: (told) => {
      if (told.kind === "result") controller.abort(new Error("Ctrl-C"));
    },
  });
  expect(partial).toMatchObject({ complete: false, results: [{ id: "test/1/one" }] });
  const whole = await runAll(cases, { earlier: partial.results });
  expect(ran).toEqual(["one", "two", "three"]);
  const free = (report: Report) => report.results.map(({ durationMs, ...rest }) => rest);
  expect(free(whole)).toEqual(free(await runAll(cases)));
  expect(whole.complete).toBe(true);
});

test("only what failed before runs again", async () => {
  const cases = ["one", "two"].map((name) => tokenCase(name, async (t) => t.holds("it", true)));
  const report = await runAll(cases, { only: [{ id: "test/1/two", subject: "fake" }] });
  expect(report.results.map(({ id }) => id)).toEqual(["test/1/two"]);
});

test.each([
  [{ repetitions: 0 }, "repetitions: a whole number from 1 to 100000, got 0"],
  [{ parallel: 1.5 }, "parallel: a whole number from 1 to 64, got 1.5"],
  [{ shard: { index: 3, of: 2 } }, "shard: from 1/1 to 1000/1000, got 3/2"],
])("%o is refused", async (more, message) => {
  const cases = [tokenCase("good", async (t) => t.holds("it", true))];
  await expect(runAll(cases, more)).rejects.toThrow(message);
});

test("two subjects of one name are refused: their results could not be told apart", async () => {
  const cases = [tokenCase("good", async (t) => t.holds("it", true))];
  await expect(runAll(cases, { tokens: [fakeToken(), fakeToken()] })).rejects.toThrow(
    '"fake" is there twice',
  );
});

test("a secret in what a subject says while it closes is not in the notice", async () => {
  let closings = 0;
  const token = fakeToken({
    onClose: async () => {
      if (closings++ > 0) throw new Error(`flash holds ${Buffer.from(SECRET).toString("hex")}`);
    },
  });
  const leaky = tokenCase("leaky", async (t) => {
    await t.provision(SECRET, FAKE_TOTP);
    t.holds("it", true);
  });
  const { notices } = await runAll([leaky], { tokens: [token] });
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain("flash holds [secret: 20 bytes, sha256:");
});

test("a subject that does not close well is a notice, not a verdict", async () => {
  let closings = 0;
  const token = fakeToken({
    onClose: async () => {
      if (closings++ > 0) throw new Error("the port is stuck");
    },
  });
  const report = await runAll([tokenCase("good", async (t) => t.holds("it", true))], {
    tokens: [token],
  });
  expect(only(report).status).toBe("pass");
  expect(report.notices).toEqual([
    "fake did not close well after test/1/good: Error: the port is stuck",
  ]);
});

test("nothing selected, and nothing to run the selected on, are refused", async () => {
  const cases = [tokenCase("good", async (t) => t.holds("it", true))];
  await expect(runAll(cases, { selection: { ids: ["test/9"] } })).rejects.toThrow(NothingSelected);
  await expect(runAll(cases, { tokens: [] })).rejects.toThrow(
    "the cases selected are about a token, and there is only a target to run them on",
  );
});

test("progress tells the subjects, then each case and its result", async () => {
  const told: Progress[] = [];
  await runAll([tokenCase("good", async (t) => t.holds("it", true))], {
    onProgress: (progress) => told.push(progress),
  });
  expect(told.map((progress) => progress.kind)).toEqual(["subject", "case", "result"]);
  expect(told[2]).toMatchObject({ done: 1, total: 1, result: { status: "pass" } });
});

test("secrets a case writes do not appear in its result, in any form", async () => {
  const hex = Buffer.from(SECRET).toString("hex");
  const result = await runOne(
    tokenCase("leaky", async (t) => {
      await t.provision(SECRET, FAKE_TOTP);
      t.note(`base32 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ, hex ${hex}`);
      t.equal("the bytes", SECRET, SECRET);
      t.equal("a credential", { secret: new Uint8Array(3) }, {});
    }),
    { tokens: [fakeToken({ wire: [{ atUs: 0, direction: "to-token", text: `key ${hex}` }] })] },
  );
  const text = JSON.stringify(result);
  expect(text).not.toContain(hex);
  expect(text).not.toContain("GEZDGNBVGY3TQOJQ");
  expect(text).not.toContain("12345678901234567890");
  expect(text).toContain("20 bytes, sha256:");
});

function forever(): Promise<never> {
  return new Promise(() => {});
}
