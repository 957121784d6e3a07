// The credential an emulated token holds from the start.

import { type OathParameters, totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import type { Context } from "../command.ts";
import { givenSecret, type SecretArguments } from "../secret-input.ts";

/** The secret that is given; without one, 20 bytes drawn from the random seed. */
export async function credentialOf(
  args: SecretArguments,
  randomSeed: number,
  context: Context,
): Promise<{
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  readonly counter?: bigint;
}> {
  const given = await givenSecret(args, context);
  switch (given?.kind) {
    case undefined: {
      const secret = createRandom(randomSeed).fork("shown secret").bytes(20);
      return { secret, parameters: totpParameters() };
    }
    case "bare":
      return { secret: given.secret, parameters: totpParameters() };
    case "uri": {
      const { secret, parameters, counter } = given;
      return { secret, parameters, ...(parameters.kind === "hotp" ? { counter } : {}) };
    }
  }
}
