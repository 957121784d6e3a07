// Non-volatile memory: slots of two banks each, written like flash. A record goes into the bank
// that is not in use, its commit mark last; until then the other bank counts. So power may fail at
// any point of a write, and what is read afterwards is the old record or the new one, whole.

/** Power failed while memory was written. */
export class PowerFailure extends Error {
  override readonly name = "PowerFailure";
  constructor() {
    super("power failed while memory was written");
  }
}

/** What an erased byte reads as. */
const ERASED = 0xff;

interface Bank {
  committed: boolean;
  /** The higher of two committed ones is the newer record. */
  sequence: number;
  bytes: Uint8Array;
}

interface Slot {
  readonly banks: readonly [Bank, Bank];
}

interface PlannedFailure {
  writesLeft: number;
  /** How far the write gets, from 0 (not begun) to 1 (done, and then the power fails). */
  readonly progress: number;
}

/** The memory chip of a token. It outlives the power, and can be moved to another token. */
export class NonVolatileMemory {
  readonly #slots: readonly Slot[];
  #planned: PlannedFailure | undefined;
  readonly #onWrite: () => void;
  #writes = 0;

  /**
   * @param onWrite called after each write, in the same call: a state file is due then
   * @throws {RangeError} when `slots` is no whole number from 1 to 4096
   */
  constructor(slots: number, onWrite: () => void = () => {}) {
    if (!Number.isInteger(slots) || slots < 1 || slots > 4096) {
      throw new RangeError(`slots must be a whole number from 1 to 4096, got ${slots}`);
    }
    this.#slots = Array.from({ length: slots }, () => ({ banks: [erasedBank(), erasedBank()] }));
    this.#onWrite = onWrite;
  }

  get slots(): number {
    return this.#slots.length;
  }

  /** Writes begun so far; what wears a chip out. */
  get writes(): number {
    return this.#writes;
  }

  /** A copy of the record in `slot`; undefined when there is none. */
  read(slot: number): Uint8Array | undefined {
    const bank = currentBank(this.#slot(slot).banks);
    return bank === undefined || bank.bytes.length === 0 ? undefined : bank.bytes.slice();
  }

  /**
   * Replaces the record in `slot`, whole or not at all.
   *
   * @throws {PowerFailure} when one was planned for this write: old or new record, never half
   */
  write(slot: number, record: Uint8Array): void {
    const { banks } = this.#slot(slot);
    const current = currentBank(banks);
    const spare = banks[0] === current ? banks[1] : banks[0];
    const failsAt = this.#beginWrite();
    spare.committed = false;
    spare.sequence = (current?.sequence ?? 0) + 1;
    spare.bytes = programmed(record, failsAt ?? 1);
    if (failsAt !== undefined && failsAt < 1) throw new PowerFailure();
    spare.committed = true;
    if (failsAt !== undefined) throw new PowerFailure();
    // Nothing of the old secret stays behind.
    if (current !== undefined) erase(current);
    this.#onWrite();
  }

  /** Removes the record in `slot`. A write as well. @throws {PowerFailure} as `write` */
  erase(slot: number): void {
    this.write(slot, new Uint8Array(0));
  }

  /**
   * Plans a power failure in the n-th next write (1 = the next one). A new plan replaces the old.
   *
   * @param progress how far that write gets: 0 not begun, 1 done before the power fails
   * @throws {RangeError}
   */
  failWrite(afterWrites: number, progress = 0.5): void {
    if (!Number.isInteger(afterWrites) || afterWrites < 1) {
      throw new RangeError(`afterWrites must be a whole number from 1, got ${afterWrites}`);
    }
    if (!(progress >= 0 && progress <= 1)) {
      throw new RangeError(`progress must be from 0 to 1, got ${progress}`);
    }
    this.#planned = { writesLeft: afterWrites, progress };
  }

  /** Takes back a failure that was planned and did not come. */
  cancelFailure(): void {
    this.#planned = undefined;
  }

  /** How far this write gets before the power fails; undefined when it does not. */
  #beginWrite(): number | undefined {
    this.#writes++;
    const planned = this.#planned;
    if (planned === undefined) return undefined;
    planned.writesLeft--;
    if (planned.writesLeft > 0) return undefined;
    this.#planned = undefined;
    return planned.progress;
  }

  #slot(index: number): Slot {
    const slot = this.#slots[index];
    if (slot === undefined) throw new RangeError(`there is no slot ${index}`);
    return slot;
  }
}

function erasedBank(): Bank {
  return { committed: false, sequence: 0, bytes: new Uint8Array(0) };
}

function erase(bank: Bank): void {
  bank.committed = false;
  bank.bytes.fill(ERASED);
}

/** What a bank holds when a write got so far: the rest of it is erased. */
function programmed(record: Uint8Array, progress: number): Uint8Array {
  const bytes = new Uint8Array(record.length).fill(ERASED);
  bytes.set(record.subarray(0, Math.floor(record.length * progress)));
  return bytes;
}

/** The newest committed bank. */
function currentBank([first, second]: Slot["banks"]): Bank | undefined {
  if (!second.committed) return first.committed ? first : undefined;
  return first.committed && first.sequence > second.sequence ? first : second;
}
