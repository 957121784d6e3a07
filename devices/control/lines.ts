// Lines of a stream, of bounded length.

/** What came with some bytes. */
export type LineEvent =
  | { readonly kind: "line"; readonly text: string }
  /** A line went over the limit: nothing behind it can be trusted, no more events follow. */
  | { readonly kind: "too-long" };

/** Cuts a byte stream at LF; CR before it and empty lines are dropped. */
export class LineSplitter {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #broken = false;

  /** @param maxBytes longest line, without its end */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that are complete with `bytes`. */
  feed(bytes: Uint8Array): readonly LineEvent[] {
    const events: LineEvent[] = [];
    let rest = bytes;
    while (rest.length > 0 && !this.#broken) {
      const end = rest.indexOf(0x0a);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      if (this.#length + piece.length > this.#maxBytes) {
        this.#broken = true;
        this.#pieces = [];
        events.push({ kind: "too-long" });
        break;
      }
      // The stream's buffer is used again: keep a copy.
      this.#pieces.push(piece.slice());
      this.#length += piece.length;
      if (end < 0) break;
      const text = this.#take();
      if (text !== "") events.push({ kind: "line", text });
      rest = rest.subarray(end + 1);
    }
    return events;
  }

  #take(): string {
    const text = Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    this.#length = 0;
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
