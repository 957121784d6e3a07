// Judging codes against a store: load, decide, write, and again when another write came first. One
// act, or many logins together with one read, one call of the engine and one write.

import assert from "node:assert/strict";
import { contention, MAX_SWAPS } from "./contention.ts";
import type { Decision, DecisionInput } from "./decide/decision.ts";
import { decideVerify } from "./decide/verify.ts";
import { decideVerifyMany, type Login } from "./decide/verify-many.ts";
import { Decoy } from "./decoy.ts";
import type { Engine } from "./engines/engine.ts";
import type { Judged } from "./explain.ts";
import { assertBy, assertTime } from "./inputs.ts";
import type { KeyCache } from "./key-cache.ts";
import type { HostClockMonitor } from "./monitor.ts";
import type { Policy } from "./policy.ts";
import type { TokenRecord } from "./record.ts";
import { type DirectStore, isDirect } from "./stores/direct.ts";
import type { Store, StoredToken, Write } from "./stores/store.ts";
import { UnknownTokens } from "./unknown-tokens.ts";
import type { Act } from "./verdict.ts";
import { clockBackRow, verdictRow } from "./views.ts";

/** Requests may overtake each other by so much; beyond, the host's clock was set back. */
const CLOCK_BACK_US = 5_000_000;
/** Most logins judged together. */
export const MAX_SUBMISSIONS = 65_536;

/** A code given for a login. */
export interface Submission {
  readonly id: number;
  readonly code: unknown;
  /** Microseconds since the Unix epoch. */
  readonly receivedAtUs: number;
  /** Who sends it, for the audit log: the name of a client. */
  readonly by?: string | null;
}

/** What is judged with. */
export interface JudgeOptions {
  readonly store: Store;
  readonly policy: Policy;
  readonly engine: Engine;
  readonly keys: KeyCache;
  readonly monitor: HostClockMonitor;
}

/** One act on one token. */
export interface Asked {
  readonly id: number;
  readonly act: Act;
  readonly receivedAtUs: number;
  /** Who sends it, for the audit log; null: not told. */
  readonly by: string | null;
  decide(input: DecisionInput): Decision;
}

/** A decision on what was loaded, and the writes it takes. */
interface Draft {
  readonly judged: Judged;
  readonly write: Write;
  /** The host's clock was seen to step back: written when the decision is. */
  readonly clockBack: Extract<Write, { kind: "audit" }> | null;
}

type Loaded = readonly (StoredToken | null)[];

