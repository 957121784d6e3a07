// Faults on the line from the token, made on purpose.

/** What can befall bytes on their way to the host. Each applies once; "mute" until power is cut. */
export type LineFault =
  /** The next bytes vanish. */
  | { readonly kind: "drop"; readonly bytes: number }
  /** The next bytes arrive with bit 6 flipped. */
  | { readonly kind: "corrupt"; readonly bytes: number }
  /** So many bytes of noise come before the next ones. */
  | { readonly kind: "garbage"; readonly bytes: number }
  /** The next bytes come late, host time, and all that follow after them. */
  | { readonly kind: "delay"; readonly byMs: number }
  /** Nothing comes any more. */
  | { readonly kind: "mute" }
  /** After so many more bytes the port goes away; 0: when the token next sends. */
  | { readonly kind: "disconnect"; readonly afterBytes: number };

/** Where bytes go that survive, and what a disconnect does. */
export interface FaultyLineOptions {
  readonly write: (bytes: Uint8Array) => void;
  readonly disconnect: () => void;
  /** Runs something after host time, milliseconds; returns how to cancel it. */
  readonly later: (run: () => void, byMs: number) => () => void;
}

/** Most bytes that one fault is about. */
const MAX_FAULT_BYTES = 1_048_576;
/** Longest delay, milliseconds. */
const MAX_DELAY_MS = 600_000;
/** Most faults that wait for their turn. */
const MAX_FAULTS = 1000;
/** What "corrupt" flips: a digit becomes another character that can be printed. */
const FLIPPED_BIT = 0x40;

/**
 * A line from the token to the host that does its bytes harm when told to; else it is transparent.
 * Faults apply one after another, in the order they were injected, each to the bytes that the one
 * before it has left: that is the fault plan. How the token cuts its bytes into pieces does not
 * matter.
 */
export class FaultyLine {
  readonly #options: FaultyLineOptions;
  #faults: LineFault[] = [];
  #muted = false;
  #delayed: { readonly chunks: Uint8Array[]; readonly cancel: () => void } | undefined;

  constructor(options: FaultyLineOptions) {
    this.#options = options;
  }

  /**
   * Plans a fault; "mute" is at once.
   *
   * @throws {RangeError} for a size or a delay out of range, or when 1,000 faults wait already
   */
  inject(fault: LineFault): void {
    assertFault(fault);
    if (this.#faults.length >= MAX_FAULTS) {
      throw new RangeError(`${MAX_FAULTS} faults wait already; let the token send something`);
    }
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
    while (rest.length > 0) {
      const fault = this.#faults.shift();
      if (fault === undefined) {
        this.#options.write(rest);
        return;
      }
      rest = this.#apply(fault, rest);
    }
  }

  /** Applies one fault and returns the bytes that are left for the next one. */
  #apply(fault: LineFault, bytes: Uint8Array): Uint8Array {
    switch (fault.kind) {
      case "drop":
        this.#carryOver(fault, fault.bytes - bytes.length);
        return bytes.subarray(fault.bytes);
      case "corrupt": {
        this.#carryOver(fault, fault.bytes - bytes.length);
        const hit = bytes.subarray(0, fault.bytes);
        this.#write(hit.map((byte) => byte ^ FLIPPED_BIT));
        return bytes.subarray(fault.bytes);
      }
      case "garbage":
        this.#write(noise(fault.bytes));
        return bytes;
      case "delay":
        this.#delay(bytes, fault.byMs);
        return NOTHING;
      case "disconnect":
        return this.#disconnect(fault.afterBytes, bytes);
      case "mute":
        this.#muted = true;
        return NOTHING;
    }
  }

  /** What this piece was too short for befalls the next one. */
  #carryOver(fault: { readonly kind: "drop" | "corrupt" }, bytes: number): void {
    if (bytes > 0) this.#faults.unshift({ kind: fault.kind, bytes });
  }

  #disconnect(afterBytes: number, bytes: Uint8Array): Uint8Array {
    this.#write(bytes.subarray(0, afterBytes));
    if (afterBytes > bytes.length) {
      this.#faults.unshift({ kind: "disconnect", afterBytes: afterBytes - bytes.length });
    } else {
      this.#options.disconnect();
    }
    return NOTHING;
  }

  #delay(bytes: Uint8Array, byMs: number): void {
    const chunks = [bytes];
    const cancel = this.#options.later(() => {
      this.#delayed = undefined;
      for (const chunk of chunks) this.send(chunk);
    }, byMs);
    this.#delayed = { chunks, cancel };
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#options.write(bytes);
  }
}

const NOTHING = new Uint8Array(0);

/** Every byte value in turn, the same each time; never a prompt. */
function noise(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 89 + 0x81) & 0xff);
}

function assertFault(fault: LineFault): void {
  switch (fault.kind) {
    case "drop":
    case "corrupt":
    case "garbage":
      assertWhole("bytes", fault.bytes, 1, MAX_FAULT_BYTES);
      break;
    case "delay":
      assertWhole("byMs", fault.byMs, 0, MAX_DELAY_MS);
      break;
    case "disconnect":
      assertWhole("afterBytes", fault.afterBytes, 0, MAX_FAULT_BYTES);
      break;
    case "mute":
      break;
  }
}

function assertWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} must be a whole number from ${low} to ${high}, got ${value}`);
}
