// Mutants of a verification server: the model with one realistic defect each. Many are known from
// servers in the field (protocol notes, "verifier cases").

import type { TargetFactory } from "../../target.ts";
import { decimals, hmac, RIGHT_RULES, type Rules } from "./model-rules.ts";
import { modelServer } from "./model-server.ts";

/** A subject that is wrong in one way. */
export interface Mutant<Subject> {
  readonly name: string;
  /** What is wrong, as a sentence about it. */
  readonly defect: string;
  readonly subject: Subject;
  /** Suites that judge it; absent: all. */
  readonly suites?: readonly string[];
}

const right = RIGHT_RULES;

/** Every mutant, by what is wrong with it. */
const DEFECTS: Readonly<Record<string, readonly [defect: string, wrong: Partial<Rules>]>> = {
  "window-past-too-wide": [
    "accepts one step too many in the past",
    {
      window: (of, now, policy) => {
        const span = right.window(of, now, policy);
        return { ...span, low: span.low - 1n };
      },
    },
  ],
  "window-future-too-wide": [
    "accepts one step too many in the future",
    {
      window: (of, now, policy) => {
        const span = right.window(of, now, policy);
        return { ...span, high: span.high + 1n };
      },
    },
  ],
  "window-half-open": [
    "leaves the window's last step out",
    {
      window: (of, now, policy) => {
        const span = right.window(of, now, policy);
        return { ...span, high: span.high - 1n };
      },
    },
  ],
  "watermark-off-by-one": [
    "lets the last used step be used again",
    { isConsumed: ({ watermark }, factor) => factor < watermark },
  ],
  "replay-within-step-only": [
    "remembers the last code, not the step it was of",
    { isConsumed: ({ usedCode }, _, code) => code === usedCode },
  ],
  "no-replay-check": ["accepts a code as often as it comes", { isConsumed: () => false }],
  "resync-does-not-consume": [
    "accepts the codes of a resync or enrollment again",
    {
      consume: (of, factor, code, by) => {
        if (by === "login") right.consume(of, factor, code, by);
      },
    },
  ],
  "pair-consumes-its-first": [
    "consumes only the first code of a pair",
    {
      consume: (of, factor, code, by) =>
        right.consume(of, by === "pair" ? factor - 1n : factor, code, by),
    },
  ],
  "watermark-falls": [
    "forgets what was used when the clock is set back",
    {
      isConsumed: ({ watermark }, factor) => factor === watermark,
    },
  ],
  "check-then-act": [
    "looks up and books in two steps, so that parallel requests pass together",
    { isAtomic: false },
  ],
  "drift-sign": [
    "records the drift with the wrong sign",
    { follow: (offset, seen, cap) => -right.follow(offset, seen, cap) },
  ],
  "drift-not-followed": ["never follows a token's drift", { follow: (offset) => offset }],
  "drift-added-up": [
    "adds each login's drift to the one recorded",
    { follow: (offset, seen, cap) => Math.max(-cap, Math.min(cap, offset + seen)) },
  ],
  ratchet: ["lets codes at the window's edge walk it anywhere", { follow: (_, seen) => seen }],
  "drift-told-off-by-one": ["tells the drift one step too high", { told: (offset) => offset + 1 }],
  "step-rounded": [
    "rounds the time to the nearest step",
    {
      factorAt: (atUs, parameters) =>
        parameters.kind === "hotp"
          ? 0n
          : BigInt(Math.round((atUs / 1e6 - parameters.t0) / parameters.stepSeconds)),
    },
  ],
  "step-start-late": [
    "begins a step one second late",
    { factorAt: (atUs, parameters) => right.factorAt(atUs - 1e6, parameters) },
  ],
  "step-start-early": [
    "begins a step one millisecond early",
    { factorAt: (atUs, parameters) => right.factorAt(atUs + 1e3, parameters) },
  ],
  "clock-of-32-bits": [
    "keeps time in a signed 32-bit number",
    {
      factorAt: (atUs, parameters) =>
        right.factorAt((Math.floor(atUs / 1e6) | 0) * 1e6, parameters),
    },
  ],
  "t0-ignored": [
    "counts every token's steps from 1970",
    {
      factorAt: (atUs, parameters) =>
        right.factorAt(atUs, parameters.kind === "totp" ? { ...parameters, t0: 0 } : parameters),
    },
  ],
  "step-of-30-only": [
    "takes every time step for 30 seconds",
    {
      factorAt: (atUs, parameters) =>
        right.factorAt(
          atUs,
          parameters.kind === "totp" ? { ...parameters, stepSeconds: 30 } : parameters,
        ),
    },
  ],
  "counter-of-32-bits": [
    "keeps the moving factor in 32 bits",
    { code: (token, factor) => right.code(token, BigInt.asUintN(32, factor)) },
  ],
  "sha1-only": [
    "makes every code with SHA-1",
    {
      code: (token, factor) =>
        right.code({ ...token, parameters: { ...token.parameters, algorithm: "SHA1" } }, factor),
    },
  ],
  "truncation-without-mask": [
    "keeps the sign bit when it truncates",
    {
      code: ({ secret, parameters }, factor) => {
        const mac = hmac(secret, parameters, factor);
        return decimals(mac.readUInt32BE((mac.at(-1) ?? 0) & 15), parameters.digits);
      },
    },
  ],
  "truncation-at-byte-19": [
    "takes the offset from byte 19, whatever the hash",
    {
      code: ({ secret, parameters }, factor) => {
        const mac = hmac(secret, parameters, factor);
        const offset = (mac[19] ?? 0) & 15;
        return decimals(mac.readUInt32BE(offset) & 0x7fff_ffff, parameters.digits);
      },
    },
  ],
  "secret-cut-to-20": [
    "uses the first 20 bytes of a secret",
    {
      code: (token, factor) =>
        right.code({ ...token, secret: token.secret.subarray(0, 20) }, factor),
    },
  ],
  "codes-as-numbers": [
    "compares codes as numbers, leading zeros lost",
    {
      isCode: (text) => /^\d{1,10}$/.test(text),
      normal: (text) => text,
      code: (token, factor) => String(Number(right.code(token, factor))),
    },
  ],
  "codes-trimmed": [
    "takes spaces and full-width digits for a code",
    {
      isCode: (text, digits) => /^\d+$/.test(plain(text)) && plain(text).length === digits,
      normal: plain,
      isConsumed: (of, factor, code) => of.usedCode === code || right.isConsumed(of, factor, code),
    },
  ],
  "last-digits-compared": [
    "compares as many digits as it is given",
    {
      isCode: (text) => /^\d{5,10}$/.test(text),
      normal: (text) => text.slice(-6),
      code: (token, factor) => right.code(token, factor).slice(-6),
    },
  ],
  "look-ahead-off-by-one": [
    "looks one counter too far ahead",
    {
      window: (of, now, policy) =>
        right.window(of, now, { ...policy, lookAheadWindow: policy.lookAheadWindow + 1 }),
    },
  ],
  "look-behind": [
    "takes skipped counters that were passed",
    {
      window: (of, now, policy) => {
        const span = right.window(of, now, policy);
        return { ...span, low: span.low - 5n };
      },
      isConsumed: ({ usedCode }, _, code) => code === usedCode,
    },
  ],
  "counter-advanced-on-failure": [
    "moves the counter on with every wrong code",
    {
      fail: (of, atUs, by) => {
        right.fail(of, atUs, by);
        if (of.token.parameters.kind === "hotp") of.watermark++;
      },
    },
  ],
  "highest-match": [
    "takes the highest of two counters that share a code",
    {
      consume: (of, factor, code, by) => {
        const isHotp = of.token.parameters.kind === "hotp";
        const next = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n].map((by) => factor + by);
        const same = next.filter((at) => isHotp && right.code(of.token, at) === code);
        right.consume(of, same.at(-1) ?? factor, code, by);
      },
    },
  ],
  "pair-in-any-order": [
    "takes two codes of a pair in the wrong order",
    { isPair: (first, second) => second === first + 1n || second === first - 1n },
  ],
  "pair-with-a-gap": [
    "takes two codes with one between them for a pair",
    { isPair: (first, second) => second > first },
  ],
  "pair-of-one-code": [
    "takes one code given twice for a pair",
    { isPair: (first, second) => second === first || second === first + 1n },
  ],
  "resync-too-far": [
    "searches two steps further than the resync window",
    {
      pairWindow: (of, now, steps, isEnrolling) =>
        right.pairWindow(of, now, steps + (isEnrolling ? 0 : 2), isEnrolling),
    },
  ],
  "resync-ahead-only": [
    "never finds a token that fell behind",
    {
      pairWindow: (of, now, steps, isEnrolling) => {
        const span = right.pairWindow(of, now, steps, isEnrolling);
        return isEnrolling ? span : { ...span, low: span.low < now ? now : span.low };
      },
    },
  ],
  "enrolls-at-any-time": [
    "enables a device by a pair of yesterday",
    {
      pairWindow: (of, now, steps, isEnrolling) =>
        right.pairWindow(of, now, isEnrolling ? 4000 : steps, isEnrolling),
    },
  ],
  "never-locks": ["lets codes be guessed without end", { isLocked: () => false }],
  "locks-one-late": [
    "evaluates one wrong code more than the limit",
    { isLocked: ({ failures }, { throttleLimit }) => failures > throttleLimit },
  ],
  "locks-one-early": [
    "locks one wrong code before the limit",
    { isLocked: ({ failures }, { throttleLimit }) => failures >= throttleLimit - 1 },
  ],
  "resyncs-not-counted": [
    "counts no failures of resyncs and enrollments",
    {
      fail: (of, atUs, by) => {
        if (by === "login") right.fail(of, atUs, by);
      },
    },
  ],
  "replay-forgives": [
    "forgets failures when a used code comes again",
    {
      succeed: (of) => {
        of.failures = 0;
      },
    },
  ],
  "success-forgives-nothing": ["counts failures on over successes", { succeed: () => {} }],
  "no-delay": ["never waits between guesses", { isTooSoon: () => false }],
  "restart-forgets-failures": [
    "forgets failures when it is restarted",
    {
      restart: (of) => {
        of.failures = 0;
      },
    },
  ],
  "restart-forgets-watermark": [
    "forgets used codes when it is restarted",
    {
      restart: (of) => {
        of.watermark = of.token.parameters.kind === "hotp" ? of.watermark - 1n : -1n;
      },
    },
  ],
  "no-tombstones": ["forgets what a device used when it is deleted", { hasTombstones: false }],
  "pending-logs-in": ["lets a device in that is not enabled", { mayUse: () => true }],
  "deletes-in-use": ["deletes a device that is enabled", { mayDelete: () => true }],
  "any-number-of-devices": ["lets a user have any number of devices", { isLimited: () => false }],
  "limit-off-by-one": [
    "lets a user have one device more than the limit",
    { isLimited: (devices, { devicesPerUser }) => devices > devicesPerUser },
  ],
  "secret-shared": ["takes one secret for two devices", { mayShareSecret: true }],
};

/** Mutants of a verification server. */
export const SERVER_MUTANTS: readonly Mutant<TargetFactory>[] = Object.entries(DEFECTS).map(
  ([name, [defect, wrong]]) => ({ name, defect, subject: modelServer(name, wrong) }),
);

/** Digits only, full-width ones among them. */
function plain(text: string): string {
  return text.normalize("NFKC").replace(/[\s-]/g, "");
}
