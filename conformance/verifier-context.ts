// What a verifier case works with.

import type { Random } from "../core/time/random.ts";
import type { CheckContext } from "./checks.ts";
import type { Target, TargetAnswer, TargetPolicy, TargetToken, TargetTokenId } from "./target.ts";

/** Codes come from the third, independent implementation, never from the side under test. */
export interface VerifierContext extends CheckContext {
  readonly random: Random;
  /** Whether two codes enable a token; else it is enabled as it is created. */
  readonly hasEnrollment: boolean;
  /** Opens a target with this policy; closed when the case ends. */
  open(policy?: Partial<TargetPolicy>): Promise<Target>;
  /** The expected code of a moving factor, by the oracle. */
  code(token: TargetToken, movingFactor: bigint): string;
  /**
   * Creates and enrolls a token so that the next code it accepts is that of `movingFactor`. Without
   * an enrollment it is enabled as it is created.
   */
  enrolled(target: Target, token: TargetToken, movingFactor: bigint): Promise<TargetTokenId>;
  /** Checks that the answer is an acceptance. */
  accepted(what: string, answer: TargetAnswer): void;
  /** Checks that the answer is a refusal, with this reason where the target gives reasons. */
  refused(what: string, answer: TargetAnswer, reason?: string): void;
}
