// What a host makes of a file of keys before it writes them to a token: the readers that stand
// (otpauth URIs, PSKC), for cases about provisioning.

import type { OathParameters } from "../../core/oath/parameters.ts";
import { TransferError } from "../../verifier/transfer/problems.ts";
import { readTokens } from "../../verifier/transfer/read.ts";

/** A key that a host would write. */
export interface HostKey {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  readonly counter: bigint;
}

/** The keys of a PSKC file in clear; null when the host refuses it, whole. */
export async function keysOfPskc(text: string): Promise<readonly HostKey[] | null> {
  try {
    const { tokens } = await readTokens(new TextEncoder().encode(text), { format: "pskc" });
    return tokens.map(({ token: { secret, parameters, counter } }) => ({
      secret,
      parameters,
      counter,
    }));
  } catch (error) {
    if (error instanceof TransferError) return null;
    throw error;
  }
}
