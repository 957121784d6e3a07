// Admin acts of the verifier over a memory store: replacing, correcting, restoring; and what is
// noticed beside the verdicts.

import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { type Policy, type PresetName, policyOf } from "./policy.ts";
import { MemoryStore } from "./stores/memory.ts";
import { codeOf, otherCode } from "./testing/codes.ts";
import { outcomeOf, stepUs } from "./testing/desk.ts";
import { Verifier } from "./verifier.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const DAY = 2880;
const code = (step: number, secret?: Uint8Array) => codeOf(PARAMETERS, step, secret);
const pair = (step: number, secret?: Uint8Array) => [code(step, secret), code(step + 1, secret)];
const secretOf = (first: number) => new Uint8Array(20).fill(7).fill(first, 0, 1);
const WRONG = otherCode(...Array.from({ length: 2000 }, (_, at) => code(NOW - 1000 + at)));

interface SetUp {
  readonly preset?: PresetName;
  readonly policy?: Partial<Omit<Policy, "name">>;
}

async function enrolled({ preset = "rfc6238", policy }: SetUp = {}) {
  const store = new MemoryStore();
  const verifier = new Verifier({ store, policy: policyOf(preset, policy) });
  const given = { label: "T", user: "ada", parameters: PARAMETERS, secret: rfc4226Secret() };
  const id = await verifier.create(given);
  expect(outcomeOf(await verifier.enroll(id, pair(NOW - 1), stepUs(NOW)))).toBe("accepted");
  const verify = async (text: string, step: number) =>
    outcomeOf(await verifier.verify(id, text, stepUs(step)));
  const acts = async () => (await verifier.history(id)).map((row) => row.act).toReversed();
  return { verifier, store, id, verify, acts };
}

test("replacing deactivates the old device and creates one for the same user", async () => {
  const { verifier, id, acts, verify } = await enrolled();
  const secret = secretOf(1);
  const input = { label: "U", parameters: PARAMETERS, secret };
  const next = await verifier.admin.replace(id, input, stepUs(NOW + 1));
  expect(await verifier.state(id)).toMatchObject({ state: "deactivated" });
  expect(await verifier.state(next)).toMatchObject({ state: "created", user: "ada" });
  expect(await acts()).toEqual(["create", "enroll", "replace"]);
  expect(await verify(code(NOW + 2), NOW + 2)).toBe("not-enrolled");
  const verdict = await verifier.enroll(next, pair(NOW + 1, secret), stepUs(NOW + 2));
  expect(outcomeOf(verdict)).toBe("accepted");
});

test("a device that cannot be replaced stays as it is", async () => {
  const { verifier, id } = await enrolled();
  const taken = { label: "T", parameters: PARAMETERS, secret: secretOf(1) };
  await expect(verifier.admin.replace(id, taken)).rejects.toMatchObject({ code: "duplicate" });
  const same = { label: "U", parameters: PARAMETERS, secret: rfc4226Secret() };
  await expect(verifier.admin.replace(id, same)).rejects.toMatchObject({ code: "secret-in-use" });
  expect((await verifier.state(id)).state).toBe("enabled");
  await verifier.deactivate(id);
  const other = { ...same, secret: secretOf(1) };
  await expect(verifier.admin.replace(id, other)).rejects.toMatchObject({ code: "wrong-state" });
});

test.each<PresetName>(["rfc6238", "default"])(
  "an offset set by hand moves the window and not the watermark, %s (R18, D12)",
  async (preset) => {
    const { verifier, id, verify, acts } = await enrolled({ preset });
    await verifier.admin.setOffset(id, 100, stepUs(NOW + 1));
    expect(await verifier.state(id)).toMatchObject({ offsetSteps: 100, watermark: BigInt(NOW) });
    expect(await verify(code(NOW + 102), NOW + 2)).toBe("accepted");
    await verifier.admin.setOffset(id, 0, stepUs(NOW + 3));
    expect(await verifier.state(id)).toMatchObject({
      offsetSteps: 0,
      watermark: BigInt(NOW + 102),
    });
    expect(await verify(code(NOW + 4), NOW + 4)).toBe("replayed");
    expect((await acts()).filter((act) => act === "offset").length).toBe(2);
    expect(await verify(code(NOW + 103), NOW + 103)).toBe("accepted");
  },
);

