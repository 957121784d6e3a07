// So many at a time: a hash of a password takes a core and up to 128 MiB.

import { PageRefusal } from "../refusal.ts";

/** @see Gate.run */
export class Gate {
  readonly #parallel: number;
  readonly #waiting: (() => void)[] = [];
  readonly #mostWaiting: number;
  #running = 0;

  /** @param parallel how many run at once @param mostWaiting how many wait; more are refused */
  constructor(parallel: number, mostWaiting: number) {
    this.#parallel = parallel;
    this.#mostWaiting = mostWaiting;
  }

  /** Runs `work` when it is its turn. @throws {PageRefusal} "busy" when too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#parallel) {
      if (this.#waiting.length >= this.#mostWaiting) throw new PageRefusal("busy");
      // Who is woken takes the place of who woke it: the count stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
