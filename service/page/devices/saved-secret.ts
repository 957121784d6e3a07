// A secret as people have it: Base32 text, in groups or not, or the URI of a QR code.

import { Base32Error, decodeBase32 } from "../../../core/oath/base32.ts";
import { OtpauthError, parseOtpauthUri } from "../../../core/oath/otpauth.ts";
import {
  assertSecret,
  type TotpParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { PageRefusal } from "../refusal.ts";

/** What was read. */
export interface ReadSecret {
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
  /** What a URI calls it; null for Base32 text. */
  readonly label: string | null;
}

/** @throws {PageRefusal} secret-malformed; nothing of the text is quoted */
export function readSecret(text: string): ReadSecret {
  try {
    if (!/^\s*otpauth:/i.test(text)) {
      const secret = decodeBase32(text);
      assertSecret(secret);
      return { secret, parameters: totpParameters(), label: null };
    }
    const { secret, parameters, account } = parseOtpauthUri(text);
    if (parameters.kind === "totp") return { secret, parameters, label: account };
  } catch (cause) {
    const isText = cause instanceof Base32Error || cause instanceof OtpauthError;
    if (!isText && !(cause instanceof RangeError)) throw cause;
  }
  throw new PageRefusal("secret-malformed", { field: "secret" });
}
