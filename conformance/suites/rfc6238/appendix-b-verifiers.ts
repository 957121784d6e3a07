// RFC 6238 Appendix B on verifiers: each code of the table is accepted at its time.

import { HASH_ALGORITHMS, type HashAlgorithm } from "../../../core/oath/parameters.ts";
import type { ConformanceCase, VerifierCase, VerifierNeed } from "../../case.ts";
import { type TotpVectorGroup, totpGroups } from "../../vectors/load.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { atSeconds, atStep, totpToken } from "../shared/tokens.ts";

const NEEDS: Readonly<Record<HashAlgorithm, readonly VerifierNeed[]>> = {
  SHA1: [],
  SHA256: ["sha256"],
  SHA512: ["sha512"],
};

/** Submits the code of each row at its time, to a token enrolled just before. */
export async function checkTotpGroupAccepted(
  t: VerifierContext,
  group: TotpVectorGroup,
  algorithm: HashAlgorithm,
): Promise<void> {
  const { stepSeconds, t0, digits, secrets } = group;
  for (const { seconds, timeStep, codes } of group.rows) {
    const token = { ...totpToken({ algorithm, stepSeconds, t0, digits }) };
    const withSecret = { ...token, secret: secrets[algorithm] };
    const target = await t.open();
    const code = codes[algorithm];
    const what = `${code} at ${seconds}`;
    if (timeStep >= 2n || !t.hasEnrollment) {
      const id = await t.enrolled(target, withSecret, timeStep);
      t.accepted(what, await target.submit(id, code, atSeconds(seconds)));
      continue;
    }
    // Enrolling takes two codes: the first two steps can only be judged by the pair itself.
    const id = await target.create(withSecret);
    const pair = [
      timeStep === 0n ? code : t.code(withSecret, 0n),
      timeStep === 1n ? code : t.code(withSecret, 1n),
    ];
    t.accepted(`${what}, in a pair`, await target.enroll(id, pair, atStep(token, 1n)));
  }
}

const tables: readonly VerifierCase[] = HASH_ALGORITHMS.map((algorithm) => ({
  id: `rfc6238/appendix-b/${algorithm.toLowerCase()}-verified`,
  aliases: ["F02"],
  subject: "verifier",
  title: `the verifier accepts the table's codes for ${algorithm} at their times`,
  requirement: {
    text: "The TOTP algorithm will display the following values for specified modes and timestamps.",
    source: "RFC 6238 Appendix B",
  },
  level: "MUST",
  needs: NEEDS[algorithm],
  run: async (t) => {
    for (const group of totpGroups("appendix")) {
      await checkTotpGroupAccepted(t, group, algorithm);
    }
  },
}));

const shortSecrets: readonly VerifierCase[] = (["SHA256", "SHA512"] as const).map((algorithm) => ({
  id: `rfc6238/appendix-b/${algorithm.toLowerCase()}-with-20-bytes-verified`,
  aliases: ["F18"],
  subject: "verifier",
  title: `the verifier takes a 20-byte secret for ${algorithm} as it is`,
  requirement: {
    text: "The test token shared secret uses the ASCII string value … (20 bytes).",
    source: "RFC 6238 Appendix B",
  },
  level: "MUST",
  needs: NEEDS[algorithm],
  run: async (t) => {
    for (const group of totpGroups("secret-of-20-bytes")) {
      await checkTotpGroupAccepted(t, group, algorithm);
    }
  },
}));

/** Cases of this appendix. */
export const APPENDIX_B_VERIFIER_CASES: readonly ConformanceCase[] = [...tables, ...shortSecrets];
