// Logins that come at a time, judged together: one read of the store, one call of the engine, one
// write. Nothing waits for a fixed time (verifier/stores/group-queue.ts).

import { GroupQueue } from "../verifier/stores/group-queue.ts";
import { StoreError } from "../verifier/stores/store.ts";
import type { PublicAnswer } from "../verifier/verdict.ts";
import type { Submission, Verifier } from "../verifier/verifier.ts";

/** Most logins of a group. */
const MAX_GROUP = 1024;
/** While one group is on its way to the disk the next is judged. */
const MAX_GROUPS = 2;

/** What of a verifier it takes. */
export type LoginJudge = Pick<Verifier, "login" | "loginMany">;

type Outcome = PromiseSettledResult<PublicAnswer>;

/** @see LoginGroups.login */
export class LoginGroups {
  readonly #verifier: LoginJudge;
  readonly #queue: GroupQueue<Submission, Outcome>;
  /** Tokens of which a login is in a group, waiting or under way. */
  readonly #busy = new Set<number>();

  constructor(verifier: LoginJudge) {
    this.#verifier = verifier;
    const run = (submissions: readonly Submission[]) => this.#judge(submissions);
    this.#queue = new GroupQueue({ run, maxItems: MAX_GROUP, maxGroups: MAX_GROUPS });
  }

  /**
   * As `Verifier.login`. A group has one login of a token at most, others go alone: whoever tries
   * many codes of one token keeps nobody else waiting.
   *
   * @throws what Verifier.login throws
   */
  async login(submission: Submission): Promise<PublicAnswer> {
    if (this.#busy.has(submission.id)) return this.#alone(submission);
    this.#busy.add(submission.id);
    try {
      const outcome = await this.#queue.add(submission);
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    } finally {
      this.#busy.delete(submission.id);
    }
  }

  async #judge(submissions: readonly Submission[]): Promise<readonly Outcome[]> {
    const [only] = submissions;
    if (submissions.length === 1 && only !== undefined) {
      return Promise.allSettled([this.#alone(only)]);
    }
    try {
      const answers = await this.#verifier.loginMany(submissions);
      return answers.map((value) => ({ status: "fulfilled", value }));
    } catch (reason) {
      if (!isOfOneToken(reason)) return submissions.map(() => ({ status: "rejected", reason }));
      // A damaged record is read before anything is written: each for itself, the others go on.
      return Promise.allSettled(submissions.map((one) => this.#alone(one)));
    }
  }

  #alone({ id, code, receivedAtUs, by = null }: Submission): Promise<PublicAnswer> {
    return this.#verifier.login(id, code, receivedAtUs, by);
  }
}

/** Whether it is one token's record that failed, rather than the store. */
function isOfOneToken(reason: unknown): boolean {
  return !(reason instanceof StoreError) || reason.code === "corrupt" || reason.code === "key";
}
