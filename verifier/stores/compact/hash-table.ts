// From a 32-bit hash to indexes, by open addressing in one array of integers. The owner keeps what
// was hashed, and says which index is meant.

const EMPTY = 0;
const REMOVED = -1;
const FIRST_CAPACITY = 64;
/** Fuller than this the table doubles: with removed places counted, a look-up stays short. */
const MAX_LOAD = 0.6;

/** @see HashTable.find */
export class HashTable {
  /** 0 empty, -1 removed, else the index plus 1. */
  #slots = new Int32Array(FIRST_CAPACITY);
  #taken = 0;
  readonly #hashOf: (index: number) => number;

  /** @param hashOf the hash of what an index of the table stands for */
  constructor(hashOf: (index: number) => number) {
    this.#hashOf = hashOf;
  }

  /** The first index of this hash that `isMeant`; -1 for none. */
  find(hash: number, isMeant: (index: number) => boolean): number {
    const slot = this.#slotOf(hash, isMeant);
    return slot < 0 ? -1 : (this.#slots[slot] ?? 0) - 1;
  }

  /** Every index of this hash that `isMeant`, in no order. */
  findAll(hash: number, isMeant: (index: number) => boolean): number[] {
    const found: number[] = [];
    this.#slotOf(hash, (index) => {
      if (isMeant(index)) found.push(index);
      return false;
    });
    return found;
  }

  add(hash: number, index: number): void {
    if (this.#taken + 1 > this.#slots.length * MAX_LOAD) this.#grow();
    this.#put(hash, index);
    this.#taken++;
  }

  remove(hash: number, index: number): void {
    const slot = this.#slotOf(hash, (other) => other === index);
    if (slot >= 0) this.#slots[slot] = REMOVED;
  }

  #slotOf(hash: number, isMeant: (index: number) => boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] ?? EMPTY;
      if (value === EMPTY) return -1;
      if (value !== REMOVED && isMeant(value - 1)) return slot;
    }
  }

  #put(hash: number, index: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }

  #grow(): void {
    const old = this.#slots;
    const live = old.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
    let capacity = FIRST_CAPACITY;
    while (live > (capacity * MAX_LOAD) / 2) capacity *= 2;
    this.#slots = new Int32Array(capacity);
    this.#taken = live;
    for (const value of old) if (value > 0) this.#put(this.#hashOf(value - 1), value - 1);
  }
}
