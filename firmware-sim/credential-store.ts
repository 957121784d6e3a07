// The token's credentials: in non-volatile memory, one a slot, and read into RAM at power-on.

import { decodeCredential, encodeCredential } from "./credential-record.ts";
import { FirmwareError, type StoredCredential } from "./emulated-token.ts";
import type { NonVolatileMemory } from "./memory.ts";

/** What is in the slots. Every change is in non-volatile memory before RAM shows it. */
export class CredentialStore {
  readonly #memory: NonVolatileMemory;
  #slots: (StoredCredential | undefined)[] = [];

  constructor(memory: NonVolatileMemory) {
    this.#memory = memory;
    this.load();
  }

  /** Reads all slots again: what RAM held is lost with the power. */
  load(): void {
    this.#slots = Array.from({ length: this.#memory.slots }, (_, slot) => {
      const record = this.#memory.read(slot);
      return record === undefined ? undefined : decodeCredential(record);
    });
  }

  /** In the order of their slots. */
  all(): readonly StoredCredential[] {
    return this.#slots.filter((credential) => credential !== undefined);
  }

  find(name: string): StoredCredential | undefined {
    return this.#slots.find((credential) => credential?.name === name);
  }

  /**
   * Writes a credential in the place of the one with its name, else in the first free slot.
   *
   * @throws {FirmwareError} full
   * @throws {PowerFailure}
   */
  put(credential: StoredCredential): void {
    const slot = this.#slotOf(credential.name) ?? this.#freeSlot();
    this.#memory.write(slot, encodeCredential(credential));
    this.#slots[slot] = credential;
  }

  /** @throws {FirmwareError} no-credential @throws {PowerFailure} */
  remove(name: string): void {
    const slot = this.#slotOf(name);
    if (slot === undefined) throw noCredential(name);
    this.#memory.erase(slot);
    this.#slots[slot] = undefined;
  }

  #slotOf(name: string): number | undefined {
    const slot = this.#slots.findIndex((credential) => credential?.name === name);
    return slot < 0 ? undefined : slot;
  }

  #freeSlot(): number {
    const slot = this.#slots.indexOf(undefined);
    if (slot >= 0) return slot;
    throw new FirmwareError("full", `all ${this.#slots.length} slots are used`);
  }
}

/** The refusal for a name nobody has. */
export function noCredential(name: string): FirmwareError {
  return new FirmwareError("no-credential", `there is no credential "${name}"`);
}