test("an offset beyond the cap, or for counters, is the caller's mistake", async () => {
  const { verifier, id } = await enrolled();
  for (const steps of [2881, 0.5, Number.NaN]) {
    const act = verifier.admin.setOffset(id, steps, stepUs(NOW));
    await expect(act).rejects.toThrow(/offsetSteps must be a whole number from -2880 to 2880/);
  }
});

test("tracking is switched off for one token, and on again (D12)", async () => {
  const { verifier, id, verify, acts } = await enrolled();
  await verifier.admin.setTracking(id, false, 1);
  expect(await verify(code(NOW + 3), NOW + 2)).toBe("accepted");
  expect(await verifier.state(id)).toMatchObject({ offsetSteps: 0, isTracked: false });
  await verifier.admin.setTracking(id, true, 2);
  expect(await verify(code(NOW + 6), NOW + 5)).toBe("accepted");
  expect((await verifier.state(id)).offsetSteps).toBe(1);
  expect((await acts()).filter((act) => act === "tracking").length).toBe(2);
});

test("after a restored backup no step up to then is taken again (R16)", async () => {
  const { verifier, id, verify, acts } = await enrolled();
  const hotp = await verifier.create({
    label: "H",
    parameters: hotpParameters(),
    secret: secretOf(2),
  });
  const result = await verifier.admin.raiseWatermarks(stepUs(NOW + 50));
  expect(result).toEqual({ raised: 1, hotpTokens: [hotp] });
  expect(await acts()).toContain("raise-watermark");
  expect(await verify(code(NOW + 50), NOW + 50)).toBe("replayed");
  expect(await verify(code(NOW + 51), NOW + 51)).toBe("replayed");
  expect(await verify(code(NOW + 52), NOW + 52)).toBe("accepted");
  expect((await verifier.admin.raiseWatermarks(stepUs(NOW + 20))).raised).toBe(0);
  expect((await verifier.state(id)).watermark).toBe(BigInt(NOW + 52));
});

test("raising reaches the tombstones too", async () => {
  const { verifier, id } = await enrolled();
  await verifier.deactivate(id);
  await verifier.delete(id);
  await verifier.admin.raiseWatermarks(stepUs(NOW + 50));
  const given = { label: "U", parameters: PARAMETERS, secret: rfc4226Secret() };
  const again = await verifier.create(given);
  expect((await verifier.state(again)).watermark).toBe(BigInt(NOW + 51));
});

test("a pending enrollment expires (E06)", async () => {
  const store = new MemoryStore();
  const verifier = new Verifier({ store, policy: policyOf("rfc6238", { pendingSeconds: 3600 }) });
  const create = (label: string, first: number) =>
    verifier.create({ label, parameters: PARAMETERS, secret: secretOf(first), atUs: stepUs(NOW) });
  const enroll = async (id: number, step: number, first: number) =>
    outcomeOf(await verifier.enroll(id, pair(step - 1, secretOf(first)), stepUs(step)));
  expect(await enroll(await create("in time", 1), NOW + 120, 1)).toBe("accepted");
  const late = await create("late", 2);
  expect(await enroll(late, NOW + 121, 2)).toBe("expired");
  expect((await verifier.state(late)).state).toBe("created");
});

