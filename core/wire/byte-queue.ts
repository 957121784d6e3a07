// Bytes of a stream that are not yet a whole frame. One growing buffer: pieces of one byte cost no
// more than pieces of many.

import { copyBytes } from "./bytes.ts";

const FIRST_CAPACITY = 256;

/** A queue of bytes. Whoever uses it takes frames out at once, and so bounds it. */
export class ByteQueue {
  #buffer = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;

  /** Bytes held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Appends a copy of `bytes`. */
  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#buffer.length) this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The first `count` bytes, or fewer, as a view that is good until the next call. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#start + count, this.#end));
  }

  /** Removes the first `count` bytes and returns a copy of them; fewer when it holds fewer. */
  take(count: number): Uint8Array {
    const taken = copyBytes(this.peek(count));
    this.skip(count);
    return taken;
  }

  /** Removes the first `count` bytes, or fewer, and returns how many. */
  skip(count: number): number {
    const skipped = Math.min(count, this.length);
    this.#start += skipped;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
    return skipped;
  }

  /** Forgets all, and gives the memory back. */
  clear(): void {
    this.#buffer = new Uint8Array(FIRST_CAPACITY);
    this.#start = 0;
    this.#end = 0;
  }

  #makeRoom(count: number): void {
    const held = this.length;
    let capacity = this.#buffer.length;
    while (capacity < held + count) capacity *= 2;
    const roomy = capacity === this.#buffer.length ? this.#buffer : new Uint8Array(capacity);
    roomy.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = roomy;
    this.#start = 0;
    this.#end = held;
  }
}
