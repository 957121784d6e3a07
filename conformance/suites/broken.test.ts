import { expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import type { ConformanceCase } from "../case.ts";
import type { Status } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import type { TargetFactory } from "../target.ts";
import { libraryTarget } from "../targets/library.ts";
import { SUITES } from "./index.ts";
import { BROKEN_CLOCKS } from "./testing/broken-clocks.ts";
import { BROKEN_MEMORIES } from "./testing/broken-memories.ts";
import { BROKEN_TARGETS, brokenTarget } from "./testing/broken-targets.ts";
import { BROKEN_TOKENS, brokenToken } from "./testing/broken-tokens.ts";
import { BROKEN_WRITERS } from "./testing/broken-writers.ts";

const CASES = SUITES.flatMap(({ cases }) => cases);
const CAUGHT: readonly Status[] = ["fail", "warn", "info"];

async function statusOf(
  one: ConformanceCase,
  tokens: readonly TokenSource[],
  targets: readonly TargetFactory[],
): Promise<Status | undefined> {
  const report = await run({
    suites: [{ name: "one", title: "One case", cases: [one] }],
    selection: { ids: [one.id] },
    tokens,
    targets,
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    caseTimeoutMs: 500,
  });
  return report.results[0]?.status;
}

function statusById(id: string, tokens: readonly TokenSource[], targets: readonly TargetFactory[]) {
  const found = CASES.find((one) => one.id === id);
  if (found === undefined) throw new RangeError(`there is no case ${id}`);
  return statusOf(found, tokens, targets);
}

test.each([
  ["rfc6238/5.2/replayed-code", "forgets-used-codes"],
  ["rfc6238/5.2/older-code-after-newer", "forgets-used-codes"],
  ["rfc6238/5.2/restart", "forgets-used-codes"],
  ["rfc6238/5.2/at-most-one-step", "window-one-too-wide"],
  ["rfc6238/5.2/window-of-six-steps", "half-open-window"],
  ["rfc6238/5.2/one-step-of-delay", "half-open-window"],
  ["rfc6238/5.2/parallel-submissions", "check-then-act"],
  ["rfc6238/4.2/floor-not-round", "rounds-time"],
  ["rfc6238/4.2/beyond-2038-verified", "clock-of-32-bits"],
  ["rfc6238/6/one-step-ahead", "never-tracks-drift"],
  ["rfc6238/6/perfect-token", "drift-off-by-one"],
  ["rfc6238/6/resync-far-ahead", "resync-with-the-login-window"],
  ["rfc6238/6/resync-guesses-are-failures", "never-locks"],
  ["rfc4226/5.1/eight-byte-counter-verified", "watermark-off-by-one"],
  ["rfc4226/5.3/malformed-codes", "parses-codes-as-numbers"],
  ["rfc4226/5.3/spaced-codes", "keys-replays-by-text"],
  ["rfc4226/7.2/locked-at-the-limit", "never-locks"],
  ["rfc4226/7.3/below-the-limit", "locks-at-once"],
  ["rfc4226/7.3/growing-delay", "never-locks"],
  ["rfc4226/7.3/parallel-guesses", "never-locks"],
  ["rfc4226/7.3/restart", "restart-forgets-failures"],
  ["rfc4226/7.4/bounded-windows", "no-bounds-on-policies"],
  ["enrollment/enable/token-from-the-shelf", "resync-with-the-login-window"],
  ["enrollment/refusals/equal-codes", "accepts-everything"],
  ["enrollment/devices/one-per-user", "any-number-of-devices"],
  ["enrollment/devices/deactivated", "accepts-everything"],
])("%s catches a server of which is true: %s", async (id, name) => {
  const broken = await statusById(id, [], [brokenTarget(name)]);
  expect(CAUGHT).toContain(broken === "pass" ? `${id} passes` : broken);
});

test.each([
  ["rfc4226/5.3/leading-zeros", "drops-leading-zeros"],
  ["rfc4226/7.2/token-increments", "counter-does-not-move"],
  ["rfc4226/5.1/eight-byte-counter", "counter-of-32-bits"],
  ["rfc6238/4.2/beyond-2038", "clock-of-32-bits"],
  ["rfc6238/appendix-b/sha256", "wrong-codes"],
  ["rfc6238/3/secret-not-listed", "tells-secrets"],
  ["driver-contract/credentials/by-name", "keeps-one-credential"],
  ["driver-contract/deadlines/cancelled-before", "deaf-to-signals"],
  ["driver-contract/order/reading-changes-nothing", "reading-sets-the-clock"],
  ["driver-contract/capabilities/claimed", "does-nothing"],
  ["clock/power/holds-time", "clock-stands-without-power"],
  ["clock/power/never-a-wrong-time", "clock-begins-anew"],
  ["clock/power/many-cuts", "second-lost-at-power-cuts"],
  ["clock/power/time-that-was-set", "clock-begins-anew"],
  ["clock/steps/after-a-month", "clock-fast"],
  ["clock/steps/at-the-edge", "clock-fast"],
  ["clock/set/old-secret-gone", "forgets-when-set-ahead"],
  ["clock/set/old-secret-gone-for-good", "forgets-nothing"],
  ["clock/set/power-fails", "sets-the-clock-first"],
  ["provisioning/parameters/unknown-algorithm", "unknown-algorithm-as-sha1"],
  ["provisioning/parameters/unknown-algorithm", "looks-after-writing"],
  ["provisioning/parameters/listed", "unknown-algorithm-as-sha1"],
  ["provisioning/parameters/digits", "digits-to-the-nearest"],
  ["provisioning/parameters/periods", "period-of-a-byte"],
  ["provisioning/secrets/lengths", "secret-cut-to-64"],
  ["provisioning/secrets/bytes", "secret-decoded"],
  ["provisioning/otpauth/padding", "last-byte-lost"],
  ["provisioning/otpauth/long-secrets", "secret-cut-to-64"],
  ["provisioning/pskc/event-based-keys", "first-counter-of-32-bits"],
  ["provisioning/pskc/long-secrets", "last-byte-lost"],
  ["provisioning/secrets/lengths", "removes-first"],
  ["robustness/power/replacing", "half-written-credential"],
  ["robustness/power/others", "loses-all-with-one"],
  ["robustness/power/a-new-name", "half-written-credential"],
  ["robustness/power/removing", "half-removed-credential"],
  ["robustness/power/secret-and-counter", "new-secret-old-counter"],
  ["robustness/line/unplugged-while-writing", "half-written-credential"],
  ["robustness/line/damaged-while-writing", "half-written-credential"],
  ["robustness/line/timed-out-while-writing", "half-written-credential"],
  ["robustness/floods/many-refused", "refusals-take-away"],
  ["robustness/floods/writes-and-reads", "reads-overtake-writes"],
])("%s catches a token of which is true: %s", async (id, name) => {
  const broken = await statusById(id, [NAMED[name]?.[1] ?? brokenToken(name)], []);
  expect(CAUGHT).toContain(broken === "pass" ? `${id} passes` : broken);
});

test("every case about verifiers fails on a broken one", async () => {
  const uncaught: string[] = [];
  for (const one of CASES.filter(({ subject }) => subject === "verifier")) {
    let isCaught = false;
    for (const target of BROKEN_TARGETS) {
      isCaught = CAUGHT.includes((await statusOf(one, [], [target])) ?? "error");
      if (isCaught) break;
    }
    if (!isCaught) uncaught.push(one.id);
  }
  expect(uncaught).toEqual([]);
});

/** Broken in one act or in what befalls them: for what the others have right. */
const NAMED: Readonly<Record<string, readonly [string, TokenSource]>> = {
  ...BROKEN_CLOCKS,
  ...BROKEN_WRITERS,
  ...BROKEN_MEMORIES,
};
const AROUND: readonly TokenSource[] = Object.values(NAMED).map(([, token]) => token);

/** Judged in frames: see wire-broken.test.ts. */
const IN_FRAMES = /^(ykoath|ccid|hid-otp|serial-shell|robustness\/frames)\//;

test("every case about tokens fails on a broken one", async () => {
  const uncaught: string[] = [];
  const cases = CASES.filter(({ subject, id }) => subject === "token" && !IN_FRAMES.test(id));
  for (const one of cases) {
    let isCaught = false;
    for (const token of [...BROKEN_TOKENS, ...AROUND]) {
      isCaught = CAUGHT.includes((await statusOf(one, [token], [])) ?? "error");
      if (isCaught) break;
    }
    if (!isCaught) uncaught.push(one.id);
  }
  expect(uncaught).toEqual([]);
});

test("every case about pairs fails with a broken token, and with a broken server", async () => {
  const uncaught: string[] = [];
  for (const one of CASES.filter(({ subject }) => subject === "pair")) {
    const token = await statusOf(one, [brokenToken("wrong-codes")], [libraryTarget()]);
    const server = await statusOf(
      one,
      [subjectSource("virtual")],
      [brokenTarget("refuses-everything")],
    );
    const enrolling = await statusOf(
      one,
      [subjectSource("virtual")],
      [brokenTarget("enrolls-nothing")],
    );
    if (!CAUGHT.includes(token ?? "error")) uncaught.push(`${one.id} with a broken token`);
    if (![server, enrolling].some((status) => CAUGHT.includes(status ?? "error"))) {
      uncaught.push(`${one.id} with a broken server`);
    }
  }
  expect(uncaught).toEqual([]);
});
