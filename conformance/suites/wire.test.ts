import { describe, expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import type { Report } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import { HID_OTP_SUITE } from "./hid-otp/suite.ts";
import { mutant, pressed } from "./testing/broken-frames.ts";
import { YKOATH_SUITE } from "./ykoath/suite.ts";

function judge(suite: typeof YKOATH_SUITE, token: TokenSource): Promise<Report> {
  return run({
    suites: [suite],
    tokens: [token],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
}

function badOf({ results }: Report): readonly string[] {
  return results
    .filter(({ status }) => status !== "pass" && status !== "skip")
    .map(({ id, status, reason }) => `${id} ${status} ${reason}`);
}

function passesOf({ results }: Report): number {
  return results.filter(({ status }) => status === "pass").length;
}

describe("the OATH applet, in APDUs", () => {
  test.each([
    ["yubikey5", 68],
    ["yubikey4", 64],
    ["yubikey-neo", 63],
    ["canokey", 64],
    ["nitrokey3", 50],
    ["generic-oath", 67],
  ])("of %s passes all that applies to it, a touch given or not", async (profile, least) => {
    for (const token of [subjectSource(`ykoath:${profile}`), pressed(`ykoath:${profile}`)]) {
      const report = await judge(YKOATH_SUITE, token);
      expect(badOf(report)).toEqual([]);
      expect(report.notices).toEqual([]);
      expect(passesOf(report)).toBeGreaterThanOrEqual(least);
    }
  });

  test("of versions before and after a gate passes what that version has", async () => {
    const older = { version: [5, 2, 4], renameInstruction: 0x45 } as const;
    const newer = { version: [5, 7, 1], credentials: 64 } as const;
    for (const profile of [older, newer]) {
      expect(badOf(await judge(YKOATH_SUITE, mutant(profile)))).toEqual([]);
    }
  });

  test("every case applies to some model", async () => {
    const applied = new Set<string>();
    for (const profile of ["yubikey5", "canokey", "nitrokey3"]) {
      const { results } = await judge(YKOATH_SUITE, pressed(`ykoath:${profile}`));
      for (const { id, status } of results) if (status === "pass") applied.add(id);
    }
    expect(YKOATH_SUITE.cases.filter(({ id }) => !applied.has(id)).map(({ id }) => id)).toEqual([]);
  });
});

describe("OTP slots, in HID reports", () => {
  test("pass every case when the rig touches the token", async () => {
    const report = await judge(HID_OTP_SUITE, pressed("hid:emulated"));
    expect(report.results.map(({ id, status }) => `${id} ${status}`)).toEqual(
      HID_OTP_SUITE.cases.map(({ id }) => `${id} pass`),
    );
  });

  test("pass every case but those of a touch when it touches itself", async () => {
    const report = await judge(HID_OTP_SUITE, subjectSource("hid:emulated"));
    expect(badOf(report)).toEqual([]);
    expect(passesOf(report)).toBe(HID_OTP_SUITE.cases.length - 2);
  });
});

test("no secret and no access key is in the reports", async () => {
  const reports = [
    await judge(YKOATH_SUITE, pressed("ykoath:yubikey5")),
    await judge(HID_OTP_SUITE, pressed("hid:emulated")),
  ];
  const text = JSON.stringify(reports).toUpperCase();
  for (const form of [
    "12345678901234567890",
    "3132333435363738393031323334353637383930",
    "331C8B1028EFF8D66FAE0E01A8F84F3D",
  ]) {
    expect(text.includes(form), form).toBe(false);
  }
});
