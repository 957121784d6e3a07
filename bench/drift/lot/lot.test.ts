// Which step a code of a token belongs to: expected codes are otplib's.

import { expect, test } from "vitest";
import { otplibCode } from "../../../conformance/oracle.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { Lot, type LotToken, type ShownCode } from "./lot.ts";

const NOW = 1_767_225_600;
/** Two and a half hours: beyond what is believed of one code, within a day. */
const FAR_SECONDS = 9000;

const TOKENS: readonly LotToken[] = [1, 2].map((number) => ({
  serial: `FT-${number}`,
  secret: new Uint8Array(20).fill(number),
  parameters: totpParameters(),
}));

function codeOf({ secret }: LotToken, at: number): string {
  return otplibCode(secret, "SHA1", 6, BigInt(Math.floor((at + FAR_SECONDS) / 30)));
}

function seen(token: LotToken, at: number): ShownCode {
  return { code: codeOf(token, at), notBefore: at, notAfter: at };
}

const [ONE, OTHER] = TOKENS as [LotToken, LotToken];

test("a code asked of another token first is still found on its own clock", () => {
  using lot = new Lot("L-7", TOKENS);
  const shown = [seen(ONE, NOW), seen(ONE, NOW + 30)];
  expect(lot.stepsOf(OTHER, shown, undefined).kind).toBe("none");
  const first = (NOW + FAR_SECONDS) / 30;
  expect(lot.stepsOf(ONE, shown, undefined)).toEqual({ kind: "known", steps: [first, first + 1] });
});

test("a code found on one token's clock is not believed to be of another's", () => {
  using lot = new Lot("L-7", TOKENS);
  const shown = [seen(ONE, NOW)];
  expect(lot.stepsOf(ONE, shown, undefined).kind).toBe("ambiguous");
  expect(lot.stepsOf(OTHER, shown, undefined).kind).toBe("none");
});
