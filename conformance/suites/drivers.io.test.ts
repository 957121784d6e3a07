import { expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import { loadExpectations } from "../expectations.ts";
import { run } from "../runner.ts";
import { libraryTarget } from "../targets/library.ts";
import { SUITES } from "./index.ts";

/** Judged in frames, or for long on every driver: wire.test.ts, drivers.long.test.ts. */
const ELSEWHERE = [
  ...["ykoath", "ccid", "hid-otp", "serial-shell"],
  ...["clock", "provisioning", "robustness", "endurance"],
];

/** The other suites, cases about servers left out. */
const ABOUT_TOKENS = SUITES.filter(({ name }) => !ELSEWHERE.includes(name)).map((suite) => ({
  ...suite,
  cases: suite.cases.filter(({ subject }) => subject !== "verifier"),
}));

/** Cases that report a difference without failing: what the model is known for. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "hid:emulated": ["rfc6238/1.2/sha256-and-sha512"],
  // It counts on at 0 after the last counter, and needs its time set after each power cut.
  "hid:emulated-nitrokey-pro": [
    "enrollment/token/power-cut",
    "rfc4226/5.1/last-counter",
    "rfc6238/1.2/sha256-and-sha512",
  ],
  "ykoath:nitrokey3": ["rfc6238/1.2/sha256-and-sha512"],
  "ykoath:yubikey-neo": ["rfc6238/1.2/sha256-and-sha512"],
};

test.each([
  "ykoath:emulated",
  "ykoath:yubikey-neo",
  "ykoath:canokey",
  "ykoath:nitrokey3",
  "ykoath:generic-oath",
  "usb:emulated",
  "usb:emulated-canokey",
  "hid:emulated",
  "hid:emulated-nitrokey-pro",
])("%s breaks no MUST, but for what is known and told; every skip says why", async (spec) => {
  const { results, notices } = await run({
    suites: ABOUT_TOKENS,
    tokens: [subjectSource(spec)],
    targets: [libraryTarget()],
    expectations: await loadExpectations([spec]),
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  // Those of suites that run elsewhere.
  expect(notices.filter((notice) => !notice.endsWith("no such case; remove it"))).toEqual([]);
  const good = ["pass", "skip", "xfail"];
  const others = results.filter(({ status }) => !good.includes(status));
  expect(others.filter(({ status }) => !["warn", "info"].includes(status))).toEqual([]);
  expect(others.map(({ id }) => id).sort()).toEqual(TOLD[spec] ?? []);
  expect(results.filter(({ status, reason }) => status === "skip" && reason === "")).toEqual([]);
  expect(results.filter(({ status }) => status === "pass").length).toBeGreaterThan(20);
});
