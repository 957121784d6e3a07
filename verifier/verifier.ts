// The verifier: decisions, a store and an engine put together. This is what services, the command
// line and tests talk to.

import { assertSecret, type OathParameters } from "../core/oath/parameters.ts";
import type { Decision, DecisionInput } from "./decide/decision.ts";
import { diagnose } from "./decide/diagnose.ts";
import { decideEnroll, decideResync } from "./decide/pair.ts";
import { decideVerify } from "./decide/verify.ts";
import type { Engine, EngineKey } from "./engines/engine.ts";
import { nodeCryptoEngine } from "./engines/node-crypto.ts";
import { assertPolicy, type Policy } from "./policy.ts";
import { newRecord, type TokenRecord, type TokenState } from "./record.ts";
import type { AdminAct, AuditRow, Store, StoredToken } from "./stores/store.ts";
import type { Act, PublicAnswer, Verdict } from "./verdict.ts";

/** A read-modify-write that lost this often against others is not tried again. */
const MAX_SWAPS = 1000;
/** Longest label and user name, in characters. */
const MAX_NAME = 256;

/** An admin act that the state or a rule does not allow. */
export type VerifierErrorCode =
  | "unknown-token"
  | "wrong-state"
  | "device-limit" // the user has as many devices as the policy allows
  | "secret-in-use"; // another token that is not deactivated or deleted has this secret

/** @see VerifierErrorCode */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code: VerifierErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string;
  constructor(code: VerifierErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** A token to be created. */
export interface CreateInput {
  /** Its name, unique among tokens that are not deleted. */
  readonly label: string;
  /** Whom it belongs to. */
  readonly user?: string;
  readonly parameters: OathParameters;
  readonly secret: Uint8Array;
  /** First counter, HOTP only; default 0. */
  readonly counter?: bigint;
  /** When it is created, microseconds since the Unix epoch, for the audit log; default 0. */
  readonly atUs?: number;
}

/** What may be shown of a token. */
export interface TokenView {
  readonly id: number;
  readonly label: string;
  readonly user: string | null;
  readonly state: TokenState;
  readonly parameters: OathParameters;
  readonly watermark: bigint;
  readonly offsetSteps: number;
  readonly failures: number;
  readonly locked: boolean;
  readonly lastAcceptedAtUs: number | null;
}

/** @see Verifier */
export interface VerifierOptions {
  readonly store: Store;
  readonly policy: Policy;
  /** Default: node-crypto. */
  readonly engine?: Engine;
  /** Whether refusals are looked into for the operator's reason; default true. */
  readonly diagnose?: boolean;
}

/** Judges codes against a store. Safe to call in parallel, in one process or many. */
export class Verifier {
  readonly policy: Policy;
  readonly #store: Store;
  readonly #engine: Engine;
  readonly #diagnose: boolean;
  readonly #keys = new Map<number, EngineKey>();

  constructor(options: VerifierOptions) {
    assertPolicy(options.policy);
    this.policy = options.policy;
    this.#store = options.store;
    this.#engine = options.engine ?? nodeCryptoEngine;
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
    assertName("label", input.label);
    if (input.user !== undefined) assertName("user", input.user);
    assertSecret(input.secret);
    await this.#assertAssignable(input);
    const watermark = await this.#store.watermarkOf(input.secret);
    const counter = input.counter === undefined ? {} : { counter: input.counter };
    const record = newRecord(input.parameters, { ...counter, watermark });
    return this.#store.insert(
      { label: input.label, user: input.user ?? null, secret: input.secret, record },
      adminRow(input.atUs ?? 0, "create"),
    );
  }

  /** Two consecutive codes enable a created token. */
  enroll(id: number, codes: readonly unknown[], receivedAtUs: number): Promise<Verdict> {
    return this.#decide(id, "enroll", receivedAtUs, (input) => decideEnroll(input, codes));
  }

  /** One code, as at a login. */
  async verify(id: number, code: unknown, receivedAtUs: number): Promise<Verdict> {
    return this.#decide(id, "verify", receivedAtUs, (input) => decideVerify(input, code), code);
  }

  /** Two consecutive codes find the token's clock or counter again. */
  resync(id: number, codes: readonly unknown[], receivedAtUs: number): Promise<Verdict> {
    return this.#decide(id, "resync", receivedAtUs, (input) => decideResync(input, codes));
  }

  /** Takes a token out of use; its user may then enroll another. Its secret can be set up again. */
  async deactivate(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "deactivate", atUs, ["created", "enabled"], (record) => ({
      ...record,
      state: "deactivated",
    }));
  }

  /** Lifts a lock and forgets failures; nothing else does. */
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
    const states: readonly TokenState[] = ["created", "deactivated"];
    await this.#administer(id, "delete", atUs, states, (record) => ({
      ...record,
      state: "deleted",
    }));
    this.#keys.get(id)?.dispose();
    this.#keys.delete(id);
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

  /** The latest decisions on a token, newest first. */
  history(id: number, limit = 100): Promise<readonly AuditRow[]> {
    return this.#store.auditOf(id, limit);
  }

  async #decide(
    id: number,
    act: Act,
    receivedAtUs: number,
    decide: (input: DecisionInput) => Decision,
    code?: unknown,
  ): Promise<Verdict> {
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = await this.#store.load(id);
      if (token === null) return { outcome: "refused", act, reason: "not-enrolled" };
      const key = {
        key: this.#keyOf(token),
        highestMovingFactor: this.#engine.highestMovingFactor,
      };
      const input = { record: token.record, key, policy: this.policy, receivedAtUs };
      const { verdict, record } = decide(input);
      if (record !== token.record) {
        const row = verdictRow(id, receivedAtUs, verdict);
        if (!(await this.#store.swap(id, token.version, record, row))) continue;
      }
      const final = this.#explained(verdict, input, code);
      if (record === token.record) await this.#store.audit(verdictRow(id, receivedAtUs, final));
      return final;
    }
    throw new Error(`${MAX_SWAPS} writers came first; the token is under too much load`);
  }

  /** The operator's reason for a login that matched nothing. */
  #explained(verdict: Verdict, input: DecisionInput, code: unknown): Verdict {
    if (verdict.outcome === "accepted" || verdict.act !== "verify" || !this.#diagnose) {
      return verdict;
    }
    if (verdict.reason !== "no-match") return verdict;
    return { ...verdict, reason: diagnose(input, code) };
  }

  async #administer(
    id: number,
    act: AdminAct,
    atUs: number,
    states: readonly TokenState[],
    change: (record: TokenRecord) => TokenRecord,
  ): Promise<void> {
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = await this.#load(id);
      if (!states.includes(token.record.state)) {
        throw new VerifierError(
          "wrong-state",
          `token ${id} is ${token.record.state}; ${act} needs it ${states.join(" or ")}`,
          act === "delete" ? "deactivate it first" : "",
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
    throw new Error(`${MAX_SWAPS} writers came first; the token is under too much load`);
  }

  async #assertAssignable(input: CreateInput): Promise<void> {
    const inUse = (await this.#store.list()).filter(
      ({ record }) => record.state === "created" || record.state === "enabled",
    );
    if (inUse.some((token) => sameBytes(token.secret, input.secret))) {
      throw new VerifierError(
        "secret-in-use",
        "this secret belongs to a token in use; a device has one user",
        "deactivate that token first",
      );
    }
    if (input.user === undefined) return;
    const owned = inUse.filter(({ user }) => user === input.user).length;
    if (owned >= this.policy.devicesPerUser) {
      throw new VerifierError(
        "device-limit",
        `user "${input.user}" has ${owned} of ${this.policy.devicesPerUser} devices`,
        "deactivate a device of theirs first, then add the new one",
      );
    }
  }

  async #load(id: number): Promise<StoredToken> {
    const token = await this.#store.load(id);
    if (token === null) {
      throw new VerifierError("unknown-token", `there is no token ${id}`, "list the tokens");
    }
    return token;
  }

  #keyOf(token: StoredToken): EngineKey {
    if (token.record.state === "deleted") return NO_KEY;
    let key = this.#keys.get(token.id);
    if (key === undefined) {
      key = this.#engine.prepare(token.secret, token.record.parameters);
      this.#keys.set(token.id, key);
    }
    return key;
  }
}

