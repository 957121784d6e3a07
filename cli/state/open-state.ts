// The verifier over a state file, as enroll, verify and resync use it.

import { existsSync } from "node:fs";
import type { PresetName } from "../../verifier/policy.ts";
import { policyOf } from "../../verifier/policy.ts";
import { openStore } from "../../verifier/stores/open.ts";
import { isPostgres } from "../../verifier/stores/postgres-spec.ts";
import type { Store, StoredToken } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { UsageError } from "../usage-error.ts";

/** A state file that is open. */
export class State implements AsyncDisposable {
  readonly verifier: Verifier;
  readonly #store: Store;
  readonly #path: string;

  private constructor(store: Store, path: string, preset: PresetName) {
    this.#store = store;
    this.#path = path;
    this.verifier = new Verifier({ store, policy: policyOf(preset) });
  }

  /**
   * Opens the state at `path`.
   *
   * @param mayCreate whether a missing file is made
   * @throws {UsageError} when it is missing and may not be made
   * @throws {StoreError} when it cannot be used
   */
  static async open(path: string, preset: PresetName, mayCreate: boolean): Promise<State> {
    if (!mayCreate && !isPostgres(path) && !existsSync(path)) {
      const hint = "oathbed enroll makes it; --state names another one";
      throw new UsageError(`there is no state file ${path}`, hint);
    }
    return new State(await openStore(path), path, preset);
  }

  /** The token of this label; null when there is none. */
  find(label: string): Promise<StoredToken | null> {
    return this.#store.find(label);
  }

  /** @throws {UsageError} when there is no token of this label; names those there are */
  async tokenOf(label: string): Promise<StoredToken> {
    const token = await this.#store.find(label);
    if (token !== null) return token;
    const labels = (await this.#store.list()).map((one) => one.label).filter(Boolean);
    const some = labels.slice(0, 10).join(", ");
    const hint = labels.length === 0 ? `oathbed enroll ${label} makes one` : `there are ${some}`;
    const shown = JSON.stringify(label.slice(0, 60));
    // The URL of a database may hold its password.
    const where = isPostgres(this.#path) ? "the database" : this.#path;
    throw new UsageError(`${where} holds no token ${shown}`, hint);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }
}
