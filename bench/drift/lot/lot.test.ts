// Which step a code of a token belongs to: expected codes are otplib's.

import { expect, test } from "vitest";
import { otplibCode } from "../../../conformance/oracle.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { Lot, type LotToken, type ShownCode } from "./lot.ts";

const NOW = 1_767_225_600;
/** Two and a half hours: beyond what is believed of one code, within a day. */
const FAR_SECONDS = 9000;

/** Lots wipe their secrets. */
function twoTokens(): readonly [LotToken, LotToken] {
  const token = (number: number): LotToken => ({
    serial: `FT-${number}`,
    secret: new Uint8Array(20).fill(number),
    parameters: totpParameters(),
  });
  return [token(1), token(2)];
}

function codeOf({ secret }: LotToken, at: number): string {
  return otplibCode(secret, "SHA1", 6, BigInt(Math.floor((at + FAR_SECONDS) / 30)));
}

function seen(token: LotToken, at: number): ShownCode {
  return { code: codeOf(token, at), notBefore: at, notAfter: at };
}

test("a code asked of another token first is still found on its own clock", () => {
  const [one, other] = twoTokens();
  using lot = new Lot("L-7", [one, other]);
  const shown = [seen(one, NOW), seen(one, NOW + 30)];
  expect(lot.stepsOf(other, shown, undefined).kind).toBe("none");
  const first = (NOW + FAR_SECONDS) / 30;
  expect(lot.stepsOf(one, shown, undefined)).toEqual({ kind: "known", steps: [first, first + 1] });
});

test("a code found on one token's clock is not believed to be of another's", () => {
  const [one, other] = twoTokens();
  using lot = new Lot("L-7", [one, other]);
  const shown = [seen(one, NOW)];
  expect(lot.stepsOf(one, shown, undefined).kind).toBe("ambiguous");
  expect(lot.stepsOf(other, shown, undefined).kind).toBe("none");
});
