// The verifier: decisions, a store and an engine put together. This is what services, the command
// line and tests talk to.

import { setImmediate } from "node:timers/promises";
import { Administration, unknownToken } from "./administration.ts";
import type { DecisionInput } from "./decide/decision.ts";
import { decideEnroll, decideResync } from "./decide/pair.ts";
import { decideVerify } from "./decide/verify.ts";
import { defaultEngine } from "./engines/default.ts";
import type { Engine } from "./engines/engine.ts";

import { Explainer, type Judged } from "./explain.ts";
import { assertHistoryLimit, type CreateInput } from "./inputs.ts";
import { Judge, type Submission } from "./judge.ts";
import { KeyCache } from "./key-cache.ts";
import { HostClockMonitor } from "./monitor.ts";
import { assertPolicy, type Policy } from "./policy.ts";
import { isDirect } from "./stores/direct.ts";
import { type AuditRow, type Store, type StoredToken, StoreError } from "./stores/store.ts";
import { type PublicAnswer, publicAnswer, type Verdict } from "./verdict.ts";
import { type TokenView, viewOf } from "./views.ts";

export { VerifierError, type VerifierErrorCode } from "./errors.ts";
export type { CreateInput } from "./inputs.ts";
export { MAX_SUBMISSIONS, type Submission } from "./judge.ts";
export type { TokenView } from "./views.ts";

/** Most diagnoses that wait for their turn; beyond, refused logins are not looked into. */
const MAX_PENDING = 1000;

/** Tokens whose keys are made ready between two turns of the event loop. */
const PREPARED_AT_A_TIME = 4096;

/** @see Verifier */
export interface VerifierOptions {
  readonly store: Store;
  readonly policy: Policy;
  /** Default: the fastest that works here. @see defaultEngine */
  readonly engine?: Engine;
  /** Whether refused logins are looked into for the operator's reason; default true. */
  readonly diagnose?: boolean;
}

/**
 * Judges codes against a store. Safe to call in parallel, in one process or many: of any number of
 * submissions of one code exactly one is accepted. A verdict is given when it is stored; when it
 * cannot be stored the call rejects with StoreError, and the code counts as not submitted.
 *
 * Codes are strings of exactly the token's digits; anything else is refused as malformed, before it
 * is compared with what was used. Times are microseconds since the Unix epoch. `by` is who sends
 * the codes, for the audit log: the name of a client or an operator, 1 to 64 characters.
 */
export class Verifier {
  readonly policy: Policy;
  /** Which engine computes the codes, and why that one. */
  readonly engineName: string;
  readonly engineReason: string;
  /** Tells host-clock faults: `monitor.alarm` is the latest. Fed by refused logins and resyncs. */
  readonly monitor: HostClockMonitor = new HostClockMonitor();
  /** All admin acts; the commonest are methods of the verifier too. */
  readonly admin: Administration;
  readonly #store: Store;
  readonly #keys: KeyCache;
  readonly #judge: Judge;
  readonly #explainer: Explainer | null;
  readonly #pending = new Set<Promise<void>>();

  constructor(options: VerifierOptions) {
    assertPolicy(options.policy);
    this.policy = options.policy;
    this.#store = options.store;
    const { engine, reason } = options.engine
      ? { engine: options.engine, reason: "chosen by the caller" }
      : defaultEngine();
    this.engineName = engine.name;
    this.engineReason = reason;
    this.#keys = new KeyCache(engine);
    this.admin = new Administration(options.store, options.policy, this.#keys);
    const { store, policy, diagnose = true } = options;
    const { monitor } = this;
    this.#judge = new Judge({ store, policy, engine, keys: this.#keys, monitor });
    this.#explainer = diagnose ? new Explainer({ store, engine, keys: this.#keys, monitor }) : null;
  }

  /**
   * Registers a token, not enabled yet. The saved secret of a token that was deactivated or deleted
   * sets the same device up again; what it consumed stays consumed.
   *
   * @throws {VerifierError} device-limit, secret-in-use
   * @throws {StoreError} "duplicate" when the label is taken
   * @throws {RangeError} naming a parameter that is out of range
   */
  create(input: CreateInput): Promise<number> {
    return this.admin.create(input);
  }

  /**
   * Two consecutive codes enable a created token. When they fail, the operator is told which
   * parameters they would fit.
   */
  async enroll(
    id: number,
    codes: readonly unknown[],
    receivedAtUs: number,
    by: string | null = null,
  ): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideEnroll(input, codes);
    const judged = await this.#judge.one({ id, act: "enroll", receivedAtUs, by, decide });
    return this.#explainer?.enroll(judged, codes) ?? judged.verdict;
  }

  /**
   * One code, as at a login, with the operator's reason for a refusal. That needs a wide search:
   * what waits for a user's login calls `login`.
   */
  async verify(
    id: number,
    code: unknown,
    receivedAtUs: number,
    by: string | null = null,
  ): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    const judged = await this.#judge.one({ id, act: "verify", receivedAtUs, by, decide });
    if (this.#explainer === null || judged.verdict.outcome === "accepted") return judged.verdict;
    return this.#explainer.login(judged, code);
  }

