// From a 32-bit hash to indexes, by open addressing in one array of integers. The owner keeps what
// was hashed, and says which index is meant.

const EMPTY = 0;
const REMOVED = -1;
const FIRST_CAPACITY = 64;
/** Fuller than this the table doubles: with removed places counted, a look-up stays short. */
const MAX_LOAD = 0.6;

/**
 * Hashes are signed, as `|` and `^` give them.
 *
 * @see HashTable.find
 */
export class HashTable {
  /**
   * Two numbers a slot: 0 empty, -1 removed, else the index plus 1; then its hash. With that at
   * hand a look-up of what is not there reads one place of memory, and growing reads no other.
   */
  #slots = new Int32Array(2 * FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #taken = 0;

  /** The first index of this hash that `isMeant`; -1 for none. */
  find(hash: number, isMeant: (index: number) => boolean): number {
    const slot = this.#slotOf(hash, isMeant);
    return slot < 0 ? -1 : (this.#slots[2 * slot] as number) - 1;
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
    if (this.#taken + 1 > (this.#mask + 1) * MAX_LOAD) this.#grow();
    this.#put(hash, index);
    this.#taken++;
  }

  remove(hash: number, index: number): void {
    const slot = this.#slotOf(hash, (other) => other === index);
    if (slot >= 0) this.#slots[2 * slot] = REMOVED;
  }

  #slotOf(hash: number, isMeant: (index: number) => boolean): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const value = slots[2 * slot] as number;
      if (value === EMPTY) return -1;
      if (slots[2 * slot + 1] !== hash || value === REMOVED) continue;
      if (isMeant(value - 1)) return slot;
    }
  }

  #put(hash: number, index: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    while (slots[2 * slot] !== EMPTY) slot = (slot + 1) & mask;
    slots[2 * slot] = index + 1;
    slots[2 * slot + 1] = hash;
  }

  #grow(): void {
    const old = this.#slots;
    let live = 0;
    for (let at = 0; at < old.length; at += 2) if ((old[at] as number) > 0) live++;
    let capacity = FIRST_CAPACITY;
    while (live > (capacity * MAX_LOAD) / 2) capacity *= 2;
    this.#slots = new Int32Array(2 * capacity);
    this.#mask = capacity - 1;
    this.#taken = live;
    for (let at = 0; at < old.length; at += 2) {
      const value = old[at] as number;
      if (value > 0) this.#put(old[at + 1] as number, value - 1);
    }
  }
}
