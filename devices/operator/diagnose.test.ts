// Apps that ignore parameters, told by their codes; codes of the apps come from otplib.

import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc6238Secret } from "../../core/oath/vectors.ts";
import {
  describeDiagnosis,
  diagnoseApp,
  diagnoseCodes,
  possibleDigits,
  usedParameters,
} from "./diagnose.ts";

const secret = rfc6238Secret("SHA512");
const AT = 1_767_225_640;

function codeOf(key: Uint8Array, parameters: TotpParameters, movingFactor: bigint): string {
  const { algorithm, digits, stepSeconds } = parameters;
  const hashes = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
  return generateSync({
    secret: encodeBase32(key),
    epoch: Number(movingFactor) * stepSeconds,
    algorithm: hashes[algorithm],
    digits: digits as 6 | 7 | 8,
    period: stepSeconds,
  });
}

const given = totpParameters({ algorithm: "SHA512", digits: 8, stepSeconds: 60 });

/** What an app shows that replaces parameters by others. */
function shown(change: Partial<TotpParameters>, seconds = AT): string {
  const parameters = { ...given, ...change };
  return codeOf(secret, parameters, BigInt(Math.floor(seconds / parameters.stepSeconds)));
}

function diagnose(code: string) {
  return diagnoseApp({ secret, parameters: given, code, atUs: AT * 1_000_000 }, codeOf);
}

test("an app that does as it is told follows, also when it is late or early", () => {
  expect(diagnose(shown({}))).toEqual({ kind: "follows", offsetSteps: 0 });
  expect(diagnose(shown({}, AT - 60))).toEqual({ kind: "follows", offsetSteps: -1 });
  expect(diagnose(shown({}, AT + 120))).toEqual({ kind: "follows", offsetSteps: 2 });
});

test.each([
  [{ stepSeconds: 30 }, ["period"]],
  [{ algorithm: "SHA1" }, ["algorithm"]],
  [{ digits: 6 }, ["digits"]],
  [{ stepSeconds: 30, digits: 6 }, ["period", "digits"]],
  [{ stepSeconds: 30, algorithm: "SHA1" }, ["period", "algorithm"]],
  [{ stepSeconds: 30, algorithm: "SHA1", digits: 6 }, ["period", "algorithm", "digits"]],
] as const)("an app that uses %j ignores %j", (change, ignored) => {
  expect(diagnose(shown(change))).toEqual({ kind: "ignores", ignored, offsetSteps: 0 });
});

test("what nothing explains is said to be so", () => {
  expect(diagnose("00000000")).toEqual({ kind: "unexplained" });
  expect(diagnose(shown({}, AT - 3600))).toEqual({ kind: "unexplained" });
});

test("several codes must have one explanation", () => {
  const key = { secret, parameters: given };
  const two = (first: string, second: string) => [
    { code: first, atUs: AT * 1_000_000 },
    { code: second, atUs: (AT + 60) * 1_000_000 },
  ];
  const halved = two(shown({ digits: 6 }), shown({ digits: 6 }, AT + 60));
  const expected = { kind: "ignores", ignored: ["digits"], offsetSteps: 0 };
  expect(diagnoseCodes(key, halved, codeOf)).toEqual(expected);
  const mixed = two(shown({}), shown({ digits: 6 }, AT + 60));
  expect(diagnoseCodes(key, mixed, codeOf)).toEqual({ kind: "unexplained" });
  expect(() => diagnoseCodes(key, [], codeOf)).toThrow(RangeError);
});

test("says it in words", () => {
  expect(describeDiagnosis(diagnose(shown({ stepSeconds: 30, algorithm: "SHA1" })))).toBe(
    "the app ignores period (it uses 30 seconds) and algorithm (it uses SHA-1)",
  );
  expect(describeDiagnosis(diagnose(shown({}, AT - 60)))).toBe(
    "the app follows the parameters, 1 step late",
  );
  const all = { stepSeconds: 30, algorithm: "SHA1", digits: 6 } as const;
  const diagnosis = diagnose(shown(all));
  expect(describeDiagnosis(diagnosis, "the phone")).toMatch(
    /^the phone ignores period \(.*\), algorithm \(.*\) and digits \(it uses 6 digits\)$/,
  );
  expect(usedParameters(given, diagnosis)).toEqual({ ...given, ...all });
  expect(describeDiagnosis({ kind: "unexplained" })).toContain("fits neither");
});

test("an app may show the digits that were asked for, or six", () => {
  expect(possibleDigits(given)).toEqual([8, 6]);
  expect(possibleDigits(totpParameters())).toEqual([6]);
});
