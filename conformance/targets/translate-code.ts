// Cases bring their own secrets and times. On a server that keeps what it saw, each run needs
// secrets of its own; on one whose clock nobody can set, times of now. A code is carried over: what
// is the code of a step under the case's secret becomes that of the step meant under the server's.

import { createHmac } from "node:crypto";
import type { OathParameters } from "../../core/oath/parameters.ts";
import { TargetCannot, type TargetToken } from "../target.ts";

/** How far from its case's time a code's step is looked for, and how far ahead a counter. */
const STEPS_AROUND = 3000;
const COUNTERS_AHEAD = 1100;
/** Steps that may share a code when the server's do not: further off than any window. */
const APART = 2n;

/**
 * The code for the server; a text that is no code of this token around that time stays as it is.
 *
 * @param token as the case has it
 * @param secret the server's
 * @param steps how much later than the case the server's time is
 * @throws {TargetCannot} when the case is about steps that share a code
 */
export function translateCode(
  token: TargetToken,
  secret: Uint8Array,
  code: string,
  atUs: number,
  steps: number,
): string {
  const { parameters } = token;
  if (code.length !== parameters.digits || !/^[0-9]+$/.test(code)) return code;
  const nearest = nearestFactor(token, code, atUs);
  if (nearest === undefined) return code;
  for (let by = 1n; by <= APART; by++) {
    if (known(token, nearest - by) === code || known(token, nearest + by) === code) {
      throw new TargetCannot("it is about steps that share a code, which the server's do not");
    }
  }
  return codeOf(secret, parameters, nearest + BigInt(steps));
}

/**
 * Refuses a pair whose first code is that of several steps: which of them is meant depends on the
 * secret.
 *
 * @throws {TargetCannot}
 */
export function refuseAmbiguousPair(token: TargetToken, first: string, atUs: number): void {
  const { from, to } = searched(token, atUs);
  let fits = 0;
  for (let factor = from; factor <= to; factor++) {
    if (known(token, factor) === first) fits++;
  }
  if (fits > 1) throw new TargetCannot("it is about a pair whose first code is of several steps");
}

/** The moving factor nearest to a case's time that has this code. */
function nearestFactor(token: TargetToken, code: string, atUs: number): bigint | undefined {
  const { from, to, around } = searched(token, atUs);
  for (let by = 0n; around - by >= from || around + by <= to; by++) {
    if (around + by <= to && known(token, around + by) === code) return around + by;
    if (around - by >= from && known(token, around - by) === code) return around - by;
  }
  return undefined;
}

/** Codes of a token so far: a wrong guess is looked for in all of them. */
const codes = new WeakMap<TargetToken, Map<bigint, string>>();

function known(token: TargetToken, factor: bigint): string {
  if (factor < 0n) return "";
  const own = codes.get(token) ?? new Map<bigint, string>();
  codes.set(token, own);
  const code = own.get(factor) ?? codeOf(token.secret, token.parameters, factor);
  own.set(factor, code);
  return code;
}

function searched(
  { parameters, counter = 0n }: TargetToken,
  atUs: number,
): { readonly from: bigint; readonly to: bigint; readonly around: bigint } {
  if (parameters.kind === "hotp") {
    const top = 2n ** 64n - 1n;
    const to = counter + BigInt(COUNTERS_AHEAD);
    return { from: counter > 20n ? counter - 20n : 0n, to: to < top ? to : top, around: counter };
  }
  const around = BigInt(Math.floor((atUs / 1e6 - parameters.t0) / parameters.stepSeconds));
  const from = around - BigInt(STEPS_AROUND);
  return { from: from > 0n ? from : 0n, to: around + BigInt(STEPS_AROUND), around };
}

/** RFC 4226 §5.3, by node:crypto. */
function codeOf(secret: Uint8Array, { algorithm, digits }: OathParameters, factor: bigint): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt.asUintN(64, factor));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  return String(number).slice(-digits).padStart(digits, "0");
}
