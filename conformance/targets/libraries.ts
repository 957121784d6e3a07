// The JavaScript libraries as targets. otplib comes with oathbed; the others are looked up where
// the command runs, so that whoever uses them can judge their own version.

import { createGuardrails, verify } from "otplib";
import { encodeBase32 } from "../../core/oath/base32.ts";
import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { importPackage } from "../plugin.ts";
import { TargetCannot, type TargetFactory } from "../target.ts";
import { type Matcher, statelessTarget } from "./stateless.ts";

const LOWER = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
/** otplib refuses secrets under 16 bytes by itself; cases say what they are about. */
const GUARDRAILS: ReturnType<typeof createGuardrails> = createGuardrails({
  MIN_SECRET_BYTES: 1,
  MAX_SECRET_BYTES: 1024,
});

/** otplib 13, which this package depends on. */
export function otplibTarget(): TargetFactory {
  return statelessTarget({
    name: "otplib",
    description: "otplib 13, verify()",
    isOneSided: true,
    widest: 90,
    lack: ({ digits }) => (digits > 8 ? "otplib makes 6, 7 or 8 digits" : undefined),
    match: async ({ secret, parameters, code, seconds, past, future }) => {
      const { algorithm, digits, stepSeconds, t0 } = parameters;
      const epoch = Math.floor(seconds);
      try {
        const result = await verify({
          secret,
          token: code,
          algorithm: LOWER[algorithm],
          digits: digits as 6 | 7 | 8,
          period: stepSeconds,
          t0,
          epoch,
          epochTolerance: [past * stepSeconds, future * stepSeconds],
          guardrails: GUARDRAILS,
        });
        return result.valid;
      } catch {
        // It throws for what is no code.
        return false;
      }
    },
  });
}

/** What is used of otpauth. */
interface Otpauth {
  readonly Secret: { fromBase32(text: string): unknown };
  readonly TOTP: new (
    config: Readonly<Record<string, unknown>>,
  ) => {
    validate(what: Readonly<Record<string, unknown>>): number | null;
  };
}

/** otpauth, where it is installed. @throws {TargetCannot} when it is not */
export async function otpauthTarget(): Promise<TargetFactory> {
  const { Secret, TOTP } = (await installed("otpauth")) as Otpauth;
  const match: Matcher = async ({ secret, parameters, code, seconds, past }) => {
    const { algorithm, digits, stepSeconds } = parameters;
    const totp = new TOTP({
      secret: Secret.fromBase32(encodeBase32(secret)),
      algorithm,
      digits,
      period: stepSeconds,
    });
    return totp.validate({ token: code, timestamp: seconds * 1000, window: past }) !== null;
  };
  return statelessTarget({
    name: "otpauth",
    description: "otpauth, TOTP.validate()",
    widest: 1000,
    lack: ({ t0 }) => (t0 === 0 ? undefined : "otpauth counts steps from 1970 only"),
    match,
  });
}

/** What is used of speakeasy. */
interface Speakeasy {
  readonly totp: {
    verifyDelta(what: Readonly<Record<string, unknown>>): { readonly delta: number } | undefined;
  };
}

/** speakeasy, where it is installed. @throws {TargetCannot} when it is not */
export async function speakeasyTarget(): Promise<TargetFactory> {
  const module = (await installed("speakeasy")) as { readonly default: Speakeasy };
  const { totp } = module.default;
  return statelessTarget({
    name: "speakeasy",
    description: "speakeasy, totp.verifyDelta()",
    widest: 1000,
    match: async ({ secret, parameters, code, seconds, past }) => {
      const { algorithm, digits, stepSeconds, t0 } = parameters;
      try {
        const found = totp.verifyDelta({
          secret: Buffer.from(secret).toString("hex"),
          encoding: "hex",
          token: code,
          algorithm: LOWER[algorithm satisfies HashAlgorithm],
          digits,
          step: stepSeconds,
          time: seconds,
          epoch: t0,
          window: past,
        });
        return found !== undefined;
      } catch {
        // It throws for what is no code.
        return false;
      }
    },
  });
}

/** A package of the folder the command runs in. */
async function installed(name: "otpauth" | "speakeasy"): Promise<unknown> {
  try {
    return await importPackage(name);
  } catch {
    throw new TargetCannot(`${name} is not installed here: npm install ${name}`);
  }
}
