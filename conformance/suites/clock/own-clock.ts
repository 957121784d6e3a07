// What cases about a token's own clock share: which time it has, and the codes that belong to it.

import type { TotpParameters } from "../../../core/oath/parameters.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";

/** Rate error allowed where no data sheet states one: a bare crystal in a warm pocket. */
const UNSTATED_PPM = 50;
/** Reading takes time, and a line has its own: seconds. */
export const READING_SECONDS = 0.05;

/** A credential on the token, and what its codes are at any time. */
export interface Timed {
  readonly name: string;
  readonly parameters: TotpParameters;
  readonly stepSeconds: number;
  /** The code of the step that holds `seconds` (Unix). */
  codeAt(seconds: number): string;
}

/** Writes a time-based credential that the token can take. */
export async function timed(t: TokenContext): Promise<Timed> {
  const parameters = tokenTotp(t);
  const { stepSeconds } = parameters;
  const secret = patternSecret(20);
  const name = await t.provision(secret, parameters);
  const codeAt = (seconds: number): string =>
    expectedCode(secret, parameters, BigInt(Math.floor(seconds / stepSeconds)));
  return { name, parameters, stepSeconds, codeAt };
}

/**
 * The token's time now, Unix seconds: the rig's truth, with parts of a second; else what the token
 * tells, in whole ones; else the host's time.
 */
export async function tokenSeconds(t: TokenContext): Promise<number> {
  if (t.rig !== null) return (t.clock.nowUs() + (await t.rig.truth()).offsetUs) / SECOND_US;
  if (t.device.capabilities.readTime) return t.device.readTime({ signal: t.signal });
  return t.clock.nowUs() / SECOND_US;
}

/** Waits until `bySeconds` have passed since `sinceUs` (monotonic), with what else took time. */
export async function waitSince(
  t: TokenContext,
  sinceUs: number,
  bySeconds: number,
): Promise<void> {
  await t.wait(Math.max(0, bySeconds - (t.clock.monotonicUs() - sinceUs) / SECOND_US));
}

/** How far the clock may walk in `bySeconds`, by the data sheet; a note when there is none. */
export function allowedSeconds(t: TokenContext, bySeconds: number): number {
  return walkSeconds(allowedPpm(t), bySeconds);
}

/** From when to when, Unix seconds, it may be on the token's clock. */
export type TimeSpan = readonly [from: number, to: number];

/**
 * Where the token's clock, at `startSeconds` (Unix) now, must be whenever that is asked: the time
 * that has passed since, and what its data sheet allows.
 */
export function spanSince(t: TokenContext, startSeconds: number): () => TimeSpan {
  const startUs = t.clock.monotonicUs();
  const ppm = allowedPpm(t);
  return () => {
    const passed = (t.clock.monotonicUs() - startUs) / SECOND_US;
    const [due, allowed] = [startSeconds + passed, walkSeconds(ppm, passed)];
    return [due - allowed, due + allowed];
  };
}

function allowedPpm(t: TokenContext): number {
  if (t.statedPpm !== null) return t.statedPpm;
  t.note(`no rate error is stated for this token; ${UNSTATED_PPM} ppm are allowed`);
  return UNSTATED_PPM;
}

function walkSeconds(ppm: number, bySeconds: number): number {
  return READING_SECONDS + (bySeconds * ppm) / 1e6;
}

/** Checks, and tells, whether the code shown now is of a time in the span. */
export async function checkShown(
  t: TokenContext,
  what: string,
  credential: Timed,
  span: TimeSpan,
): Promise<boolean> {
  return checkCode(t, what, credential, (await t.totpNow()).code, span);
}

/** The same of a code that was read. */
export function checkCode(
  t: TokenContext,
  what: string,
  { codeAt, stepSeconds }: Timed,
  code: string,
  [from, to]: TimeSpan,
): boolean {
  const allowed = new Set([codeAt(to)]);
  for (let at = from; at < to; at += stepSeconds) allowed.add(codeAt(at));
  if (allowed.size === 1) t.equal(what, code, [...allowed][0]);
  else t.holds(what, allowed.has(code), code);
  return allowed.has(code);
}
