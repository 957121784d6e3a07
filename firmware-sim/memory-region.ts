// A part of a token's memory: each applet has its own slots, numbered from 0.

import type { NonVolatileMemory } from "./memory.ts";

/** Slots of a memory chip that one applet uses. */
export class MemoryRegion {
  readonly #memory: NonVolatileMemory;
  readonly #first: number;
  readonly slots: number;

  /** @throws {RangeError} when the memory has not that many slots */
  constructor(memory: NonVolatileMemory, first: number, slots: number) {
    if (first < 0 || slots < 1 || first + slots > memory.slots) {
      throw new RangeError(`slots ${first} to ${first + slots - 1} are not in the memory`);
    }
    this.#memory = memory;
    this.#first = first;
    this.slots = slots;
  }

  /** @see NonVolatileMemory.read */
  read(slot: number): Uint8Array | undefined {
    return this.#memory.read(this.#at(slot));
  }

  /** @see NonVolatileMemory.write @throws {PowerFailure} */
  write(slot: number, record: Uint8Array): void {
    this.#memory.write(this.#at(slot), record);
  }

  /** @see NonVolatileMemory.erase @throws {PowerFailure} */
  erase(slot: number): void {
    this.#memory.erase(this.#at(slot));
  }

  #at(slot: number): number {
    if (slot >= 0 && slot < this.slots) return this.#first + slot;
    throw new RangeError(`there is no slot ${slot} in this part of the memory`);
  }
}
