// Tokens that write credentials wrongly: what they do not know they take for something else, cut
// it, or begin before they have looked.

import type { HashAlgorithm, OathParameters } from "../../../core/oath/parameters.ts";
import type { CredentialInput } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { brokenBy, type Defect } from "./broken-tokens.ts";

/** Writes what `change` makes of a credential. */
function writes(change: (credential: CredentialInput) => Partial<CredentialInput>): Defect {
  return (device) => ({
    provision: (credential, options) =>
      device.provision({ ...credential, ...change(credential) }, options),
  });
}

function writesParameters(change: (parameters: OathParameters) => OathParameters): Defect {
  return writes(({ parameters }) => ({ parameters: change(parameters) }));
}

const KNOWN: readonly HashAlgorithm[] = ["SHA1", "SHA256", "SHA512"];

const DEFECTS: Readonly<Record<string, readonly [defect: string, wrong: Defect]>> = {
  "unknown-algorithm-as-sha1": [
    "takes an algorithm it does not know for SHA-1",
    writesParameters((parameters) => ({
      ...parameters,
      algorithm: KNOWN.includes(parameters.algorithm) ? parameters.algorithm : "SHA1",
    })),
  ],
  "digits-to-the-nearest": [
    "takes the nearest number of digits it can show",
    writesParameters((parameters) => ({
      ...parameters,
      digits: Math.round(Math.min(10, Math.max(6, parameters.digits))),
    })),
  ],
  "period-of-a-byte": [
    "keeps the time step in a byte",
    writesParameters((parameters) =>
      parameters.kind === "totp"
        ? { ...parameters, stepSeconds: parameters.stepSeconds & 255 || 30 }
        : parameters,
    ),
  ],
  "first-counter-of-32-bits": [
    "keeps the first counter in 32 bits",
    writes(({ counter = 0n }) => ({ counter: BigInt.asUintN(32, counter) })),
  ],
  "t0-dropped": [
    "takes a credential with a T0 and drops it",
    writesParameters((parameters) =>
      parameters.kind === "totp" ? { ...parameters, t0: 0 } : parameters,
    ),
  ],
  "secret-cut-to-64": [
    "keeps the first 64 bytes of a secret",
    writes(({ secret }) => ({ secret: secret.slice(0, 64) })),
  ],
  "secret-ends-at-zero": [
    "keeps a secret up to its first zero",
    writes(({ secret }) => ({
      secret: secret.includes(0) ? secret.slice(0, secret.indexOf(0)) : secret,
    })),
  ],
  "secret-trimmed": [
    "takes spaces at the end of a secret away",
    writes(({ secret }) => {
      let end = secret.length;
      while (secret[end - 1] === 0x20) end--;
      return { secret: secret.slice(0, end) };
    }),
  ],
  "secret-decoded": [
    "takes a secret that looks like hexadecimal digits for those",
    writes(({ secret }) => {
      const text = Buffer.from(secret).toString("latin1");
      return /^([0-9a-f]{2})+$/.test(text) ? { secret: Buffer.from(text, "hex") } : {};
    }),
  ],
  "last-byte-lost": [
    "loses the last byte of a secret whose Base32 is padded",
    writes(({ secret }) => ({ secret: secret.length % 5 === 3 ? secret.slice(0, -1) : secret })),
  ],
  "looks-after-writing": [
    "writes the new secret, then refuses the parameters",
    (device) => {
      const held = new Map<string, CredentialInput>();
      return {
        provision: async (credential, options) => {
          const before = held.get(credential.name);
          try {
            await device.provision(credential, options);
            held.set(credential.name, credential);
          } catch (error) {
            const half = before && { ...before, secret: credential.secret };
            if (half !== undefined) await device.provision(half, options).catch(() => {});
            throw error;
          }
        },
      };
    },
  ],
  "removes-first": [
    "takes the old credential away before it looks at the new one",
    (device) => ({
      provision: async (credential, options) => {
        await device.remove(credential.name, options).catch((error: unknown) => {
          if (!(error instanceof DeviceError) || error.code !== "refused") throw error;
        });
        await device.provision(credential, options);
      },
    }),
  ],
};

/** What is wrong, a token each. */
export const BROKEN_WRITERS: Readonly<Record<string, readonly [string, TokenSource]>> =
  Object.fromEntries(
    Object.entries(DEFECTS).map(([name, [defect, wrong]]) => [
      name,
      [defect, brokenBy(name, wrong)] as const,
    ]),
  );
