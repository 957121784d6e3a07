// RFC 4226 §5.3 on verifiers: a code is a fixed number of decimal digits, nothing else.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { rareMovingFactors } from "../../vectors/load.ts";
import { atSeconds, atStep, hotpToken, START_STEP, totpToken } from "../shared/tokens.ts";

const FIXED_LENGTH = {
  text: "Num mod 10^Digit, shown with Digit decimal digits.",
  source: "RFC 4226 §5.3",
} as const;

const zerosKept: VerifierCase = {
  id: "rfc4226/5.3/leading-zeros-verified",
  aliases: ["F04"],
  subject: "verifier",
  title: "a code with a leading zero is accepted whole, and not without it or with one more",
  requirement: FIXED_LENGTH,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const timeStep = 37_037_036n;
    const id = await t.enrolled(target, token, timeStep);
    for (const wrong of ["81804", "0081804"]) {
      t.refused(wrong, await target.submit(id, wrong, atSeconds(1_111_111_109)));
    }
    t.accepted("081804", await target.submit(id, "081804", atSeconds(1_111_111_109)));
  },
};

const allZeros: VerifierCase = {
  id: "rfc4226/5.3/all-zeros-verified",
  aliases: ["F05"],
  subject: "verifier",
  title: "000000 is accepted where it is the code, and nowhere else",
  requirement: FIXED_LENGTH,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const timeStep = rareMovingFactors("all-zeros").find((step) => step > START_STEP) ?? 0n;
    const id = await t.enrolled(target, token, timeStep - 10n);
    const early = await target.submit(id, "000000", atStep(token, timeStep - 5n));
    t.refused("elsewhere", early);
    t.accepted("at its step", await target.submit(id, "000000", atStep(token, timeStep)));
  },
};

const lengths: VerifierCase = {
  id: "rfc4226/5.3/code-lengths-verified",
  aliases: ["F06"],
  subject: "verifier",
  title: "codes of 6, 7 and 8 digits are accepted by tokens of that length, and by no other",
  requirement: {
    text: "Implementations MUST extract a 6-digit code at a minimum and possibly 7 and 8-digit code.",
    source: "RFC 4226 §5.3",
  },
  level: "MUST",
  needs: ["hotp"],
  async run(t) {
    for (const digits of [6, 7, 8]) {
      const token = hotpToken({ digits });
      const target = await t.open();
      const id = await t.enrolled(target, token, 7n);
      for (const other of [6, 7, 8].filter((length) => length !== digits)) {
        const foreign = t.code(hotpToken({ digits: other }), 7n);
        t.refused(`${other} of ${digits} digits`, await target.submit(id, foreign, 0));
      }
      const code = t.code(token, 7n);
      t.accepted(`${digits} digits`, await target.submit(id, code, 0));
    }
  },
};

/** Texts that some parser takes for 081804. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  "no leading zero": "81804",
  "a plus sign": "+81804",
  "a minus sign": "-81804",
  "an exponent": "8.1804e4",
  hexadecimal: "0x13f8c",
  underscores: "0_8_1804",
  "full-width digits": "０８１８０４",
  "Arabic-Indic digits": "٠٨١٨٠٤",
  "a decimal point": "081804.0",
  "a null character": "081804\0",
  "4 KiB of digits": "081804".repeat(683),
  "no text": "",
  letters: "abcdef",
};

const malformed: VerifierCase = {
  id: "rfc4226/5.3/malformed-codes",
  aliases: ["F08"],
  subject: "verifier",
  title: "text that is no code is refused, calmly, and uses nothing up",
  requirement: FIXED_LENGTH,
  level: "MUST",
  needs: [],
  async run(t) {
    const token = totpToken();
    const target = await t.open({ throttleLimit: 100 });
    const id = await t.enrolled(target, token, 37_037_036n);
    const nowUs = atSeconds(1_111_111_109);
    for (const [what, text] of Object.entries(LOOKALIKES)) {
      t.refused(what, await target.submit(id, text, nowUs), "malformed");
    }
    t.accepted("081804", await target.submit(id, "081804", nowUs));
  },
};

const SPACED: readonly string[] = [
  " 081804",
  "081804 ",
  "081804\n",
  "\t081804",
  "081\u00a0804",
  "081 804",
  "081-804",
];

const spacedReplay: VerifierCase = {
  id: "rfc4226/5.3/spaced-codes",
  aliases: ["F07"],
  subject: "verifier",
  title: "a used code with spaces or hyphens in it is no new code",
  requirement: {
    text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
    source: "RFC 6238 §5.2",
  },
  level: "MUST",
  needs: ["state"],
  async run(t) {
    const token = totpToken();
    const nowUs = atSeconds(1_111_111_109);
    const target = await t.open({ throttleLimit: 100 });
    const id = await t.enrolled(target, token, 37_037_036n);
    t.accepted("081804", await target.submit(id, "081804", nowUs));
    for (const text of SPACED) {
      t.refused(JSON.stringify(text), await target.submit(id, text, nowUs));
    }
    const fresh = await t.open({ throttleLimit: 100 });
    const other = await t.enrolled(fresh, token, 37_037_036n);
    let accepted = 0;
    for (const text of SPACED) {
      if (!(await fresh.submit(other, text, nowUs)).accepted) continue;
      accepted++;
      t.note(`${JSON.stringify(text)} is taken for 081804`);
    }
    t.holds("spaced forms of one code accepted: at most one", accepted <= 1, accepted);
  },
};

/** Cases of this section. */
export const VERIFIER_CODE_CASES: readonly ConformanceCase[] = [
  zerosKept,
  allZeros,
  lengths,
  malformed,
  spacedReplay,
];
