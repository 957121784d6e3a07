// Arrays of numbers that grow: a million tokens as objects would take a gigabyte.

/** A column grows by a quarter: that much is wasted at most, and a value is copied five times. */
const GROWTH = 1.25;
const FIRST_LENGTH = 64;

/** The typed arrays that columns are made of. */
interface ColumnType<A> {
  new (length: number): A;
}

interface Numbers {
  [index: number]: number;
  readonly length: number;
  set(values: ArrayLike<number>, offset?: number): void;
  fill(value: number): unknown;
}

/** Numbers by index, from 0; 0 where none was set. */
export class Column<A extends Numbers> {
  /** Valid until the next `reserve`. */
  values: A;
  readonly #type: ColumnType<A>;

  constructor(type: ColumnType<A>) {
    this.#type = type;
    this.values = new type(FIRST_LENGTH);
  }

  /** Makes room for `length` values. What was copied is overwritten: it may have been secret. */
  reserve(length: number): void {
    if (length <= this.values.length) return;
    const old = this.values;
    this.values = new this.#type(Math.max(length, Math.ceil(old.length * GROWTH)));
    this.values.set(old);
    old.fill(0);
  }

  get(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.reserve(index + 1);
    this.values[index] = value;
  }
}
