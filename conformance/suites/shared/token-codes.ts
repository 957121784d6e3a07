// What token cases share: the parameters a token can take, and reading codes with them.

import {
  type HashAlgorithm,
  type HotpParameters,
  hotpParameters,
  type TotpParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { DeviceError, type DeviceErrorCode } from "../../../devices/errors.ts";
import type { CheckContext } from "../../checks.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";

/** The lengths of code that cases read, best first: the RFC's table has all digits of it. */
const DIGITS = [8, 6, 7, 10, 9] as const;

/** The most telling number of digits the token has for such codes, 8 at best. */
export function bestDigits(t: TokenContext, kind: "hotp" | "totp"): number {
  const digits = t.device.capabilities[kind]?.digits ?? [];
  const best = DIGITS.find((wanted) => digits.includes(wanted)) ?? digits[0];
  return best ?? t.skip(`the token makes no ${kind} codes`);
}

/** HOTP parameters the token has, with the most telling number of digits. */
export function tokenHotp(t: TokenContext, algorithm: HashAlgorithm = "SHA1"): HotpParameters {
  return hotpParameters({ algorithm, digits: bestDigits(t, "hotp") });
}

/** TOTP parameters the token has, with the most telling number of digits and X = 30 if it can. */
export function tokenTotp(
  t: TokenContext,
  given: Partial<Omit<TotpParameters, "kind">> = {},
): TotpParameters {
  const steps = t.device.capabilities.totp?.stepSeconds ?? { low: 30, high: 30 };
  const stepSeconds = Math.min(steps.high, Math.max(steps.low, 30));
  return totpParameters({ stepSeconds, digits: bestDigits(t, "totp"), ...given });
}

/** The last digits of a code: what a token with fewer digits shows (RFC 4226 §5.3). */
export function lastDigits(code: string | number, digits: number): string {
  return String(code).padStart(10, "0").slice(-digits);
}

/** Reads the code of a counter the host names, and compares it with the oracle's. */
export async function checkHotpAt(
  t: TokenContext,
  secret: Uint8Array,
  parameters: HotpParameters,
  counter: bigint,
): Promise<void> {
  const { code } = await t.hotp({ counter });
  t.equal(`the code of counter ${counter}`, code, expectedCode(secret, parameters, counter));
}

/** Whether the token's clock can stand at `seconds`; a note says that it cannot. */
export function isInTimeRange(t: TokenContext, seconds: number): boolean {
  const { fromSeconds, toSeconds } = t.device.capabilities.timeRange;
  if (seconds >= fromSeconds && seconds <= toSeconds) return true;
  t.note(`${seconds} is outside the token's time range of ${fromSeconds} to ${toSeconds}`);
  return false;
}

/** A small secret or one the token takes at least: `bytes`, if the token does. */
export function takesSecret(t: TokenContext, bytes: number): boolean {
  const range = t.device.capabilities.provision?.secretBytes;
  return range !== undefined && bytes >= range.low && bytes <= range.high;
}

/** Checks that `act` rejects with one of `codes`; whatever is no DeviceError is a failed check. */
export async function rejects(
  t: CheckContext,
  what: string,
  act: Promise<unknown>,
  ...codes: readonly DeviceErrorCode[]
): Promise<void> {
  const ended = await act.then(
    () => "it went well",
    (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
  );
  t.holds(`${what}: ${codes.join(" or ")}`, (codes as readonly string[]).includes(ended), ended);
}
