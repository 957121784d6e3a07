// Short byte strings by index, which may be replaced by longer and shorter ones: those of about one
// length lie in one slab, whose free places are used again.

import { Column } from "./columns.ts";

/** Lengths are rounded up to this, bytes. */
const GRAIN = 2;
/** Before each string stands its length, 16 bits. */
const HEAD = 2;
/** Longest string, bytes. */
export const MAX_SLAB_BYTES = 0xffff;

interface Slab {
  readonly size: number;
  readonly bytes: Column<Uint8Array>;
  used: number;
  readonly free: number[];
}

/** @see Slabs.set */
export class Slabs {
  /** By size in grains. */
  readonly #slabs = new Map<number, Slab>();
  /** By index: size in grains, 0 for none; place in the slab. */
  readonly #grains = new Column<Uint16Array>(Uint16Array);
  readonly #places = new Column<Uint32Array>(Uint32Array);

  /** A view, valid until a string of about this length is added. Empty where none was set. */
  get(index: number): Uint8Array {
    const slab = this.#slabs.get(this.#grains.get(index));
    if (slab === undefined) return new Uint8Array(0);
    const { values } = slab.bytes;
    const start = this.#places.get(index) * slab.size;
    const length = ((values[start] ?? 0) << 8) | (values[start + 1] ?? 0);
    return values.subarray(start + HEAD, start + HEAD + length);
  }

  /** Copies `bytes`; what was there is overwritten. @throws {RangeError} above MAX_SLAB_BYTES */
  set(index: number, bytes: Uint8Array): void {
    if (bytes.length > MAX_SLAB_BYTES) {
      throw new RangeError(`at most ${MAX_SLAB_BYTES} bytes, got ${bytes.length}`);
    }
    const grains = Math.ceil((HEAD + bytes.length) / GRAIN);
    if (this.#grains.get(index) !== grains) {
      this.remove(index);
      this.#grains.set(index, grains);
      this.#places.set(index, this.#placeIn(this.#slabOf(grains)));
    }
    const { size, bytes: column } = this.#slabOf(grains);
    const start = this.#places.get(index) * size;
    column.values[start] = bytes.length >> 8;
    column.values[start + 1] = bytes.length & 0xff;
    column.values.set(bytes, start + HEAD);
  }

  /** Overwrites the string of this index, and frees its place. */
  remove(index: number): void {
    const slab = this.#slabs.get(this.#grains.get(index));
    if (slab === undefined) return;
    const place = this.#places.get(index);
    slab.bytes.values.fill(0, place * slab.size, (place + 1) * slab.size);
    slab.free.push(place);
    this.#grains.set(index, 0);
  }

  /** Overwrites all of them. */
  clear(): void {
    for (const { bytes } of this.#slabs.values()) bytes.values.fill(0);
    this.#slabs.clear();
    this.#grains.values.fill(0);
  }

  #slabOf(grains: number): Slab {
    const known = this.#slabs.get(grains);
    if (known !== undefined) return known;
    const slab: Slab = {
      size: grains * GRAIN,
      bytes: new Column<Uint8Array>(Uint8Array),
      used: 0,
      free: [],
    };
    this.#slabs.set(grains, slab);
    return slab;
  }

  #placeIn(slab: Slab): number {
    const freed = slab.free.pop();
    if (freed !== undefined) return freed;
    slab.bytes.reserve((slab.used + 1) * slab.size);
    return slab.used++;
  }
}
