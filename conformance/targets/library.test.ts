import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { TargetCannot, TargetRefusal } from "../target.ts";
import { libraryPolicy, libraryTarget } from "./library.ts";

const HOTP = { secret: rfc4226Secret(), parameters: hotpParameters() };

test("a policy that says nothing is the preset's", () => {
  expect(libraryPolicy({ preset: "rfc6238" })).toMatchObject({ windowPast: 1, enrollSteps: 60 });
  expect(libraryPolicy({ preset: "aws" })).toMatchObject({ enrollSteps: 20, resyncSteps: 20 });
});

test("every field of a case's policy arrives, in the library's units", () => {
  expect(
    libraryPolicy({
      preset: "rfc6238",
      window: { past: 2, future: 3 },
      enrollSteps: 4,
      resyncSteps: 5,
      lookAheadWindow: 6,
      throttleLimit: 7,
      delaySeconds: 8,
      driftCapSeconds: 300,
      trackDrift: false,
      devicesPerUser: 9,
    }),
  ).toMatchObject({
    windowPast: 2,
    windowFuture: 3,
    enrollSteps: 4,
    resyncSteps: 5,
    resyncCounters: 5,
    lookAheadWindow: 6,
    throttleLimit: 7,
    delaySeconds: 8,
    driftCapSteps: 10,
    trackDrift: false,
    devicesPerUser: 9,
  });
});

test("a policy beyond the library's bounds is the target's refusal", async () => {
  const opening = libraryTarget().open({ preset: "rfc6238", lookAheadWindow: 1_000_000 });
  await expect(opening).rejects.toThrow(TargetRefusal);
  await expect(opening).rejects.toMatchObject({ reason: "limit" });
});

test("enrolls, accepts, refuses with reasons and tells its state", async () => {
  await using target = await libraryTarget().open({ preset: "rfc6238" });
  const id = await target.create(HOTP);
  expect(await target.submit(id, "359152", 0)).toEqual({ accepted: false, reason: "not-enrolled" });
  expect(await target.state?.(id)).toEqual({
    enabled: false,
    offsetSteps: 0,
    consecutiveFailures: 0,
  });
  expect(await target.enroll(id, ["755224", "287082"], 0)).toEqual({ accepted: true });
  expect(await target.submit(id, "287082", 0)).toEqual({ accepted: false, reason: "replayed" });
  expect(await target.submit(id, "359152", 0)).toEqual({ accepted: true });
  expect(await target.submit(id, "12", 0)).toEqual({ accepted: false, reason: "malformed" });
  expect(await target.state?.(id)).toMatchObject({ enabled: true, watermark: 2n });
});

test("a limit reached is a refusal; a token in the wrong state as well", async () => {
  await using target = await libraryTarget().open({ preset: "rfc6238" });
  const id = await target.create({ ...HOTP, user: "alice" });
  const second = { ...HOTP, secret: new Uint8Array(20).fill(7), user: "alice" };
  await expect(target.create(second)).rejects.toMatchObject({ reason: "limit" });
  await expect(target.create(HOTP)).rejects.toMatchObject({ reason: "limit" });
  await target.deactivate?.(id);
  await expect(target.deactivate?.(id)).rejects.toMatchObject({ reason: "wrong-state" });
  await target.delete?.(id);
  await expect(target.delete?.(id)).rejects.toMatchObject({ reason: "wrong-state" });
});

test("a drift cap in seconds cannot be had for other steps than 30 s", async () => {
  await using target = await libraryTarget().open({ preset: "rfc6238", driftCapSeconds: 300 });
  const token = { ...HOTP, parameters: totpParameters({ stepSeconds: 60 }) };
  await expect(target.create(token)).rejects.toThrow(TargetCannot);
});

test("a restart keeps what was recorded", async () => {
  await using target = await libraryTarget().open({ preset: "rfc6238" });
  const id = await target.create(HOTP);
  await target.enroll(id, ["755224", "287082"], 0);
  await target.restart?.();
  expect(await target.submit(id, "287082", 0)).toMatchObject({ accepted: false });
  expect(await target.submit(id, "359152", 0)).toEqual({ accepted: true });
});

test("each opening begins with nothing, under a name of its own", async () => {
  expect(libraryTarget().name).toBe("library");
  expect(libraryTarget({ store: "sqlite" }).name).toBe("library-sqlite");
  const factory = libraryTarget({ name: "mine" });
  expect(factory.name).toBe("mine");
  for (let opening = 0; opening < 2; opening++) {
    await using target = await factory.open({ preset: "rfc6238" });
    expect(await target.create(HOTP)).toBe("1");
  }
});