/** @see Judge.one */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #store: Store;
  readonly #direct: DirectStore | null;
  readonly #unknown = new UnknownTokens();
  readonly #decoy: Decoy;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#decoy = new Decoy(options.engine, options.policy);
    this.#store = options.store;
    this.#direct = isDirect(options.store) ? options.store : null;
  }

  /** The decision, once it is stored. @throws {StoreError} when it cannot be */
  async one(asked: Asked): Promise<Judged> {
    assertTime("receivedAtUs", asked.receivedAtUs);
    assertBy(asked.by);
    const direct = this.#direct;
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = direct === null ? await this.#store.load(asked.id) : direct.loadNow(asked.id);
      if (token === null) {
        asked.decide(this.#decoy.input(asked.receivedAtUs));
        await this.#writeMany([this.#unknownWrite(asked)]);
        return unknown(asked.id, asked.act);
      }
      const input = this.#input(token, asked.receivedAtUs);
      const draft = this.#draft(token, input, asked.decide(input), asked.by);
      const { write, clockBack } = draft;
      if (!(direct === null ? await this.#write(write) : direct.writeNow(write))) continue;
      this.#settle(draft);
      if (clockBack !== null) await this.#store.audit(clockBack.audit);
      return draft.judged;
    }
    throw contention(asked.id);
  }

  /**
   * As `one`, for each of these logins in their order. Those of different tokens are judged
   * together; of one token one after the other, each when that before it is stored.
   *
   * @throws {RangeError} for more than MAX_SUBMISSIONS
   * @throws {StoreError} when a decision cannot be stored: those before it may be
   */
  async many(submissions: readonly Submission[]): Promise<readonly Judged[]> {
    if (submissions.length > MAX_SUBMISSIONS) {
      throw new RangeError(
        `at most ${MAX_SUBMISSIONS} submissions at a time, got ${submissions.length}; split them`,
      );
    }
    for (const { receivedAtUs, by = null } of submissions) {
      assertTime("receivedAtUs", receivedAtUs);
      assertBy(by);
    }
    const answers = new Array<Judged>(submissions.length);
    let waiting: readonly number[] = submissions.map((_, at) => at);
    for (let lost = 0; waiting.length > 0; ) {
      const { now, later } = firstOfEach(submissions, waiting);
      const again = await this.#round(submissions, now, answers);
      const [first] = again;
      if (first !== undefined && ++lost >= MAX_SWAPS) {
        throw contention((submissions[first] as Submission).id);
      }
      waiting = again.length === 0 ? later : [...again, ...later];
    }
    return answers;
  }

  /** Judges logins of different tokens; gives those whose write came too late. */
  async #round(
    submissions: readonly Submission[],
    places: readonly number[],
    answers: Judged[],
  ): Promise<readonly number[]> {
    const tokens = await this.#loadMany(places.map((at) => (submissions[at] as Submission).id));
    const logins: Login[] = [];
    const found: { readonly at: number; readonly token: StoredToken }[] = [];
    const unknowns: Write[] = [];
    places.forEach((at, nth) => {
      const { id, code, receivedAtUs, by = null } = submissions[at] as Submission;
      const token = tokens[nth] ?? null;
      if (token === null) {
        answers[at] = unknown(id, "verify");
        decideVerify(this.#decoy.input(receivedAtUs), code);
        unknowns.push(this.#unknownWrite({ id, act: "verify", receivedAtUs, by }));
      } else {
        found.push({ at, token });
        logins.push({ input: this.#input(token, receivedAtUs), code });
      }
    });
    const decisions = decideVerifyMany(logins, this.#options.engine);
    const drafts = found.map(({ at, token }, nth) => {
      const { by = null } = submissions[at] as Submission;
      return this.#draft(token, (logins[nth] as Login).input, decisions[nth] as Decision, by);
    });
    const stored = await this.#writeMany([...drafts.map(({ write }) => write), ...unknowns]);
    const again: number[] = [];
    const besides: Write[] = [];
    drafts.forEach((draft, nth) => {
      const { at } = found[nth] as { readonly at: number };
      if (stored[nth] !== true) {
        again.push(at);
        return;
      }
      this.#settle(draft);
      if (draft.clockBack !== null) besides.push(draft.clockBack);
      answers[at] = draft.judged;
    });
    if (besides.length > 0) await this.#writeMany(besides);
    return again;
  }

  /** Its audit row; or one of a token that does not exist, for which the store does as much. */
  #unknownWrite({ id, act, receivedAtUs, by }: Omit<Asked, "decide">): Write {
    const row = this.#unknown.row(id, act, receivedAtUs, by);
    if (row !== null) return { kind: "audit", audit: row };
    const audit = verdictRow(id, receivedAtUs, unknown(id, act).verdict, { by, detail: null });
    return { kind: "audit", audit };
  }

  #input(token: StoredToken, receivedAtUs: number): DecisionInput {
    const { policy, keys, engine } = this.#options;
    const { highestMovingFactor } = engine;
    const key = { key: keys.of(token), highestMovingFactor };
    return { record: token.record, policy, receivedAtUs, key };
  }

  #draft(
    token: StoredToken,
    input: DecisionInput,
    { verdict, record }: Decision,
    by: string | null,
  ): Draft {
    const { id, version } = token;
    const { receivedAtUs } = input;
    assert(record.watermark >= token.record.watermark, "the watermark never goes down");
    const audit = verdictRow(id, receivedAtUs, verdict, { by });
    const backUs = newestUs(token.record) - receivedAtUs;
    return {
      judged: { id, verdict, input },
      write:
        record === token.record
          ? { kind: "audit", audit }
          : { kind: "swap", id, version, record, audit },
      clockBack:
        backUs > CLOCK_BACK_US ? { kind: "audit", audit: clockBackRow(id, receivedAtUs) } : null,
    };
  }

  async #write(write: Write): Promise<boolean> {
    if (this.#direct !== null) return this.#direct.writeNow(write);
    if (write.kind === "swap") {
      return this.#store.swap(write.id, write.version, write.record, write.audit);
    }
    await this.#store.audit(write.audit);
    return true;
  }

  #loadMany(ids: readonly number[]): Loaded | Promise<Loaded> {
    const direct = this.#direct;
    return direct === null ? this.#store.loadMany(ids) : ids.map((id) => direct.loadNow(id));
  }

  #writeMany(writes: readonly Write[]): readonly boolean[] | Promise<readonly boolean[]> {
    const direct = this.#direct;
    if (direct !== null) return writes.map((write) => direct.writeNow(write));
    return this.#store.writeMany(writes);
  }

  #settle({ judged }: Draft): void {
    if (judged.verdict.outcome === "accepted") this.#options.monitor.settle(judged.id);
  }
}

/** The verdict on a token nobody knows. */
function unknown(id: number, act: Act): Judged {
  return { id, verdict: { outcome: "refused", act, reason: "not-enrolled" }, input: null };
}

/** The first submission of each token, and the others. */
function firstOfEach(
  submissions: readonly Submission[],
  places: readonly number[],
): { readonly now: readonly number[]; readonly later: readonly number[] } {
  const seen = new Set<number>();
  const now: number[] = [];
  const later: number[] = [];
  for (const at of places) {
    const { id } = submissions[at] as Submission;
    if (seen.has(id)) later.push(at);
    else now.push(at);
    seen.add(id);
  }
  return { now, later };
}

/** The latest time a code of this token was judged. */
function newestUs({ lastAcceptedAtUs, lastFailureAtUs }: TokenRecord): number {
  return Math.max(lastAcceptedAtUs ?? 0, lastFailureAtUs);
}
