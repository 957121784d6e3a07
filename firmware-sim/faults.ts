// Faults on the line from the token, made on purpose.

/** What can befall bytes on their way to the host. */
export type LineFault =
  | { readonly kind: "drop"; readonly bytes: number }
  | { readonly kind: "corrupt"; readonly bytes: number }
  | { readonly kind: "garbage"; readonly bytes: number }
  | { readonly kind: "delay"; readonly byMs: number }
  | { readonly kind: "mute" }
  | { readonly kind: "disconnect"; readonly afterBytes: number };

/** Where bytes go that survive, and what a disconnect does. */
export interface FaultyLineOptions {
  readonly write: (bytes: Uint8Array) => void;
  readonly disconnect: () => void;
  /** Runs something after host time, milliseconds; returns how to cancel it. */
  readonly later: (run: () => void, byMs: number) => () => void;
}

/** A line from the token to the host that does its bytes harm when told to; else it is transparent. */
export class FaultyLine {
  readonly #options: FaultyLineOptions;
  #faults: LineFault[] = [];
  #muted = false;
  #delayed: { readonly chunks: Uint8Array[]; readonly cancel: () => void } | undefined;

  constructor(options: FaultyLineOptions) {
    this.#options = options;
  }

  /** Faults apply one after another, in the order they were injected. */
  inject(fault: LineFault): void {
    if (fault.kind === "mute") this.#muted = true;
    else this.#faults.push(fault);
  }

  /** Power was cycled: a mute token speaks again; what was on its way is lost. */
  reset(): void {
    this.#muted = false;
    this.#delayed?.cancel();
    this.#delayed = undefined;
  }

  /** Bytes from the token. */
  send(bytes: Uint8Array): void {
    if (this.#muted) return;
    // A token answers in order: what follows a late answer is at least as late.
    if (this.#delayed !== undefined) {
      this.#delayed.chunks.push(bytes);
      return;
    }
    let rest = bytes;
    while (rest.length > 0 && this.#faults.length > 0) {
      const fault = this.#faults.shift() as LineFault;
      const left = this.#apply(fault, rest);
      if (left === null) return;
      rest = left;
    }
    if (rest.length > 0) this.#options.write(rest);
  }

  /** Applies one fault and returns the bytes that go on; null when none do for now. */
  #apply(fault: LineFault, bytes: Uint8Array): Uint8Array | null {
    switch (fault.kind) {
      case "drop":
        if (fault.bytes > bytes.length) {
          this.#faults.unshift({ kind: "drop", bytes: fault.bytes - bytes.length });
        }
        return bytes.subarray(fault.bytes);
      case "corrupt":
        return bytes.map((byte, at) => (at < fault.bytes ? byte ^ 0x40 : byte));
      case "garbage": {
        const noise = Uint8Array.from({ length: fault.bytes }, (_, at) => (at * 89 + 0x81) & 0xff);
        this.#options.write(noise);
        return bytes;
      }
      case "delay":
        this.#delay(bytes, fault.byMs);
        return null;
      case "disconnect":
        if (fault.afterBytes > bytes.length) {
          this.#faults.unshift({
            kind: "disconnect",
            afterBytes: fault.afterBytes - bytes.length,
          });
          this.#options.write(bytes);
          return null;
        }
        if (fault.afterBytes > 0) this.#options.write(bytes.subarray(0, fault.afterBytes));
        this.#options.disconnect();
        return null;
      case "mute":
        this.#muted = true;
        return null;
    }
  }

  #delay(bytes: Uint8Array, byMs: number): void {
    const chunks = [bytes];
    const cancel = this.#options.later(() => {
      this.#delayed = undefined;
      for (const chunk of chunks) this.send(chunk);
    }, byMs);
    this.#delayed = { chunks, cancel };
  }
}