  /**
   * One code, and what its user may be told, once that is stored. Why it was refused is found out
   * afterwards and goes to the audit log: the answer's time does not tell. @see settled
   */
  async login(
    id: number,
    code: unknown,
    receivedAtUs: number,
    by: string | null = null,
  ): Promise<PublicAnswer> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    const judged = await this.#judge.one({ id, act: "verify", receivedAtUs, by, decide });
    this.#explainLater(judged, code);
    return publicAnswer(judged.verdict);
  }

  /**
   * As `verify`, for each of these in their order: those of different tokens share one call of the
   * engine and one transaction of the store; of one token one is judged after the other.
   *
   * @throws {RangeError} for more than MAX_SUBMISSIONS
   */
  async verifyMany(submissions: readonly Submission[]): Promise<readonly Verdict[]> {
    const judged = await this.#judge.many(submissions);
    const verdicts = judged.map(({ verdict }) => verdict);
    if (this.#explainer === null) return verdicts;
    for (const [at, one] of judged.entries()) {
      if (one.verdict.outcome === "accepted") continue;
      verdicts[at] = await this.#explainer.login(one, submissions[at]?.code);
    }
    return verdicts;
  }

  /** As `login`, for each of these. @see verifyMany */
  async loginMany(submissions: readonly Submission[]): Promise<readonly PublicAnswer[]> {
    const judged = await this.#judge.many(submissions);
    for (const [at, one] of judged.entries()) this.#explainLater(one, submissions[at]?.code);
    return judged.map(({ verdict }) => publicAnswer(verdict));
  }

  #explainLater(judged: Judged, code: unknown): void {
    const explainer = this.#explainer;
    const isRefused = judged.verdict.outcome === "refused";
    if (explainer === null || !isRefused || this.#pending.size >= MAX_PENDING) return;
    const work = setImmediate()
      .then(() => explainer.login(judged, code))
      .then(() => {}, ignoreStoreError)
      .finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  /**
   * Makes the keys of all tokens ready, so that no first login waits for its own.
   *
   * @returns how many tokens there are that are not deleted
   */
  async prepareKeys(signal?: AbortSignal): Promise<number> {
    const store = this.#store;
    const keys = isDirect(store) ? store.keysNow?.() : undefined;
    let prepared = 0;
    if (keys !== undefined && this.#keys.canPark) {
      for (const key of keys) {
        this.#keys.keepKey(key);
        if (++prepared % PREPARED_AT_A_TIME === 0) await setImmediate();
        signal?.throwIfAborted();
      }
      return prepared;
    }
    for (let afterId = 0; ; ) {
      signal?.throwIfAborted();
      const page = await this.#store.listPage(afterId, PREPARED_AT_A_TIME);
      for (const token of page) this.#keys.keep(token);
      prepared += page.filter(({ record }) => record.state !== "deleted").length;
      const last = page.at(-1);
      if (last === undefined) return prepared;
      afterId = last.id;
      await setImmediate();
    }
  }

  /** Resolves when the diagnoses of all earlier logins are in the audit log. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Two consecutive codes find the token's clock or counter again. */
  async resync(
    id: number,
    codes: readonly unknown[],
    receivedAtUs: number,
    by: string | null = null,
  ): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideResync(input, codes);
    const judged = await this.#judge.one({ id, act: "resync", receivedAtUs, by, decide });
    return (await this.#explainer?.resync(judged)) ?? judged.verdict;
  }

  /** Takes a token out of use; its user may then enroll another. Its secret can be set up again. */
  deactivate(id: number, atUs = 0): Promise<void> {
    return this.admin.deactivate(id, atUs);
  }

  /** Lifts a lock and forgets failures; nothing but time, if the policy says so, else lifts it. */
  unlock(id: number, atUs = 0): Promise<void> {
    return this.admin.unlock(id, atUs);
  }

  /** Deletes a token. Its secret goes; what it consumed is remembered by a keyed hash. */
  delete(id: number, atUs = 0): Promise<void> {
    return this.admin.delete(id, atUs);
  }

  /** @throws {VerifierError} unknown-token */
  async state(id: number): Promise<TokenView> {
    return viewOf(await this.#load(id));
  }

  /** The token of this label, or null. */
  async find(label: string): Promise<TokenView | null> {
    const token = await this.#store.find(label);
    return token === null ? null : viewOf(token);
  }

  /** All tokens, deleted ones included. */
  async list(): Promise<readonly TokenView[]> {
    return (await this.#store.list()).map(viewOf);
  }

  /** The latest decisions on a token, newest first. @throws {RangeError} for a limit below 1 */
  async history(id: number, limit = 100): Promise<readonly AuditRow[]> {
    assertHistoryLimit(limit);
    return this.#store.auditOf(id, limit);
  }

  /** Wipes the keys in memory. The store stays open. */
  [Symbol.dispose](): void {
    this.#keys.clear();
  }

  async #load(id: number): Promise<StoredToken> {
    const token = await this.#store.load(id);
    if (token === null) throw unknownToken(id);
    return token;
  }
}

/** The refusal itself is stored; that its diagnosis is not is no reason to fail later calls. */
function ignoreStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
