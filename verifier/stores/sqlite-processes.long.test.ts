// Several verifier processes on one SQLite file, and one that is killed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { codeOf } from "../testing/codes.ts";
import { outcomeOf, stepUs } from "../testing/desk.ts";
import { Verifier } from "../verifier.ts";
import { SqliteStore } from "./sqlite.ts";
import { VerifierProcess } from "./testing/child.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const ROUNDS = 5;
const code = (step: number) => codeOf(PARAMETERS, step);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-processes-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with token 1 enrolled at step NOW. */
async function enrolledFile(name: string): Promise<string> {
  const path = join(folder, name);
  await using store = new SqliteStore(path);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const secret = rfc4226Secret();
  const id = await verifier.create({ label: "T", parameters: PARAMETERS, secret });
  await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW));
  return path;
}

test("of 2 processes with 25 identical logins each, one login is accepted (R11)", async () => {
  const path = await enrolledFile("shared.db");
  await using a = VerifierProcess.start(path);
  await using b = VerifierProcess.start(path);
  await Promise.all([a.ask("open"), b.ask("open")]);
  for (let round = 1; round <= ROUNDS; round++) {
    const line = `verify ${NOW + round} 25`;
    const answers = await Promise.all([a.ask(line), b.ask(line)]);
    const outcomes = answers.flatMap((answer) => answer.outcomes ?? []);
    expect(outcomes.filter((outcome) => outcome === "accepted").length).toBe(1);
    expect(outcomes.filter((outcome) => outcome === "replayed").length).toBe(49);
  }
});

test("a code accepted just before kill -9 is refused after the restart (R13)", async () => {
  const path = await enrolledFile("killed.db");
  for (let round = 1; round <= 3; round++) {
    const step = NOW + round;
    await using child = VerifierProcess.start(path);
    expect(await child.ask(`verify ${step}`)).toEqual({ outcomes: ["accepted"] });
    await child.kill();
    await using store = new SqliteStore(path);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    expect(outcomeOf(await verifier.verify(1, code(step), stepUs(step)))).toBe("replayed");
    const [replay, acceptance] = await verifier.history(1);
    expect(replay).toMatchObject({ outcome: "refused", reason: "replayed" });
    expect(acceptance).toMatchObject({ outcome: "accepted", movingFactor: BigInt(step) });
  }
});

test("kill -9 in the midst of replacements leaves the old device or the new one", async () => {
  const path = await enrolledFile("replaced.db");
  for (let round = 1; round <= 3; round++) {
    await using child = VerifierProcess.start(path);
    await child.ask("open");
    await using store = new SqliteStore(path);
    const before = (await store.list()).length;
    const cutOff = child.ask("replace 100000").catch(() => "killed");
    while ((await store.load(before + 2 * round)) === null) await setImmediate();
    await child.kill();
    expect(await cutOff).toBe("killed");
    const states = (await store.list()).map(({ record }) => record.state);
    expect(states.filter((state) => state !== "deactivated")).toEqual([states.at(-1)]);
    expect(states.at(-1)).toBe("created");
    const { rows } = await store.auditPage({ limit: 10_000 });
    const countOf = (act: string) => rows.filter((row) => row.act === act).length;
    expect([countOf("create"), countOf("replace")]).toEqual([states.length, states.length - 1]);
  }
});

test("processes that open a new file at a time all find its tables", async () => {
  const children = (path: string) => Array.from({ length: 3 }, () => VerifierProcess.start(path));
  for (let round = 0; round < 3; round++) {
    const processes = children(join(folder, `new ${round}.db`));
    try {
      await Promise.all(processes.map((child) => child.ask("ready")));
      const answers = await Promise.all(processes.map((child) => child.ask("open")));
      expect(answers).toEqual(processes.map(() => ({ outcomes: ["opened"] })));
    } finally {
      await Promise.all(processes.map((child) => child[Symbol.asyncDispose]()));
    }
  }
});
