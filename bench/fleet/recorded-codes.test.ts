import { expect, test } from "vitest";
import { otplibCode } from "../../conformance/oracle.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { Lot } from "../drift/lot/lot.ts";
import { parseLoginLog } from "./login-log.ts";
import { withSteps } from "./recorded-codes.ts";

const START = 1_767_225_600;
const DAY = 86_400;
const secret = rfc4226Secret();
const parameters = totpParameters();
const lot = (): Lot => new Lot("L", [{ serial: "A", secret: Uint8Array.from(secret), parameters }]);
const codeOf = (step: number): string => otplibCode(secret, "SHA1", 6, BigInt(step));

/** Logins of a clock that gains a minute a month, the code of each so many steps from its own. */
function logOf(rows: readonly (readonly [day: number, wrong: number, outcome: string])[]): string {
  const lines = rows.map(([day, wrong, outcome]) => {
    const at = START + day * DAY;
    const step = Math.floor((at + day * 2) / 30);
    return `${at},A,${codeOf(step + wrong)},${outcome}`;
  });
  return `time,token,code,outcome\n${lines.join("\n")}\n`;
}

test("codes become the steps that they are of, near where the clock was last", () => {
  using secrets = lot();
  const log = logOf([
    [0, 0, "ok"],
    [30, 0, "ok"],
    [700, 0, "ok"],
  ]);
  const { logins, strayCodes } = withSteps(parseLoginLog(log, "a.csv"), secrets);
  expect(strayCodes).toBe(0);
  const by = logins.map(({ step, at }) => (step ?? Number.NaN) - Math.floor(at / 30));
  expect(by).toEqual([0, 2, 46]);
});

test("a refused code moves nothing, and one of no step near is counted", () => {
  using secrets = lot();
  const log = logOf([
    [0, 0, "ok"],
    [1, 100, "refused"],
    [2, 5000, "refused"],
    [3, 0, "ok"],
  ]);
  const { logins, strayCodes } = withSteps(parseLoginLog(log, "a.csv"), secrets);
  expect(strayCodes).toBe(1);
  const by = logins.map(({ step, at }) => (step === null ? null : step - Math.floor(at / 30)));
  expect(by).toEqual([0, 100, null, 0]);
});

test("tokens without a secret are named once, and their logins left without a step", () => {
  using secrets = lot();
  const log = logOf([
    [0, 0, "ok"],
    [1, 0, "ok"],
  ]).replaceAll(",A,", ",B,");
  const { logins, unknownTokens } = withSteps(parseLoginLog(log, "a.csv"), secrets);
  expect(unknownTokens).toEqual(["B"]);
  expect(logins.every(({ step }) => step === null)).toBe(true);
});

test("a token of other steps is refused by its name", () => {
  const slow = {
    serial: "A",
    secret: Uint8Array.from(secret),
    parameters: totpParameters({ stepSeconds: 60 }),
  };
  using secrets = new Lot("L", [slow]);
  const logins = parseLoginLog(logOf([[0, 0, "ok"]]), "a.csv");
  expect(() => withSteps(logins, secrets)).toThrow(/token A: only TOTP with steps of 30 s/);
});
