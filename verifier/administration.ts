// What operators do to tokens: register, take out of use, replace, unlock, correct. Each act is
// one write by compare-and-swap with its audit row, and none lowers a watermark.

import { assertOffset, raised, unlocked, withOffset } from "./admin-acts.ts";
import { admit } from "./admission.ts";
import { contention, MAX_SWAPS } from "./contention.ts";
import { VerifierError } from "./errors.ts";
import { assertBy, assertCreateInput, assertTime, type CreateInput } from "./inputs.ts";
import type { KeyCache } from "./key-cache.ts";
import type { Policy } from "./policy.ts";
import type { TokenRecord, TokenState } from "./record.ts";
import type { AdminAct, NewToken, Store, StoredToken } from "./stores/store.ts";
import { adminRow } from "./views.ts";

const IN_USE: readonly TokenState[] = ["created", "enabled"];
const ALL_STATES: readonly TokenState[] = ["created", "enabled", "deactivated", "deleted"];

/** The admin acts of a verifier. @see Verifier.admin, Administration.as */
export class Administration {
  readonly #store: Store;
  readonly #policy: Policy;
  readonly #keys: KeyCache;
  readonly #by: string | null;

  /** @param by the operator, for the audit log; null: not told */
  constructor(store: Store, policy: Policy, keys: KeyCache, by: string | null = null) {
    assertBy(by);
    this.#store = store;
    this.#policy = policy;
    this.#keys = keys;
    this.#by = by;
  }

  /**
   * The same acts, logged as this operator's.
   *
   * @throws {RangeError} unless `by` is 1 to 64 characters without control characters
   */
  as(by: string | null): Administration {
    return new Administration(this.#store, this.#policy, this.#keys, by);
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
    const token = this.#newToken(input, null);
    return this.#store.insert(token, adminRow(input.atUs ?? 0, "create", this.#by));
  }

  /** Takes a token out of use: its user may enroll another, its secret can be set up again. */
  async deactivate(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "deactivate", atUs, IN_USE, deactivated);
    this.#keys.drop(id);
  }

  /**
   * A new device in the place of one that is lost or broken: the old one is deactivated, its audit
   * row says "replace", and the new one created for the same user, in one write. The new one must
   * be enrolled. When it cannot be created the old one stays as it is.
   *
   * @throws {VerifierError} wrong-state, device-limit; secret-in-use for the old one's secret: the
   *   same device is deactivated, then created again
   * @throws {StoreError} "duplicate" when the label is taken
   */
  async replace(id: number, input: Omit<CreateInput, "user">, atUs = 0): Promise<number> {
    assertTime("atUs", atUs);
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const { user, record, version } = await this.#load(id);
      assertState(id, "replace", record, IN_USE);
      const owner = user === null ? {} : { user };
      const token = this.#newToken({ ...input, ...owner, atUs }, id);
      const audit = {
        ...adminRow(atUs, "replace", this.#by, `by "${input.label.slice(0, 100)}"`),
        token: id,
      };
      const retired = { id, version, record: deactivated(record), audit };
      const row = adminRow(atUs, "create", this.#by, `in the place of token ${id}`);
      const created = await this.#store.replace(retired, token, row);
      if (created === null) continue;
      this.#keys.drop(id);
      return created;
    }
    throw contention(id);
  }

  /** Lifts a lock and forgets failures; nothing but time, if the policy says so, else lifts it. */
  async unlock(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "unlock", atUs, IN_USE, unlocked);
  }

  /**
   * Sets the recorded offset of an enabled TOTP token, 0 to reset it. The watermark holds.
   *
   * @throws {RangeError} beyond the policy's cap, or for an HOTP token
   */
  async setOffset(id: number, offsetSteps: number, atUs: number): Promise<void> {
    assertOffset(offsetSteps, this.#policy);
    const change = (record: TokenRecord): TokenRecord =>
      withOffset(record, offsetSteps, this.#policy, atUs);
    await this.#administer(id, "offset", atUs, ["enabled"], change, offsetSteps);
  }

  /** Whether logins may move the offset of this token, where the policy lets them. */
  async setTracking(id: number, isTracked: boolean, atUs = 0): Promise<void> {
    await this.#administer(id, "tracking", atUs, IN_USE, (record) => ({ ...record, isTracked }));
  }

  /**
   * After an old backup was restored: all steps up to `atUs` count as consumed, for tombstones too.
   * Counters cannot be raised so: the ids of HOTP tokens in use are given, which need new secrets.
   */
  async raiseWatermarks(atUs: number): Promise<{ raised: number; hotpTokens: readonly number[] }> {
    assertTime("atUs", atUs);
    const hotpTokens: number[] = [];
    let count = 0;
    for (const { id, record } of await this.#store.list()) {
      if (record.parameters.kind === "hotp") {
        if (IN_USE.includes(record.state)) hotpTokens.push(id);
      } else if (raised(record, this.#policy, atUs) !== null) {
        const change = (now: TokenRecord): TokenRecord => raised(now, this.#policy, atUs) ?? now;
        await this.#administer(id, "raise-watermark", atUs, ALL_STATES, change);
        count++;
      }
    }
    return { raised: count, hotpTokens };
  }

  /** Deletes a token. Its secret goes; what it consumed is remembered by a keyed hash. */
  async delete(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "delete", atUs, ["created", "deactivated"], (record) => ({
      ...record,
      state: "deleted",
      trackedClock: null,
      remembered: null,
    }));
    this.#keys.drop(id);
  }

  /**
   * Seals all secrets under a new key, which the key file then holds: every secret and the audit
   * row, or none. Verifiers that are running go on, and read the new key file when they need it.
   *
   * @returns id of the new key; null when the store seals nothing
   */
  rotateKey(atUs = 0): Promise<string | null> {
    assertTime("atUs", atUs);
    return this.#store.rotateKey(adminRow(atUs, "rotate-key", this.#by));
  }

  /** @param replaced a token whose place the new one takes */
  #newToken(input: CreateInput, replaced: number | null): NewToken {
    assertCreateInput(input);
    const { label, user = null, secret } = input;
    return {
      label,
      user,
      secret,
      admit: (peers) => admit({ ...input, user, replaced }, this.#policy, peers),
    };
  }

  async #administer(
    id: number,
    act: AdminAct,
    atUs: number,
    states: readonly TokenState[],
    change: (record: TokenRecord) => TokenRecord,
    offsetSteps: number | null = null,
  ): Promise<void> {
    assertTime("atUs", atUs);
    for (let swap = 0; swap < MAX_SWAPS; swap++) {
      const token = await this.#load(id);
      assertState(id, act, token.record, states);
      const row = { ...adminRow(atUs, act, this.#by), token: id, offsetSteps };
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
    if (token === null) throw unknownToken(id);
    return token;
  }
}

/** Nobody knows this token. */
export function unknownToken(id: number): VerifierError {
  return new VerifierError("unknown-token", `there is no token ${id}`, "list the tokens");
}

function deactivated(record: TokenRecord): TokenRecord {
  return { ...record, state: "deactivated", remembered: null };
}

/** @throws {VerifierError} wrong-state */
function assertState(
  id: number,
  act: AdminAct,
  { state }: TokenRecord,
  states: readonly TokenState[],
): void {
  if (states.includes(state)) return;
  throw new VerifierError(
    "wrong-state",
    `token ${id} is ${state}; ${act} needs one that is ${states.join(" or ")}`,
    state === "enabled" ? "deactivate it first" : "list the tokens to see their states",
  );
}
