// RFC 6238 Appendix B on tokens: the three hashes, each with the secret of its length.

import { HASH_ALGORITHMS, type HashAlgorithm } from "../../../core/oath/parameters.ts";
import type { ConformanceCase, TokenCase, TokenNeed } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { type TotpVectorGroup, totpGroups } from "../../vectors/load.ts";
import { isInTimeRange, lastDigits, tokenTotp } from "../shared/token-codes.ts";

const APPENDIX = {
  text: "The TOTP algorithm will display the following values for specified modes and timestamps.",
  source: "RFC 6238 Appendix B",
} as const;

const NEEDS: Readonly<Record<HashAlgorithm, readonly TokenNeed[]>> = {
  SHA1: ["totp", "provision"],
  SHA256: ["totp", "provision", "sha256"],
  SHA512: ["totp", "provision", "sha512"],
};

/** Reads the codes of a group's rows, as far as the token's clock reaches. */
export async function checkTotpGroup(
  t: TokenContext,
  group: TotpVectorGroup,
  algorithm: HashAlgorithm,
): Promise<void> {
  const { stepSeconds, t0, digits, secrets } = group;
  const own = tokenTotp(t).digits;
  const shown = Math.min(own, digits);
  const parameters = tokenTotp(t, { algorithm, stepSeconds, t0, digits: shown });
  await t.provision(secrets[algorithm], parameters);
  const rows = group.rows.filter(({ seconds }) => isInTimeRange(t, seconds));
  if (rows.length === 0) t.skip("no time of the table is within the token's time range");
  for (const { seconds, codes } of rows) {
    const { code } = await t.totpAt(seconds);
    t.equal(`the code at ${seconds}`, code, lastDigits(codes[algorithm], shown));
  }
}

const tables: readonly TokenCase[] = HASH_ALGORITHMS.map((algorithm) => ({
  id: `rfc6238/appendix-b/${algorithm.toLowerCase()}`,
  aliases: ["F02"],
  subject: "token",
  title: `the token gives the table's codes for ${algorithm}`,
  requirement: APPENDIX,
  level: "MUST",
  needs: NEEDS[algorithm],
  run: async (t) => {
    for (const group of totpGroups("appendix")) await checkTotpGroup(t, group, algorithm);
  },
}));

const shortSecrets: readonly TokenCase[] = (["SHA256", "SHA512"] as const).map((algorithm) => ({
  id: `rfc6238/appendix-b/${algorithm.toLowerCase()}-with-20-bytes`,
  aliases: ["F18"],
  subject: "token",
  title: `the token takes a 20-byte secret for ${algorithm} as it is, and does not stretch it`,
  requirement: {
    text: "The test token shared secret uses the ASCII string value … (20 bytes).",
    source: "RFC 6238 Appendix B",
  },
  level: "MUST",
  needs: NEEDS[algorithm],
  run: async (t) => {
    for (const group of totpGroups("secret-of-20-bytes")) {
      await checkTotpGroup(t, group, algorithm);
    }
  },
}));

/** Cases of this appendix. */
export const APPENDIX_B_TOKEN_CASES: readonly ConformanceCase[] = [...tables, ...shortSecrets];
