// The verifier: decisions, a store and an engine put together. This is what services, the command
// line and tests talk to.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Administration, unknownToken } from "./administration.ts";
import { contention, MAX_SWAPS } from "./contention.ts";
import type { Decision, DecisionInput } from "./decide/decision.ts";
import { decideEnroll, decideResync } from "./decide/pair.ts";
import { decideVerify } from "./decide/verify.ts";
import { defaultEngine } from "./engines/default.ts";
import type { Engine } from "./engines/engine.ts";

import { Explainer, type Judged } from "./explain.ts";
import { assertHistoryLimit, assertTime, type CreateInput } from "./inputs.ts";
import { KeyCache } from "./key-cache.ts";
import { HostClockMonitor } from "./monitor.ts";
import { assertPolicy, type Policy } from "./policy.ts";
import type { TokenRecord } from "./record.ts";
import { type AuditRow, type Store, type StoredToken, StoreError } from "./stores/store.ts";
import { type Act, type PublicAnswer, publicAnswer, type Verdict } from "./verdict.ts";
import { clockBackRow, type TokenView, verdictRow, viewOf } from "./views.ts";

export { VerifierError, type VerifierErrorCode } from "./errors.ts";
export type { CreateInput } from "./inputs.ts";
export type { TokenView } from "./views.ts";

/** Most diagnoses that wait for their turn; beyond, refused logins are not looked into. */
const MAX_PENDING = 1000;

/** Requests may overtake each other by so much; beyond, the host's clock was set back. */
const CLOCK_BACK_US = 5_000_000;

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
 * is compared with what was used. Times are microseconds since the Unix epoch.
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
  readonly #engine: Engine;
  readonly #keys: KeyCache;
  readonly #explainer: Explainer | null;
  readonly #pending = new Set<Promise<void>>();

  constructor(options: VerifierOptions) {
    assertPolicy(options.policy);
    this.policy = options.policy;
    this.#store = options.store;
    const { engine, reason } = options.engine
      ? { engine: options.engine, reason: "chosen by the caller" }
      : defaultEngine();
    this.#engine = engine;
    this.engineName = engine.name;
    this.engineReason = reason;
    this.#keys = new KeyCache(this.#engine);
    this.admin = new Administration(options.store, options.policy, this.#keys);
    const { store, diagnose = true } = options;
    const { monitor } = this;
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
  async enroll(id: number, codes: readonly unknown[], receivedAtUs: number): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideEnroll(input, codes);
    const judged = await this.#decide(id, "enroll", receivedAtUs, decide);
    return this.#explainer?.enroll(judged, codes) ?? judged.verdict;
  }

  /**
   * One code, as at a login, with the operator's reason for a refusal. That needs a wide search:
   * what waits for a user's login calls `login`.
   */
  async verify(id: number, code: unknown, receivedAtUs: number): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    const judged = await this.#decide(id, "verify", receivedAtUs, decide);
    if (this.#explainer === null || judged.verdict.outcome === "accepted") return judged.verdict;
    return this.#explainer.login(judged, code);
  }

  /**
   * One code, and what its user may be told, once that is stored. Why it was refused is found out
   * afterwards and goes to the audit log: the answer's time does not tell. @see settled
   */
  async login(id: number, code: unknown, receivedAtUs: number): Promise<PublicAnswer> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    const judged = await this.#decide(id, "verify", receivedAtUs, decide);
    const explainer = this.#explainer;
    const isRefused = judged.verdict.outcome === "refused";
    if (explainer !== null && isRefused && this.#pending.size < MAX_PENDING) {
      const work = setImmediate()
        .then(() => explainer.login(judged, code))
        .then(() => {}, ignoreStoreError)
        .finally(() => this.#pending.delete(work));
      this.#pending.add(work);
    }
    return publicAnswer(judged.verdict);
  }

  /** Resolves when the diagnoses of all earlier logins are in the audit log. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  /** Two consecutive codes find the token's clock or counter again. */
  async resync(id: number, codes: readonly unknown[], receivedAtUs: number): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideResync(input, codes);
    const judged = await this.#decide(id, "resync", receivedAtUs, decide);
    return this.#explainer?.resync(judged) ?? judged.verdict;
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

  async #decide(
    id: number,
    act: Act,
    receivedAtUs: number,
    decide: (input: DecisionInput) => Decision,
  ): Promise<Judged> {
    assertTime("receivedAtUs", receivedAtUs);
    const { highestMovingFactor } = this.#engine;
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = await this.#store.load(id);
      if (token === null) {
        return { id, verdict: { outcome: "refused", act, reason: "not-enrolled" }, input: null };
      }
      const input = { record: token.record, policy: this.policy, receivedAtUs };
      const key = { key: this.#keys.of(token), highestMovingFactor };
      const { verdict, record } = decide({ ...input, key });
      assert(record.watermark >= token.record.watermark, "the watermark never goes down");
      const row = verdictRow(id, receivedAtUs, verdict);
      if (record === token.record) await this.#store.audit(row);
      else if (!(await this.#store.swap(id, token.version, record, row))) continue;
      if (verdict.outcome === "accepted") this.monitor.settle(id);
      const backUs = newestUs(token.record) - receivedAtUs;
      if (backUs > CLOCK_BACK_US) await this.#store.audit(clockBackRow(id, receivedAtUs));
      return { id, verdict, input };
    }
    throw contention(id);
  }

  async #load(id: number): Promise<StoredToken> {
    const token = await this.#store.load(id);
    if (token === null) throw unknownToken(id);
    return token;
  }
}

/** The latest time a code of this token was judged. */
function newestUs({ lastAcceptedAtUs, lastFailureAtUs }: TokenRecord): number {
  return Math.max(lastAcceptedAtUs ?? 0, lastFailureAtUs);
}

/** The refusal itself is stored; that its diagnosis is not is no reason to fail later calls. */
function ignoreStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
