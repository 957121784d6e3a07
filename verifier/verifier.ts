// The verifier: decisions, a store and an engine put together. This is what services, the command
// line and tests talk to.

import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { admit } from "./admission.ts";
import type { Decision, DecisionInput } from "./decide/decision.ts";
import { diagnose } from "./decide/diagnose.ts";
import { decideEnroll, decideResync } from "./decide/pair.ts";
import { decideVerify } from "./decide/verify.ts";
import { defaultEngine } from "./engines/default.ts";
import type { Engine } from "./engines/engine.ts";

import { VerifierError } from "./errors.ts";
import { assertCreateInput, assertHistoryLimit, assertTime, type CreateInput } from "./inputs.ts";
import { KeyCache } from "./key-cache.ts";
import { assertPolicy, type Policy } from "./policy.ts";
import type { TokenRecord, TokenState } from "./record.ts";
import {
  type AdminAct,
  type AuditRow,
  type Peers,
  type Store,
  type StoredToken,
  StoreError,
} from "./stores/store.ts";
import { type Act, type PublicAnswer, publicAnswer, type Verdict } from "./verdict.ts";
import { adminRow, type TokenView, verdictRow, viewOf } from "./views.ts";

export { VerifierError, type VerifierErrorCode } from "./errors.ts";
export type { CreateInput } from "./inputs.ts";
export type { TokenView } from "./views.ts";

/** A read-modify-write that lost this often against others is not tried again. */
const MAX_SWAPS = 1000;
/** Most diagnoses that wait for their turn; beyond, refused logins are not looked into. */
const MAX_PENDING = 1000;

/** @see Verifier */
export interface VerifierOptions {
  readonly store: Store;
  readonly policy: Policy;
  /** Default: the fastest that works here. @see defaultEngine */
  readonly engine?: Engine;
  /** Whether refused logins are looked into for the operator's reason; default true. */
  readonly diagnose?: boolean;
}

/** A stored decision, and what it was made from; null for a token nobody knows. */
interface Judged {
  readonly id: number;
  readonly verdict: Verdict;
  readonly input: Omit<DecisionInput, "key"> | null;
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
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #keys: KeyCache;
  readonly #diagnose: boolean;
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
    this.#diagnose = options.diagnose ?? true;
  }

  /**
   * Registers a token, not enabled yet. The saved secret of a token that was deactivated or deleted
   * sets the same device up again; what it consumed stays consumed.
   *
   * @throws {VerifierError} device-limit, secret-in-use
   * @throws {StoreError} "duplicate" when the label is taken
   * @throws {RangeError} naming a parameter that is out of range
   */
  async create(input: CreateInput): Promise<number> {
    assertCreateInput(input);
    const { label, user = null, secret, atUs = 0 } = input;
    const admitted = (peers: Peers) => admit({ ...input, user }, this.policy, peers);
    return this.#store.insert({ label, user, secret, admit: admitted }, adminRow(atUs, "create"));
  }

  /** Two consecutive codes enable a created token. */
  async enroll(id: number, codes: readonly unknown[], receivedAtUs: number): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideEnroll(input, codes);
    return (await this.#decide(id, "enroll", receivedAtUs, decide)).verdict;
  }

  /**
   * One code, as at a login, with the operator's reason for a refusal. That needs a wide search:
   * what waits for a user's login calls `login`.
   */
  async verify(id: number, code: unknown, receivedAtUs: number): Promise<Verdict> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    return this.#diagnosed(await this.#decide(id, "verify", receivedAtUs, decide), code);
  }

  /**
   * One code, and what its user may be told, once that is stored. Why it was refused is found out
   * afterwards and goes to the audit log: the answer's time does not tell. @see settled
   */
  async login(id: number, code: unknown, receivedAtUs: number): Promise<PublicAnswer> {
    const decide = (input: DecisionInput) => decideVerify(input, code);
    const judged = await this.#decide(id, "verify", receivedAtUs, decide);
    if (this.#pending.size < MAX_PENDING) {
      const work = setImmediate()
        .then(() => this.#diagnosed(judged, code))
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
    return (await this.#decide(id, "resync", receivedAtUs, decide)).verdict;
  }

  /** Takes a token out of use; its user may then enroll another. Its secret can be set up again. */
  async deactivate(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "deactivate", atUs, ["created", "enabled"], (record) => ({
      ...record,
      state: "deactivated",
    }));
  }

  /** Lifts a lock and forgets failures; nothing else lifts it. */
  async unlock(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "unlock", atUs, ["created", "enabled"], (record) => ({
      ...record,
      locked: false,
      failures: 0,
      lastFailureAtUs: 0,
    }));
  }

  /** Deletes a token. Its secret goes; what it consumed is remembered by a keyed hash. */
  async delete(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "delete", atUs, ["created", "deactivated"], (record) => ({
      ...record,
      state: "deleted",
    }));
    this.#keys.drop(id);
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
      return { id, verdict, input };
    }
    throw contention(id);
  }

  /** The verdict with the operator's reason. The same work for each code that was evaluated. */
  async #diagnosed({ id, verdict, input }: Judged, code: unknown): Promise<Verdict> {
    if (!this.#diagnose || input === null || verdict.outcome === "accepted") return verdict;
    if (verdict.reason !== "no-match" && verdict.reason !== "replayed") return verdict;
    const key = this.#keys.peek(id);
    if (key === null) return verdict;
    const { highestMovingFactor } = this.#engine;
    const found = diagnose({ ...input, key: { key, highestMovingFactor } }, code);
    if (verdict.reason === "replayed" || found.reason === "no-match") return verdict;
    const diagnosed: Verdict = { ...verdict, ...found };
    await this.#store.audit(verdictRow(id, input.receivedAtUs, diagnosed, "diagnosis"));
    return diagnosed;
  }

  async #administer(
    id: number,
    act: AdminAct,
    atUs: number,
    states: readonly TokenState[],
    change: (record: TokenRecord) => TokenRecord,
  ): Promise<void> {
    assertTime("atUs", atUs);
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = await this.#load(id);
      const { state } = token.record;
      if (!states.includes(state)) {
        throw new VerifierError(
          "wrong-state",
          `token ${id} is ${state}; ${act} needs one that is ${states.join(" or ")}`,
          state === "enabled" ? "deactivate it first" : "list the tokens to see their states",
        );
      }
      const row = { ...adminRow(atUs, act), token: id };
      const record = change(token.record);
      const done =
        act === "delete"
          ? await this.#store.bury(id, token.version, record, row)
          : await this.#store.swap(id, token.version, record, row);
      if (done) return;
    }
    throw contention(id);
  }

  async #load(id: number): Promise<StoredToken> {
    const token = await this.#store.load(id);
    if (token === null) {
      throw new VerifierError("unknown-token", `there is no token ${id}`, "list the tokens");
    }
    return token;
  }
}

function contention(id: number): StoreError {
  return new StoreError(
    "busy",
    `token ${id}: ${MAX_SWAPS} other writes came first`,
    "try again when there are fewer at a time",
  );
}

/** The refusal itself is stored; that its diagnosis is not is no reason to fail later calls. */
function ignoreStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
