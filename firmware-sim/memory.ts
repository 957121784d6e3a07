// Non-volatile memory: survives power cycles, and a write takes place whole or not at all. A real
// part writes the new record beside the old one and then flips a marker; power that fails before
// the flip leaves the old record.

/** Power failed during a write. The token is off; the record is the old one. */
export class PowerFailure extends Error {
  override readonly name = "PowerFailure";
}

/** A token's non-volatile memory: named records. */
export class NonVolatileMemory<T> {
  #records: ReadonlyMap<string, T> = new Map();
  #writes = 0;
  #failAtWrite = 0;

  /** Writes so far: wear. */
  get writes(): number {
    return this.#writes;
  }

  /** All records, in the order they were first written. */
  get records(): ReadonlyMap<string, T> {
    return this.#records;
  }

  /** Power fails in the n-th next write (1 = the next one); 0 takes the fault back. */
  failWrite(afterWrites: number): void {
    this.#failAtWrite = afterWrites === 0 ? 0 : this.#writes + afterWrites;
  }

  /** Writes a record, or removes it with `undefined`. @throws {PowerFailure} when the fault strikes */
  write(name: string, record: T | undefined): void {
    const next = new Map(this.#records);
    if (record === undefined) next.delete(name);
    else next.set(name, record);
    this.#writes++;
    if (this.#writes === this.#failAtWrite) {
      this.#failAtWrite = 0;
      throw new PowerFailure("power failed during a write");
    }
    this.#records = next;
  }
}