test("a token from the shelf is searched as wide as it may have drifted (E04)", async () => {
  const verifier = new Verifier({ store: new MemoryStore(), policy: policyOf("rfc6238") });
  const enroll = async (label: string, first: number, factorySetAtUs?: number) => {
    const given = { label, parameters: PARAMETERS, secret: secretOf(first) };
    const age = factorySetAtUs === undefined ? {} : { factorySetAtUs };
    const id = await verifier.create({ ...given, ...age });
    const now = 4000 * DAY;
    const codes = pair(now + 80, secretOf(first));
    return outcomeOf(await verifier.enroll(id, codes, stepUs(now)));
  };
  // 25 ppm of 1,200 days are 87 steps.
  expect(await enroll("old", 1, stepUs(2800 * DAY))).toBe("accepted");
  expect(await enroll("new", 2, stepUs(3900 * DAY))).not.toBe("accepted");
  expect(await enroll("unknown", 3)).not.toBe("accepted");
});

test("an enrollment with wrong parameters is told to the operator by name (E08)", async () => {
  const verifier = new Verifier({ store: new MemoryStore(), policy: policyOf("rfc6238") });
  const secret = rfc4226Secret();
  const id = await verifier.create({ label: "T", parameters: PARAMETERS, secret });
  const real = totpParameters({ stepSeconds: 60 });
  const codes = [5000, 5001].map((step) => codeOf(real, step));
  const verdict = await verifier.enroll(id, codes, 5001 * 60e6);
  expect(verdict).toMatchObject({ reason: "wrong-parameters", fits: real });
  const [row, before] = await verifier.history(id, 2);
  expect(row).toMatchObject({ act: "diagnosis", reason: "wrong-parameters" });
  expect(before).toMatchObject({ act: "enroll", reason: "no-match" });
  expect(await verifier.state(id)).toMatchObject({ state: "created", failures: 1 });
});

test("a host clock that steps back is flagged (T11)", async () => {
  const { verify, acts } = await enrolled();
  expect(await verify(code(NOW + 50), NOW + 50)).toBe("accepted");
  expect(await verify(code(NOW), NOW)).not.toBe("accepted");
  expect(await acts()).toContain("clock-back");
});

test("requests that overtake each other by seconds are no step back", async () => {
  const { verifier, id, acts } = await enrolled();
  await verifier.verify(id, WRONG, stepUs(NOW + 1) + 4e6);
  await verifier.verify(id, WRONG, stepUs(NOW + 1));
  expect(await acts()).not.toContain("clock-back");
});

test("tokens that jump alike at a time tell that the host's clock is wrong (D13)", async () => {
  const verifier = new Verifier({ store: new MemoryStore(), policy: policyOf("default") });
  const faults: unknown[] = [];
  for (const first of [1, 2, 3]) {
    const secret = secretOf(first);
    const id = await verifier.create({ label: `T${first}`, parameters: PARAMETERS, secret });
    await verifier.enroll(id, pair(NOW - 1, secret), stepUs(NOW));
    const verdict = await verifier.verify(id, code(NOW + 60, secret), stepUs(NOW + 60 + 120));
    expect(outcomeOf(verdict)).toBe("out-of-sync");
    if (verdict.outcome === "refused") faults.push(verdict.fault);
  }
  expect(faults).toEqual([
    { kind: "zone", hours: -1 },
    { kind: "zone", hours: -1 },
    { kind: "host-clock", seconds: -3600, tokens: 3 },
  ]);
  expect(verifier.monitor.alarm).toMatchObject({ kind: "host-clock", tokens: 3 });
});

test("a token that shows one code for long is stuck, and a resync tells what happened", async () => {
  const { verifier, id } = await enrolled();
  const stuck = await verifier.verify(id, code(NOW), stepUs(NOW + 10));
  expect(stuck).toMatchObject({ reason: "replayed", fault: { kind: "stuck", forSeconds: 300 } });
  const resync = await verifier.resync(id, pair(NOW + 130), stepUs(NOW + 20));
  expect(resync).toMatchObject({ outcome: "accepted", fault: { kind: "step", seconds: 3330 } });
});
