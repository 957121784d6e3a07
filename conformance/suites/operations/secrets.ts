// How a secret is written (RFC 4648 §6): the ways people write Base32 are one key, and what is none
// is refused, never cut to fit.

import { totpParameters } from "../../../core/oath/parameters.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { TargetRefusal } from "../../target.ts";
import { atStep, START_STEP, type TotpTargetToken } from "../shared/tokens.ts";

const BASE32 = {
  text: "Special processing is performed if fewer than 40 bits are available at the end of the input.",
  source: "RFC 4648 §6",
} as const;
const ALPHABET = {
  text: "Implementations MUST reject the encoded data if it contains characters outside the alphabet.",
  source: "RFC 4648 §3.3",
} as const;

/** 16 bytes: their Base32 needs padding. */
const TOKEN: TotpTargetToken = {
  secret: new TextEncoder().encode("1234567890123456"),
  parameters: totpParameters(),
};
const TEXT = "GEZDGNBVGY3TQOJQGEZDGNBVGY";

const oneKey: VerifierCase = {
  id: "operations/secrets/one-key",
  aliases: ["F17"],
  subject: "verifier",
  title: "a secret is the same key padded or not, in lower case, in groups of four, with hyphens",
  requirement: BASE32,
  level: "SHOULD",
  needs: ["secret-texts", "enrollment"],
  async run(t) {
    const groups = TEXT.match(/.{1,4}/g) ?? [];
    const forms: readonly (readonly [string, string])[] = [
      ["without padding", TEXT],
      ["with padding", `${TEXT}======`],
      ["in lower case", TEXT.toLowerCase()],
      ["in groups of four", groups.join(" ")],
      ["with hyphens", groups.join("-")],
    ];
    const pair = [t.code(TOKEN, START_STEP), t.code(TOKEN, START_STEP + 1n)];
    for (const [form, text] of forms) {
      const target = await t.open();
      const id = await target.createFromText?.(text);
      t.holds(`${form}: taken`, id !== undefined);
      if (id === undefined) continue;
      t.accepted(form, await target.enroll(id, pair, atStep(TOKEN, START_STEP + 1n, 5)));
    }
  },
};

const noKey: VerifierCase = {
  id: "operations/secrets/no-key",
  subject: "verifier",
  title: "characters outside the alphabet, impossible lengths and stray bits are refused",
  requirement: ALPHABET,
  level: "MUST",
  needs: ["secret-texts"],
  async run(t) {
    const target = await t.open();
    const bad: readonly (readonly [string, string])[] = [
      ...["0", "1", "8", "9"].map(
        (digit) => [`the digit ${digit}`, `${TEXT.slice(1)}${digit}`] as const,
      ),
      ...[25, 27, 30].map(
        (length) => [`${length} characters`, `${TEXT}GEZD`.slice(0, length)] as const,
      ),
      ["bits that belong to no byte", `${TEXT.slice(0, -1)}Z`],
    ];
    for (const [what, text] of bad) {
      let isRefused = false;
      try {
        await target.createFromText?.(text);
      } catch (error) {
        if (!(error instanceof TargetRefusal)) throw error;
        isRefused = true;
      }
      t.equal(`${what}, refused`, isRefused, true);
    }
  },
};

/** Cases of this part. */
export const SECRET_CASES: readonly ConformanceCase[] = [oneKey, noKey];
