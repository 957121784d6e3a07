// The power of a smart token: on or off, and what happens when it fails in a write.

import { PowerFailure } from "./memory.ts";

/** Power, and who wants to know of it. */
export class Power {
  readonly #listeners = new Set<(on: boolean) => void>();
  #isOn = true;

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Switches it; listeners hear of changes only. */
  set(on: boolean): void {
    if (this.#isOn === on) return;
    this.#isOn = on;
    for (const listener of [...this.#listeners]) listener(on);
  }

  /** Calls `listener` at each change, in the order of registration. Returns how to stop that. */
  onChange(listener: (on: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs what may write to memory. When power fails in it: it is off, and `failed` is returned. */
  run<T>(act: () => T, failed: T): T {
    try {
      return act();
    } catch (error) {
      return this.failed(error, failed);
    }
  }

  /** What `run` does about an error. @throws the error, when it is no PowerFailure */
  failed<T>(error: unknown, failed: T): T {
    if (!(error instanceof PowerFailure)) throw error;
    this.set(false);
    return failed;
  }
}
