// What the model server decides by: each rule is right here, and a mutant replaces one of them.

import { createHmac } from "node:crypto";
import type { OathParameters } from "../../../core/oath/parameters.ts";
import type { TargetPolicy, TargetToken } from "../../target.ts";

/** What the model knows of a token. */
export interface ModelToken {
  readonly token: TargetToken;
  state: "pending" | "enabled" | "deactivated";
  /** Recorded drift, whole steps. */
  offset: number;
  /** Highest moving factor consumed; -1: none. */
  watermark: bigint;
  /** Code that consumed it. */
  usedCode: string;
  failures: number;
  failedAtUs: number;
}

/** The settings a case asked for, and the model's own for the rest. */
export type ModelPolicy = Required<
  Pick<
    TargetPolicy,
    | "window"
    | "enrollSteps"
    | "resyncSteps"
    | "lookAheadWindow"
    | "throttleLimit"
    | "delaySeconds"
    | "driftCapSeconds"
    | "trackDrift"
    | "devicesPerUser"
  >
>;

/** A span of moving factors, both ends in it. */
export interface Span {
  readonly low: bigint;
  readonly high: bigint;
}

/** Decisions, each a mutant's to get wrong. */
export interface Rules {
  /** The moving factor of a time. */
  factorAt(atUs: number, parameters: OathParameters): bigint;
  code(token: TargetToken, factor: bigint): string;
  isCode(text: string, digits: number): boolean;
  /** As it is compared, once `isCode` took it. */
  normal(text: string): string;
  window(of: ModelToken, now: bigint, policy: ModelPolicy): Span;
  pairWindow(of: ModelToken, now: bigint, steps: number, isEnrolling: boolean): Span;
  /** How far the second code of a pair may be from the first. */
  isPair(first: bigint, second: bigint): boolean;
  isConsumed(of: ModelToken, factor: bigint, code: string): boolean;
  consume(of: ModelToken, factor: bigint, code: string, by: "login" | "pair"): void;
  /** The recorded drift after an accepted login. */
  follow(offset: number, seen: number, cap: number): number;
  told(offset: number): number;
  isLocked(of: ModelToken, policy: ModelPolicy): boolean;
  isTooSoon(of: ModelToken, atUs: number, policy: ModelPolicy): boolean;
  fail(of: ModelToken, atUs: number, by: "login" | "pair"): void;
  succeed(of: ModelToken, by: "login" | "pair" | "replay"): void;
  /** Whether two requests about one token wait for each other. */
  readonly isAtomic: boolean;
  mayUse(of: ModelToken): boolean;
  mayDelete(of: ModelToken): boolean;
  /** What a restart leaves of a token. */
  restart(of: ModelToken): void;
  /** Whether used-up factors outlive the token's deletion. */
  readonly hasTombstones: boolean;
  isLimited(devices: number, policy: ModelPolicy): boolean;
  mayShareSecret: boolean;
}

/** The rules as they should be. */
export const RIGHT_RULES: Rules = {
  factorAt: (atUs, parameters) =>
    parameters.kind === "hotp"
      ? 0n
      : BigInt(Math.floor((Math.floor(atUs / 1e6) - parameters.t0) / parameters.stepSeconds)),
  code: (token, factor) => hotp(token.secret, token.parameters, factor),
  isCode: (text, digits) => text.length === digits && /^[0-9]+$/.test(text),
  normal: (text) => text,
  window: ({ token, offset, watermark }, now, { window, lookAheadWindow }) =>
    token.parameters.kind === "hotp"
      ? { low: watermark + 1n, high: watermark + 1n + BigInt(lookAheadWindow) }
      : {
          low: now + BigInt(offset - window.past),
          high: now + BigInt(offset + window.future),
        },
  pairWindow: ({ token, watermark }, now, steps) =>
    token.parameters.kind === "hotp"
      ? { low: watermark + 1n, high: watermark + 1n + BigInt(steps) }
      : { low: now - BigInt(steps), high: now + BigInt(steps) },
  isPair: (first, second) => second === first + 1n,
  isConsumed: ({ watermark }, factor) => factor <= watermark,
  consume: (of, factor, code) => {
    of.watermark = factor;
    of.usedCode = code;
  },
  follow: (_, seen, cap) => Math.max(-cap, Math.min(cap, seen)),
  told: (offset) => offset,
  isLocked: ({ failures }, { throttleLimit }) => failures >= throttleLimit,
  isTooSoon: ({ failures, failedAtUs }, atUs, { delaySeconds }) =>
    delaySeconds > 0 && atUs < failedAtUs + failures * delaySeconds * 1e6,
  fail: (of, atUs) => {
    of.failures++;
    of.failedAtUs = atUs;
  },
  succeed: (of, by) => {
    if (by === "login") of.failures = 0;
  },
  isAtomic: true,
  mayUse: ({ state }) => state === "enabled",
  mayDelete: ({ state }) => state !== "enabled",
  restart: () => {},
  hasTombstones: true,
  isLimited: (devices, { devicesPerUser }) => devices >= devicesPerUser,
  mayShareSecret: false,
};

/** Codes made so far: mutants are asked for the same ones again and again. */
const known = new Map<string, string>();
const MOST_KNOWN = 300_000;

/** RFC 4226 §5.3, the HMAC by node:crypto. */
export function hotp(secret: Uint8Array, parameters: OathParameters, factor: bigint): string {
  const key = Buffer.from(secret).toString("latin1");
  const name = `${parameters.algorithm} ${parameters.digits} ${factor} ${key}`;
  const code = known.get(name) ?? makeCode(secret, parameters, factor);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, code);
  return code;
}

function makeCode(secret: Uint8Array, parameters: OathParameters, factor: bigint): string {
  const mac = hmac(secret, parameters, factor);
  const offset = (mac.at(-1) ?? 0) & 15;
  return decimals(mac.readUInt32BE(offset) & 0x7fff_ffff, parameters.digits);
}

/** The HMAC of a moving factor in eight bytes. */
export function hmac(secret: Uint8Array, { algorithm }: OathParameters, factor: bigint): Buffer {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt.asUintN(64, factor));
  return createHmac(algorithm, secret).update(message).digest();
}

/** The last `digits` decimals of a number, zeros in front kept. */
export function decimals(number: number, digits: number): string {
  return String(number).slice(-digits).padStart(digits, "0");
}
