// The contenders that are JavaScript: how each judges a code. Keys are made ready beforehand where
// the library has a way to; none is asked for more than whether the code is taken.

import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { packageVersion, peerPackage } from "./packages.ts";
import type { Work } from "./work.ts";

/** Judges submissions `from`, `from` + 1, … (modulo their number); how many were taken. */
export type JudgeSlice = (from: number, count: number) => number;

/** A judge and its version. */
export interface JavaScriptJudge {
  readonly version: string;
  readonly run: JudgeSlice;
}

const HASHES = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
const STEP_SECONDS = 30;

/** A judge that takes one submission at a time. */
export function oneByOne(work: Work, judge: (place: number) => boolean): JudgeSlice {
  const { length } = work.items;
  return (from, count) => {
    let accepted = 0;
    for (let at = from; at < from + count; at++) if (judge(at % length)) accepted++;
    return accepted;
  };
}

/** otplib 13, its default crypto. */
export async function otplib(work: Work): Promise<JavaScriptJudge> {
  const { createGuardrails, verifySync } = await import("otplib");
  const guardrails = createGuardrails({ MAX_WINDOW: 1000 });
  const epochTolerance = work.window * STEP_SECONDS;
  const common = { algorithm: HASHES[work.algorithm], epoch: work.nowSeconds, epochTolerance };
  return {
    version: packageVersion("otplib"),
    run: oneByOne(work, (place) => {
      const { secret, code } = work.items[place] as Work["items"][number];
      return verifySync({ ...common, secret, token: code, guardrails }).valid;
    }),
  };
}

/** What is used of otpauth. */
interface Otpauth {
  readonly Secret: new (given: { readonly buffer: ArrayBufferLike }) => object;
  readonly TOTP: new (given: {
    readonly algorithm: string;
    readonly secret: object;
  }) => {
    validate(given: object): number | null;
  };
}

/** otpauth 9, an object for each token. */
export function otpauth(work: Work): JavaScriptJudge {
  const { Secret, TOTP } = peerPackage<Otpauth>("otpauth");
  const { algorithm, window } = work;
  const timestamp = work.nowSeconds * 1000;
  const tokens = work.items.map(({ secret, code }) => {
    const buffer = secret.buffer.slice(secret.byteOffset, secret.byteOffset + secret.length);
    return { code, totp: new TOTP({ algorithm, secret: new Secret({ buffer }) }) };
  });
  return {
    version: packageVersion("otpauth"),
    run: oneByOne(work, (place) => {
      const { code, totp } = tokens[place] as (typeof tokens)[number];
      return totp.validate({ token: code, timestamp, window }) !== null;
    }),
  };
}

/** speakeasy 2. */
export function speakeasy(work: Work): JavaScriptJudge {
  const { totp } = peerPackage<{ readonly totp: { verify(options: object): boolean } }>(
    "speakeasy",
  );
  const { window, nowSeconds } = work;
  const algorithm = HASHES[work.algorithm];
  const tokens = work.items.map(({ secret, code }) => ({
    code,
    secret: Buffer.from(secret).toString("hex"),
  }));
  return {
    version: packageVersion("speakeasy"),
    run: oneByOne(work, (place) => {
      const { secret, code } = tokens[place] as (typeof tokens)[number];
      const asked = { secret, encoding: "hex", token: code, window, time: nowSeconds, algorithm };
      return totp.verify(asked);
    }),
  };
}

/**
 * As one writes it by hand: createHmac for each candidate, until one matches. Keys are KeyObjects:
 * with bytes createHmac makes one each time, which takes several times as long.
 */
export function byHand(work: Work): JavaScriptJudge {
  const hash = HASHES[work.algorithm];
  const keys = work.items.map(({ secret }) => createSecretKey(secret));
  const message = Buffer.alloc(8);
  return {
    version: `OpenSSL ${process.versions.openssl ?? "-"}`,
    run: oneByOne(work, (place) => {
      const { code } = work.items[place] as Work["items"][number];
      return stepsOf(work).some((step) => {
        message.writeUInt32BE(step, 4);
        const key = keys[place] as KeyObject;
        return digitsOf(createHmac(hash, key).update(message).digest()) === code;
      });
    }),
  };
}

/** A HMAC of @noble/hashes that has its key. */
interface NobleMac {
  _cloneInto(to?: NobleMac): NobleMac;
  update(message: Uint8Array): NobleMac;
  digest(): Uint8Array;
}

/** @noble/hashes with cached midstates. */
export function noble(work: Work): JavaScriptJudge {
  const { hmac } = peerPackage<{
    readonly hmac: { create(hash: unknown, secret: Uint8Array): NobleMac };
  }>("@noble/hashes/hmac.js");
  const { sha1 } = peerPackage<{ readonly sha1: unknown }>("@noble/hashes/legacy.js");
  const { sha256, sha512 } = peerPackage<{ readonly sha256: unknown; readonly sha512: unknown }>(
    "@noble/hashes/sha2.js",
  );
  const hash = { SHA1: sha1, SHA256: sha256, SHA512: sha512 }[work.algorithm];
  const keys = work.items.map(({ secret }) => hmac.create(hash, secret));
  const message = Buffer.alloc(8);
  let scratch: NobleMac | undefined;
  return {
    version: packageVersion("@noble/hashes"),
    run: oneByOne(work, (place) => {
      const { code } = work.items[place] as Work["items"][number];
      return stepsOf(work).some((step) => {
        message.writeUInt32BE(step, 4);
        const mac = (keys[place] as NobleMac)._cloneInto(scratch);
        scratch = mac;
        return digitsOf(Buffer.from(mac.update(message).digest())) === code;
      });
    }),
  };
}

/** Steps of the window, the likeliest first: what libraries do that stop at the first match. */
export function stepsOf({ nowSeconds, window }: Work): readonly number[] {
  const now = Math.floor(nowSeconds / STEP_SECONDS);
  const steps = [now];
  for (let by = 1; by <= window; by++) steps.push(now - by, now + by);
  return steps;
}

/** Dynamic truncation to six digits (RFC 4226 §5.3). */
function digitsOf(mac: Buffer): string {
  const value = mac.readUInt32BE((mac[mac.length - 1] as number) & 15) & 0x7fff_ffff;
  return String(value % 1_000_000).padStart(6, "0");
}
