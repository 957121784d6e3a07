// Arrays of numbers that grow: a million tokens as objects would take a gigabyte.

/** Columns grow by so many bytes at once, where they lie: little is wasted, nothing is copied. */
const STEP_BYTES = 65_536;
const FIRST_BYTES = 512;
/** Addresses set aside for a column; one that needs more moves into four times as many. */
const FIRST_RESERVED_BYTES = 67_108_864;

/** The typed arrays that columns are made of. */
interface ColumnType<A> {
  new (buffer: ArrayBuffer): A;
  readonly BYTES_PER_ELEMENT: number;
}

interface Numbers {
  [index: number]: number;
  readonly buffer: ArrayBufferLike;
  readonly length: number;
  set(values: ArrayLike<number>, offset?: number): void;
  fill(value: number): unknown;
}

/** Numbers by index, from 0; 0 where none was set. */
export class Column<A extends Numbers> {
  /** Valid until the next `reserve`. */
  values: A;
  readonly #type: ColumnType<A>;
  #buffer: ArrayBuffer;

  /** @param reservedBytes addresses set aside at first */
  constructor(type: ColumnType<A>, reservedBytes: number = FIRST_RESERVED_BYTES) {
    this.#type = type;
    this.#buffer = new ArrayBuffer(FIRST_BYTES, { maxByteLength: reservedBytes });
    this.values = new type(this.#buffer);
  }

  /** Makes room for `length` values. What was copied is overwritten: it may have been secret. */
  reserve(length: number): void {
    const bytes = length * this.#type.BYTES_PER_ELEMENT;
    if (bytes <= this.#buffer.byteLength) return;
    const whole = STEP_BYTES * Math.ceil(bytes / STEP_BYTES);
    if (whole <= this.#buffer.maxByteLength) {
      this.#buffer.resize(whole);
      return;
    }
    const old = this.values;
    const maxByteLength = Math.max(4 * this.#buffer.maxByteLength, whole);
    this.#buffer = new ArrayBuffer(whole, { maxByteLength });
    this.values = new this.#type(this.#buffer);
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
