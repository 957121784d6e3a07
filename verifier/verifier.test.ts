// The verifier over a memory store: admin acts, users, audit, public answers. What stores keep is
// in stores/testing/contract.ts, what decisions say in decide/*.test.ts.

import { expect, test } from "vitest";
import { hotpParameters, type OathParameters, totpParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { codesOneByOne, type Engine, searchCodes } from "./engines/engine.ts";
import { otplibEngine } from "./engines/otplib.ts";
import { type Policy, type PresetName, policyOf } from "./policy.ts";
import { MemoryStore } from "./stores/memory.ts";
import { StoreError } from "./stores/store.ts";
import { codeOf, otherCode } from "./testing/codes.ts";
import { outcomeOf, stepUs } from "./testing/desk.ts";
import { type CreateInput, Verifier, type VerifierOptions } from "./verifier.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number, parameters: OathParameters = PARAMETERS) => codeOf(parameters, step);
const pair = (step: number) => [code(step), code(step + 1)];
const WRONG = otherCode(...Array.from({ length: 2000 }, (_, at) => code(NOW - 1000 + at)));

interface SetUp {
  readonly preset?: PresetName;
  readonly policy?: Partial<Omit<Policy, "name">>;
  readonly options?: Partial<VerifierOptions>;
}

function newVerifier({ preset = "rfc6238", policy, options }: SetUp = {}): Verifier {
  return new Verifier({ store: new MemoryStore(), policy: policyOf(preset, policy), ...options });
}

/** Creates a token; the RFC's secret, for nobody, unless told otherwise. */
function create(verifier: Verifier, given: Partial<CreateInput> = {}): Promise<number> {
  return verifier.create({ label: "T", parameters: PARAMETERS, secret: rfc4226Secret(), ...given });
}

async function enrolled(setUp: SetUp = {}) {
  const verifier = newVerifier(setUp);
  const id = await create(verifier, { user: "ada" });
  expect(outcomeOf(await verifier.enroll(id, pair(NOW - 1), stepUs(NOW)))).toBe("accepted");
  return { verifier, id };
}

const verify = async (verifier: Verifier, id: number, given: unknown, step: number) =>
  outcomeOf(await verifier.verify(id, given, stepUs(step)));

test("a device lives: created, enabled, deactivated, deleted", async () => {
  const { verifier, id } = await enrolled();
  const other = newVerifier();
  expect((await other.state(await create(other))).state).toBe("created");
  expect((await verifier.state(id)).state).toBe("enabled");
  await verifier.deactivate(id);
  expect((await verifier.state(id)).state).toBe("deactivated");
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("not-enrolled");
  await verifier.delete(id);
  expect(await verifier.state(id)).toMatchObject({ state: "deleted", label: "" });
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("not-enrolled");
  expect(outcomeOf(await verifier.enroll(id, pair(NOW + 1), stepUs(NOW)))).toBe("not-enrolled");
  expect(await verifier.find("T")).toBeNull();
  expect((await verifier.list()).map((view) => view.state)).toEqual(["deleted"]);
});

test("what the state does not allow is refused with the remedy", async () => {
  const { verifier, id } = await enrolled();
  await expect(verifier.delete(id)).rejects.toMatchObject({
    name: "VerifierError",
    code: "wrong-state",
    message: `token ${id} is enabled; delete needs one that is created or deactivated`,
    hint: "deactivate it first",
  });
  await verifier.deactivate(id);
  for (const act of [verifier.deactivate(id), verifier.unlock(id)]) {
    await expect(act).rejects.toMatchObject({ code: "wrong-state" });
  }
  for (const act of [verifier.state(9), verifier.deactivate(9), verifier.delete(9)]) {
    await expect(act).rejects.toMatchObject({ code: "unknown-token" });
  }
});

test("codes for a token nobody knows are refused like any others (T09)", async () => {
  const verifier = newVerifier();
  expect(await verify(verifier, 9, code(NOW), NOW)).toBe("not-enrolled");
  expect(outcomeOf(await verifier.resync(9, pair(NOW), 0))).toBe("not-enrolled");
  expect(await verifier.login(9, code(NOW), 0)).toEqual({ accepted: false });
});

test("one user has one device, until it is deactivated", async () => {
  const { verifier, id } = await enrolled();
  const second = { label: "U", user: "ada", secret: new Uint8Array([1, 2, 3]) };
  await expect(create(verifier, second)).rejects.toMatchObject({
    code: "device-limit",
    message: 'user "ada" has 1 of 1 devices',
    hint: expect.stringMatching(/deactivate a device of theirs/),
  });
  await create(verifier, { ...second, label: "V", user: "bob", secret: new Uint8Array([4]) });
  await verifier.deactivate(id);
  expect(await create(verifier, second)).toBe(id + 2);
});

test("a policy may give a user several devices; a failure of one spares the others (T06)", async () => {
  const { verifier, id } = await enrolled({ policy: { devicesPerUser: 2, throttleLimit: 1 } });
  const secret = new Uint8Array([1, 2, 3]);
  const other = await create(verifier, { label: "U", user: "ada", secret });
  const codes = [NOW - 1, NOW].map((step) => codeOf(PARAMETERS, step, secret));
  expect(outcomeOf(await verifier.enroll(other, codes, stepUs(NOW)))).toBe("accepted");
  expect(await verify(verifier, id, WRONG, NOW + 1)).toBe("no-match");
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("locked");
  const right = codeOf(PARAMETERS, NOW + 1, secret);
  expect(await verify(verifier, other, right, NOW + 1)).toBe("accepted");
});

test("a device in use has one user; its saved secret can be set up again", async () => {
  const { verifier, id } = await enrolled();
  const again = { label: "U", user: "bob" };
  await expect(create(verifier, again)).rejects.toMatchObject({
    code: "secret-in-use",
    hint: "deactivate that token first",
  });
  await verifier.deactivate(id);
  const second = await create(verifier, again);
  expect((await verifier.state(second)).watermark).toBe(BigInt(NOW));
  expect(outcomeOf(await verifier.enroll(second, pair(NOW - 1), stepUs(NOW)))).toBe("replayed");
  const fresh = await verifier.enroll(second, pair(NOW + 1), stepUs(NOW + 2));
  expect(outcomeOf(fresh)).toBe("accepted");
});

test.each<[string, OathParameters]>([
  ["60 s steps", totpParameters({ stepSeconds: 60 })],
  ["another T0", totpParameters({ t0: 30 })],
  ["counters", hotpParameters()],
])("a used secret is not set up again with %s (R19)", async (_, parameters) => {
  const { verifier, id } = await enrolled();
  await verifier.deactivate(id);
  const attempt = create(verifier, { label: "U", parameters });
  await expect(attempt).rejects.toMatchObject({ code: "secret-in-use", hint: /new secret/ });
});

test("a secret that was set up wrongly, and never used, can be set up rightly", async () => {
  const verifier = newVerifier();
  const id = await create(verifier, { parameters: hotpParameters(), counter: 900n });
  await verifier.delete(id);
  const right = await create(verifier);
  expect((await verifier.state(right)).watermark).toBe(-1n);
});

test.each<[string, Partial<CreateInput>, RegExp]>([
  ["an empty label", { label: "" }, /label must be 1 to 256/],
  ["a label of 257 characters", { label: "x".repeat(257) }, /label must be 1 to 256/],
  ["half a character in a label", { label: "a\ud800" }, /without control characters/],
  ["a line feed in a label", { label: "a\nb" }, /without control characters/],
  ["an empty user", { user: "" }, /user must be/],
  ["an empty secret", { secret: new Uint8Array(0) }, /secret must be 1 to 1024/],
  ["5 digits", { parameters: { ...PARAMETERS, digits: 5 } }, /digits must be/],
  ["a counter for TOTP", { counter: 1n }, /counter belongs to HOTP/],
  ["no time", { atUs: Number.NaN }, /atUs must be microseconds/],
])("creates no token with %s", async (_, given, message) => {
  const verifier = newVerifier();
  await expect(create(verifier, given)).rejects.toThrow(message);
  expect(await verifier.list()).toEqual([]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined])(
  "a time of %s is the caller's mistake, and changes nothing",
  async (atUs) => {
    const { verifier, id } = await enrolled();
    const before = await verifier.state(id);
    const login = verifier.verify(id, code(NOW + 1), atUs as number);
    await expect(login).rejects.toThrow(/receivedAtUs must be microseconds/);
    expect(await verifier.state(id)).toEqual(before);
  },
);

test("a late pair under aws: associated, out of sync, repaired by a resync (E07)", async () => {
  const verifier = newVerifier({ preset: "aws" });
  const id = await create(verifier);
  const late = await verifier.enroll(id, pair(NOW - 11), stepUs(NOW));
  expect(late).toMatchObject({ outcome: "accepted", outOfSync: true, offsetSteps: -10 });
  expect(await verifier.state(id)).toMatchObject({ state: "enabled", offsetSteps: -10 });
  expect(await verifier.verify(id, code(NOW + 1), stepUs(NOW + 1))).toEqual({
    outcome: "refused",
    act: "verify",
    reason: "out-of-sync",
    movingFactor: BigInt(NOW + 1),
    offsetSteps: 0,
    fault: { kind: "step", seconds: 300 },
  });
  const resync = await verifier.resync(id, pair(NOW + 2), stepUs(NOW + 3));
  expect(resync).toMatchObject({ outcome: "accepted", offsetSteps: 0 });
  expect(await verify(verifier, id, code(NOW + 4), NOW + 4)).toBe("accepted");
});

test("a lock is lifted by an operator and nothing else, and then counts from 0", async () => {
  const { verifier, id } = await enrolled({ policy: { throttleLimit: 2 } });
  expect(await verify(verifier, id, WRONG, NOW + 1)).toBe("no-match");
  expect(await verify(verifier, id, WRONG, NOW + 1)).toBe("no-match");
  expect(outcomeOf(await verifier.resync(id, pair(NOW + 1), stepUs(NOW)))).toBe("locked");
  await verifier.unlock(id);
  expect(await verifier.state(id)).toMatchObject({ failures: 0, locked: false });
  expect(await verify(verifier, id, WRONG, NOW + 1)).toBe("no-match");
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("accepted");
});

test("every outcome and admin act is logged, with step, offset and reason (T10)", async () => {
  const { verifier, id } = await enrolled({ policy: { throttleLimit: 3 } });
  const at = stepUs(NOW + 1);
  await verifier.verify(id, code(NOW + 2), at);
  await verifier.verify(id, code(NOW + 2), at);
  await verifier.verify(id, "12345", at);
  await verifier.verify(id, WRONG, at);
  await verifier.verify(id, code(NOW + 50), at);
  await verifier.enroll(id, pair(NOW), at);
  await verifier.resync(id, [WRONG, WRONG], at);
  await verifier.verify(id, code(NOW + 3), at);
  await verifier.unlock(id, at);
  await verifier.deactivate(id, at + 1);
  const rows = (await verifier.history(id)).toReversed();
  const summary = rows.map((row) => [row.act, row.outcome, row.reason, row.movingFactor]);
  expect(summary).toEqual([
    ["create", "done", null, null],
    ["enroll", "accepted", null, 10_000n],
    ["verify", "accepted", null, 10_002n],
    ["verify", "refused", "replayed", null],
    ["verify", "refused", "malformed", null],
    ["verify", "refused", "no-match", null],
    ["verify", "refused", "no-match", null],
    ["diagnosis", "refused", "out-of-sync", 10_050n],
    ["enroll", "refused", "wrong-state", null],
    ["resync", "refused", "no-match", null],
    ["verify", "refused", "locked", null],
    ["unlock", "done", null, null],
    ["deactivate", "done", null, null],
  ]);
  expect(rows[2]).toMatchObject({ atUs: at, token: id, offsetSteps: 1 });
  expect(rows[7]).toMatchObject({ offsetSteps: 49 });
  const told = (await verifier.history(id, 2)).map((row) => row.act);
  expect(told, "newest first").toEqual(["deactivate", "unlock"]);
});

test.each([0, -1, 1.5, 10_001, Number.NaN])("a history of %d rows is refused", async (limit) => {
  const { verifier, id } = await enrolled();
  await expect(verifier.history(id, limit)).rejects.toThrow(/limit must be a whole number/);
});

test("a view tells neither the secret nor a code", async () => {
  const { verifier, id } = await enrolled();
  const view = await verifier.state(id);
  expect(Object.keys(view)).not.toContain("secret");
  const text = JSON.stringify([view, await verifier.history(id)], (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const told of [code(NOW - 1), code(NOW), "12345678901234567890"]) {
    expect(text).not.toContain(told);
  }
});

test("a login's answer is the same for every refusal, and the reason is logged after (T09)", async () => {
  const { verifier, id } = await enrolled({ policy: { throttleLimit: 2 } });
  const at = stepUs(NOW + 1);
  const login = (given: unknown) => verifier.login(id, given, at);
  expect(await login(code(NOW + 1))).toEqual({ accepted: true });
  for (const given of [code(NOW + 1), code(NOW + 70), "1", null, WRONG, code(NOW + 2)]) {
    expect(await login(given)).toEqual({ accepted: false });
  }
  await verifier.settled();
  const reasons = (await verifier.history(id)).map((row) => row.reason);
  const expected = ["replayed", "no-match", "malformed", "no-match", "locked", "out-of-sync"];
  expect(reasons.filter((reason) => reason !== null).toSorted()).toEqual(
    [...expected, "malformed"].toSorted(),
  );
});

test("a login is answered before its diagnosis is made", async () => {
  const { verifier, id } = await enrolled();
  expect(await verifier.login(id, code(NOW + 70), stepUs(NOW + 1))).toEqual({ accepted: false });
  const [before] = await verifier.history(id, 1);
  expect(before).toMatchObject({ act: "verify", reason: "no-match" });
  await verifier.settled();
  const [after] = await verifier.history(id, 1);
  expect(after).toMatchObject({ act: "diagnosis", reason: "out-of-sync", offsetSteps: 69 });
});

test("replayed and wrong codes are looked into alike: the work does not tell them apart", async () => {
  let asked = 0;
  const engine: Engine = {
    ...otplibEngine,
    prepare(...given) {
      const key = otplibEngine.prepare(...given);
      const codeAt = (factor: bigint) => {
        asked++;
        return key.codeAt(factor);
      };
      const codes = (first: bigint, count: number) => codesOneByOne(codeAt, first, count);
      const search = (first: bigint, count: number, wanted: number) =>
        searchCodes(codes(first, count), wanted);
      return { codeAt, codes, search, dispose: () => key.dispose() };
    },
  };
  const { verifier, id } = await enrolled({ options: { engine } });
  const counts: number[] = [];
  for (const given of [code(NOW), code(NOW + 70), WRONG]) {
    asked = 0;
    await verifier.login(id, given, stepUs(NOW));
    counts.push(asked);
    await verifier.settled();
    counts.push(asked);
  }
  expect(counts).toEqual([3, 484, 3, 484, 3, 484]);
});

test("a diagnosis whose token or store is gone meanwhile is left out", async () => {
  const { verifier, id } = await enrolled();
  await verifier.login(id, code(NOW + 70), stepUs(NOW + 1));
  await verifier.deactivate(id);
  await verifier.delete(id);
  await verifier.settled();
  expect((await verifier.history(id, 1))[0]?.act).toBe("delete");

  const store = new MemoryStore();
  const other = await enrolled({ options: { store } });
  await other.verifier.login(other.id, code(NOW + 70), stepUs(NOW + 1));
  await store.close();
  await expect(other.verifier.settled()).resolves.toBeUndefined();
});

test("without diagnoses a code out of the window is no match", async () => {
  const { verifier, id } = await enrolled({ options: { diagnose: false } });
  expect(await verify(verifier, id, code(NOW + 70), NOW)).toBe("no-match");
});

test("an answer that cannot be stored is no answer", async () => {
  const store = new MemoryStore();
  const { verifier, id } = await enrolled({ options: { store } });
  await store.close();
  await expect(verify(verifier, id, code(NOW + 1), NOW + 1)).rejects.toThrow(StoreError);
  await expect(verifier.login(id, code(NOW + 1), stepUs(NOW + 1))).rejects.toThrow(StoreError);
});

test("a store where others are always first is busy in the end", async () => {
  const store = new MemoryStore();
  const { verifier, id } = await enrolled({ options: { store } });
  store.writeNow = () => false;
  store.swap = async () => false;
  await expect(verify(verifier, id, code(NOW + 1), NOW + 1)).rejects.toMatchObject({
    name: "StoreError",
    code: "busy",
  });
  await expect(verifier.deactivate(id)).rejects.toMatchObject({ code: "busy" });
});

test("takes codes with another engine, and an invalid policy with none", async () => {
  const { verifier, id } = await enrolled({ options: { engine: otplibEngine } });
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("accepted");
  const policy = { ...policyOf("rfc6238"), windowPast: -1 };
  expect(() => new Verifier({ store: new MemoryStore(), policy })).toThrow(/windowPast/);
});

test("wiping the keys in memory leaves the verifier usable", async () => {
  const { verifier, id } = await enrolled();
  verifier[Symbol.dispose]();
  expect(await verify(verifier, id, code(NOW + 1), NOW + 1)).toBe("accepted");
});

test.each<[string, Partial<Omit<Policy, "name">>]>([
  ["limit", { throttleLimit: 5 }],
  ["limit with a timed lock", { throttleLimit: 5, lockSeconds: 60 }],
  ["guesses of the day", { throttleLimit: 1000, guessesPerDay: 5 }],
])(
  "100 wrong codes at a time are evaluated up to the %s and no further (T03)",
  async (_, policy) => {
    const { verifier, id } = await enrolled({ policy: { ...policy, autoResyncSteps: 20 } });
    const at = stepUs(NOW + 1);
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, () => verifier.verify(id, WRONG, at)),
    );
    const evaluated = verdicts.filter((verdict) => outcomeOf(verdict) === "no-match");
    expect(evaluated.length).toBe(5);
    const last = outcomeOf(await verifier.verify(id, code(NOW + 1), at));
    expect(["locked", "throttled"]).toContain(last);
  },
);