/** What a user may be told: the same for every reason. */
export function publicAnswer(verdict: Verdict): PublicAnswer {
  return { accepted: verdict.outcome === "accepted" };
}

/** A deleted token has no secret; no decision asks for its codes. */
const NO_KEY: EngineKey = {
  codeAt(): string {
    throw new Error("a deleted token has no codes");
  },
  dispose(): void {},
};

function viewOf(token: StoredToken): TokenView {
  const { id, label, user, record } = token;
  const { state, parameters, watermark, offsetSteps, failures, locked, lastAcceptedAtUs } = record;
  return {
    id,
    label,
    user,
    state,
    parameters,
    watermark,
    offsetSteps,
    failures,
    locked,
    lastAcceptedAtUs,
  };
}

function verdictRow(token: number, atUs: number, verdict: Verdict): AuditRow {
  const { act, outcome } = verdict;
  return outcome === "accepted"
    ? {
        atUs,
        token,
        act,
        outcome,
        reason: null,
        movingFactor: verdict.movingFactor,
        offsetSteps: verdict.offsetSteps,
      }
    : {
        atUs,
        token,
        act,
        outcome,
        reason: verdict.reason,
        movingFactor: null,
        offsetSteps: null,
      };
}

function adminRow(atUs: number, act: AdminAct): Omit<AuditRow, "token"> {
  return { atUs, act, outcome: "done", reason: null, movingFactor: null, offsetSteps: null };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function assertName(field: string, value: string): void {
  if (value.length < 1 || value.length > MAX_NAME || /\p{Cc}/u.test(value)) {
    throw new RangeError(`${field} must be 1 to ${MAX_NAME} characters without control characters`);
  }
}
