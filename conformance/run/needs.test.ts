import { expect, test } from "vitest";
import type { OathParameters } from "../../core/oath/parameters.ts";
import type { Capabilities } from "../../devices/device.ts";
import type { TokenNeed, VerifierNeed } from "../case.ts";
import { FAKE_CAPABILITIES, FAKE_TOTP } from "../testing/fakes.ts";
import {
  missingTokenNeed,
  missingVerifierNeed,
  partNeeds,
  printSeconds,
  provisionLack,
  timeRangeLack,
} from "./needs.ts";

const HOTP: OathParameters = { kind: "hotp", algorithm: "SHA1", digits: 6 };
/** A token that can do nothing. */
const NOTHING: Capabilities = {
  list: false,
  remove: false,
  setTime: false,
  readTime: false,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 0 },
};

test.each<[TokenNeed, string]>([
  ["totp", "the token makes no time-based codes"],
  ["hotp", "the token makes no event-based codes"],
  ["hotp-at-counter", "the token makes no code for a counter the host names"],
  ["hotp-own-counter", "the token keeps no counter of its own"],
  ["provision", "secrets cannot be written to this token"],
  ["names", "the token holds one credential without a name"],
  ["list", "the token does not list its credentials"],
  ["remove", "the token does not remove credentials"],
  ["set-time", "the token's clock cannot be set"],
  ["read-time", "the token's clock cannot be read"],
  ["sha256", "the token makes no codes"],
  ["sha512", "the token makes no codes"],
  ["t0", "the token counts time steps from the Unix epoch only"],
  ["own-clock", "the token has no clock of its own"],
  ["rig", "only an emulated token can be put through this"],
])("the need %s is missing on a token that can do nothing, and says so", (need, lack) => {
  expect(missingTokenNeed([need], NOTHING, false)).toBe(`needs "${need}": ${lack}`);
});

test("a token that can do it all lacks nothing", () => {
  const all: Capabilities = {
    ...FAKE_CAPABILITIES,
    totp: {
      algorithms: ["SHA1", "SHA256", "SHA512"],
      digits: [6],
      stepSeconds: { low: 30, high: 30 },
      t0: true,
      clock: "token",
    },
  };
  const needs = [
    ...["totp", "hotp", "hotp-at-counter", "hotp-own-counter", "provision", "names", "list"],
    ...["remove", "set-time", "read-time", "sha256", "sha512", "t0", "own-clock", "rig"],
  ] as readonly TokenNeed[];
  expect(missingTokenNeed(needs, all, true)).toBeUndefined();
  expect(missingTokenNeed(needs, all, false)).toContain('"rig"');
});

test("a hash is needed of the codes the case is about", () => {
  const { totp, hotp } = FAKE_CAPABILITIES;
  if (totp === undefined || hotp === undefined) throw new Error("the fake has both");
  const both = { ...FAKE_CAPABILITIES, totp: { ...totp, algorithms: ["SHA256"] } } as Capabilities;
  expect(missingTokenNeed(["totp", "sha256"], both, true)).toBeUndefined();
  expect(missingTokenNeed(["hotp", "sha256"], both, true)).toContain("SHA1 only");
});

test("the first need a target does not offer is named", () => {
  const needs: readonly VerifierNeed[] = ["state", "users", "restart"];
  expect(missingVerifierNeed(needs, new Set(["state"]))).toBe(
    'needs "users": the target does not offer users',
  );
  expect(missingVerifierNeed(needs, new Set(needs))).toBeUndefined();
});

test("the needs of a pair are parted, and a word both know is asked of both", () => {
  expect(partNeeds(["totp", "state", "hotp", "sha256"])).toEqual({
    token: ["totp", "hotp", "sha256"],
    verifier: ["state", "hotp", "sha256"],
  });
});

test.each<[string, number, OathParameters, bigint, string | undefined]>([
  ["fits", 20, FAKE_TOTP, 0n, undefined],
  ["long secret", 65, FAKE_TOTP, 0n, "the token takes secrets of 1 to 64 bytes, not 65"],
  ["longest secret", 64, FAKE_TOTP, 0n, undefined],
  ["hash", 20, { ...FAKE_TOTP, algorithm: "SHA512" }, 0n, "the token has SHA1 only, not SHA512"],
  ["digits", 20, { ...FAKE_TOTP, digits: 7 }, 0n, "the token shows 6, 8 digits only, not 7"],
  ["counter", 20, HOTP, 2n ** 32n, "the token's counter goes to 4294967295, not to 4294967296"],
  ["highest counter", 20, HOTP, 2n ** 32n - 1n, undefined],
  [
    "step",
    20,
    { ...FAKE_TOTP, stepSeconds: 7200 } as OathParameters,
    0n,
    "the token has time steps of 1 to 3600 s only, not 7200 s",
  ],
  [
    "t0",
    20,
    { ...FAKE_TOTP, t0: 5 } as OathParameters,
    0n,
    "the token counts time steps from the Unix epoch only",
  ],
])("a credential is judged before it is written: %s", (_, bytes, parameters, counter, lack) => {
  expect(provisionLack(FAKE_CAPABILITIES, bytes, parameters, counter)).toBe(lack);
});

test("times outside the token's range are named in UTC", () => {
  expect(timeRangeLack(FAKE_CAPABILITIES, 4_102_444_799)).toBeUndefined();
  expect(timeRangeLack(FAKE_CAPABILITIES, 4_102_444_800)).toBe(
    "the token's clock holds 1970-01-01T00:00:00Z to 2099-12-31T23:59:59Z, " +
      "not 2100-01-01T00:00:00Z",
  );
  expect(printSeconds(2 ** 53)).toBe("9007199254740992 s");
});
