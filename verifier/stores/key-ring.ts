// The keys a process has: read from the key file, and read again when a row was sealed under one it
// does not know, because another process has rotated the key.

import { keyError, readKeyFile, readOrMakeKeyFile } from "./key-file.ts";
import { keyIdOf, SealError, type SealingKey, seal, secretPlace, unseal } from "./seal.ts";
import { StoreError } from "./store.ts";

/** @see KeyRing.open */
export class KeyRing {
  readonly path: string;
  #keys: readonly SealingKey[];

  /** The keys of the file as they are; it may not exist yet. */
  constructor(path: string) {
    this.path = path;
    this.#keys = readKeyFile(path);
  }

  /** The key for a new database: the newest one of the file, which is made if there is none. */
  first(): SealingKey {
    this.#keys = readOrMakeKeyFile(this.path);
    return this.#keys[0] as SealingKey;
  }

  /** The key of this id. @throws {StoreError} "key" when the file does not hold it */
  key(id: string): SealingKey {
    const known = this.#keys.find((key) => key.id === id);
    if (known !== undefined) return known;
    this.#keys = readKeyFile(this.path);
    const found = this.#keys.find((key) => key.id === id);
    if (found !== undefined) return found;
    const what = this.#keys.length === 0 ? "there is none" : `it holds ${this.ids().join(", ")}`;
    throw keyError(
      `the secrets are sealed under key ${id} of key file ${this.path}; ${what}`,
      "put the key file back from its copy; nothing in the database was changed",
    );
  }

  /** Seals for a place, under the key of this id. */
  seal(id: string, plain: Uint8Array, place: string): Uint8Array {
    return seal(this.key(id), plain, place);
  }

  /** @throws {StoreError} "key", or "corrupt" when it does not open */
  open(sealed: Uint8Array, place: string): Uint8Array {
    try {
      return unseal(this.key(keyIdOf(sealed)), sealed, place);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      throw new StoreError(
        "corrupt",
        `the secret of ${place} ${error.message}`,
        "restore the database from a backup",
        error,
      );
    }
  }

  /** The secret of a token; empty for a deleted one. */
  secretOf(id: number, sealed: Uint8Array): Uint8Array {
    return sealed.length === 0 ? new Uint8Array(0) : this.open(sealed, secretPlace(id));
  }

  ids(): readonly string[] {
    return this.#keys.map(({ id }) => id);
  }
}
