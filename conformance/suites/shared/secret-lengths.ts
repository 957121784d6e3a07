// Secrets of every length at which an HMAC can go wrong (RFC 2104 §2: block sizes 64 and 128).

import { stepStartUs } from "../../../core/drift/steps.ts";
import type { Random } from "../../../core/time/random.ts";
import { TargetRefusal, type TargetToken, type TargetTokenId } from "../../target.ts";
import type { VerifierContext } from "../../verifier-context.ts";

/** Around 128 and 160 bits (RFC 4226 R6), and the block sizes of the hashes. */
export const ALL_SECRET_BYTES: readonly number[] = [
  1, 10, 16, 20, 21, 32, 63, 64, 65, 127, 128, 129,
];

/** RFC 4226 R6: a server may refuse what is shorter. */
const SHORTEST_ALLOWED_BYTES = 16;

/**
 * A secret of which every byte counts; the same each time. Printable ASCII: some tokens take no
 * other (`rfc4226/5.2/eight-bit-secrets` judges that).
 */
export function patternSecret(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => 0x21 + ((at * 37 + bytes) % 94));
}

/** A random secret of printable ASCII, for tokens that take no other. */
export function randomSecret(random: Random): Uint8Array {
  return Uint8Array.from({ length: 20 }, () => random.integer(0x21, 0x7e));
}

/** Enrolls a token with a secret of each length and submits the code of `movingFactor`. */
export async function checkSecretLengths(
  t: VerifierContext,
  like: TargetToken,
  movingFactor: bigint,
): Promise<void> {
  const target = await t.open({ enrollSteps: 5, resyncSteps: 5 });
  for (const bytes of ALL_SECRET_BYTES) {
    const token = { ...like, secret: patternSecret(bytes), user: `user-${bytes}` };
    let id: TargetTokenId;
    try {
      id = await t.enrolled(target, token, movingFactor);
    } catch (error) {
      if (!(error instanceof TargetRefusal) || bytes >= SHORTEST_ALLOWED_BYTES) throw error;
      t.note(`a secret of ${bytes} bytes is refused, as RFC 4226 R6 asks`);
      continue;
    }
    const { parameters } = token;
    const atUs = parameters.kind === "totp" ? stepStartUs(movingFactor, parameters) : 0;
    const answer = await target.submit(id, t.code(token, movingFactor), atUs);
    t.accepted(`the code of a secret of ${bytes} bytes`, answer);
  }
}
