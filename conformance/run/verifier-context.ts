// What a verifier case works with: fresh targets, and codes by the oracle.

import { stepStartUs } from "../../core/drift/steps.ts";
import type { Random } from "../../core/time/random.ts";
import { expectedCode } from "../oracle.ts";
import type {
  Target,
  TargetAnswer,
  TargetFactory,
  TargetPolicy,
  TargetToken,
  TargetTokenId,
} from "../target.ts";
import type { VerifierContext } from "../verifier-context.ts";
import { RecordedChecks } from "./recorded-checks.ts";
import { printAnswer, recordTarget, type TargetLog } from "./recorded-target.ts";
import { type CaseRecorder, CaseStopped } from "./recorder.ts";

/** A case that opens more targets than this has run wild. */
const MAX_TARGETS = 256;

/** @see VerifierContext */
export class VerifierCaseContext
  extends RecordedChecks
  implements VerifierContext, AsyncDisposable
{
  readonly random: Random;
  readonly #factory: TargetFactory;
  readonly #log: TargetLog;
  readonly #open: Target[] = [];

  constructor(factory: TargetFactory, recorder: CaseRecorder, random: Random, log: TargetLog) {
    super(recorder);
    this.#factory = factory;
    this.random = random;
    this.#log = log;
  }

  get hasEnrollment(): boolean {
    return this.#factory.abilities.has("enrollment");
  }

  async open(policy: Partial<TargetPolicy> = {}): Promise<Target> {
    this.signal.throwIfAborted();
    if (this.#open.length >= MAX_TARGETS) {
      throw new RangeError(`a case may open ${MAX_TARGETS} targets`);
    }
    const whole: TargetPolicy = { preset: "rfc6238", ...policy };
    this.#log.event(`open ${JSON.stringify(whole)}`);
    const target = await this.#factory.open(whole);
    this.#open.push(target);
    return recordTarget(target, this.#log, (secret) => this.recorder.redactor.hide(secret));
  }

  code(token: TargetToken, movingFactor: bigint): string {
    this.recorder.redactor.hide(token.secret);
    return expectedCode(token.secret, token.parameters, movingFactor);
  }

  async enrolled(target: Target, token: TargetToken, movingFactor: bigint): Promise<TargetTokenId> {
    const { parameters } = token;
    if (!this.hasEnrollment) {
      return target.create(
        parameters.kind === "hotp" ? { counter: movingFactor, ...token } : token,
      );
    }
    if (movingFactor < 2n) {
      throw new RangeError("enrolling takes two codes: the next moving factor is 2 or more");
    }
    const first = movingFactor - 2n;
    const id = await target.create(
      parameters.kind === "hotp" ? { counter: first, ...token } : token,
    );
    const codes = [this.code(token, first), this.code(token, first + 1n)];
    // The earliest moment at which the second code shows: cases may submit at any time from then.
    const atUs = parameters.kind === "totp" ? stepStartUs(first + 1n, parameters) : 0;
    const answer = await target.enroll(id, codes, atUs);
    if (!answer.accepted) {
      this.accepted("the token is enrolled with two consecutive codes", answer);
      throw new CaseStopped("not enrolled");
    }
    return id;
  }

  accepted(what: string, answer: TargetAnswer): void {
    this.recorder.compare(what, printAnswer(answer), "accepted", answer.accepted);
  }

  refused(what: string, answer: TargetAnswer, reason?: string): void {
    const isReasonJudged = reason !== undefined && this.#factory.abilities.has("reasons");
    const expected = isReasonJudged ? `refused: ${reason}` : "refused";
    const ok = !answer.accepted && (!isReasonJudged || answer.reason === reason);
    this.recorder.compare(what, printAnswer(answer), expected, ok);
  }

  /** Closes the targets, last opened first. @throws what the first failing one threw */
  async [Symbol.asyncDispose](): Promise<void> {
    const problems: unknown[] = [];
    for (const target of this.#open.reverse()) {
      try {
        await target[Symbol.asyncDispose]();
      } catch (problem) {
        problems.push(problem);
      }
    }
    this.#open.length = 0;
    if (problems.length > 0) throw problems[0];
  }
}
