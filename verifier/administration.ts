// What operators do to tokens: register, take out of use, replace, unlock, correct. Each act is
// one write by compare-and-swap with its audit row, and none lowers a watermark.

import { assertOffset, raised, unlocked, withOffset } from "./admin-acts.ts";
import { admit } from "./admission.ts";
import { contention, MAX_SWAPS } from "./contention.ts";
import { VerifierError } from "./errors.ts";
import { assertCreateInput, assertTime, type CreateInput } from "./inputs.ts";
import type { KeyCache } from "./key-cache.ts";
import type { Policy } from "./policy.ts";
import type { TokenRecord, TokenState } from "./record.ts";
import type { AdminAct, Peers, Store, StoredToken } from "./stores/store.ts";
import { adminRow } from "./views.ts";

const IN_USE: readonly TokenState[] = ["created", "enabled"];
const ALL_STATES: readonly TokenState[] = ["created", "enabled", "deactivated", "deleted"];

/** The admin acts of a verifier. @see Verifier.admin */
export class Administration {
  readonly #store: Store;
  readonly #policy: Policy;
  readonly #keys: KeyCache;

  constructor(store: Store, policy: Policy, keys: KeyCache) {
    this.#store = store;
    this.#policy = policy;
    this.#keys = keys;
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
    return this.#insert(input, null);
  }

  /** Takes a token out of use: its user may enroll another, its secret can be set up again. */
  async deactivate(id: number, atUs = 0): Promise<void> {
    await this.#administer(id, "deactivate", atUs, IN_USE, deactivated);
    this.#keys.drop(id);
  }

  /**
   * A new device in the place of one that is lost or broken: the new one is created for the same
   * user, then the old one deactivated, whose audit row says "replace". The new one must be
   * enrolled. When it cannot be created the old one stays as it is.
   *
   * @throws {VerifierError} wrong-state, device-limit; secret-in-use for the old one's secret: the
   *   same device is deactivated, then created again
   * @throws {StoreError} "duplicate" when the label is taken
   */
  async replace(id: number, input: Omit<CreateInput, "user">, atUs = 0): Promise<number> {
    const { user, record } = await this.#load(id);
    assertState(id, "replace", record, IN_USE);
    // Created first, as pending: if the process stops in between, the user still has the old one.
    const owner = user === null ? {} : { user };
    const created = await this.#insert({ ...input, ...owner, atUs }, id);
    await this.#administer(id, "replace", atUs, IN_USE, deactivated);
    this.#keys.drop(id);
    return created;
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

  /** @param replaced a token whose place the new one takes */
  async #insert(input: CreateInput, replaced: number | null): Promise<number> {
    assertCreateInput(input);
    const { label, user = null, secret, atUs = 0 } = input;
    const admitted = (peers: Peers): TokenRecord =>
      admit({ ...input, user, replaced }, this.#policy, peers);
    return this.#store.insert({ label, user, secret, admit: admitted }, adminRow(atUs, "create"));
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
      const row = { ...adminRow(atUs, act), token: id, offsetSteps };
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
