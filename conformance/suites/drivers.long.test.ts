// The suites that take their time, on every emulated driver: power cut at each write, lines that
// are waited for, everything that can be written.

import { expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import { loadExpectations } from "../expectations.ts";
import { run } from "../runner.ts";
import { SUITES } from "./index.ts";

const NAMES = ["clock", "provisioning", "robustness"];

test.each([
  "drifting-clock",
  "serial:emulated",
  "serial:emulated-arduino",
  "serial:emulated-flipper",
  "hid:emulated",
  "hid:emulated-nitrokey-pro",
  "ykoath:emulated",
  "ykoath:canokey",
  "ykoath:nitrokey3",
  "ykoath:yubikey-neo",
  "ykoath:generic-oath",
  "usb:emulated",
  "usb:emulated-canokey",
])(
  "%s breaks no MUST of the slower suites, but for what is known",
  async (spec) => {
    const { results, notices } = await run({
      suites: SUITES,
      selection: { suites: NAMES },
      tokens: [subjectSource(spec)],
      expectations: await loadExpectations([spec]),
      randomSeed: 1,
      command: "test",
      toolVersion: "0",
    });
    expect(notices).toEqual([]);
    const bad = results.filter(({ status }) => !["pass", "skip", "xfail"].includes(status));
    expect(bad.map(({ id, status, reason }) => `${status} ${id} ${reason}`)).toEqual([]);
    expect(results.filter(({ status, reason }) => status === "skip" && reason === "")).toEqual([]);
  },
  120_000,
);
