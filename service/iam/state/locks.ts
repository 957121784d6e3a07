// One act at a time on one thing: enabling a device looks at its user's other devices first, and
// nothing may come in between.

import { IamFault } from "../fault.ts";

/** Most acts that wait for one thing; more are refused. */
export const MAX_WAITING = 1000;

/** @see Locks.run */
export class Locks {
  readonly #tails = new Map<string, { tail: Promise<void>; count: number }>();

  /**
   * Runs `work` when the acts on `key` that came before are done, whether they worked or not.
   *
   * @throws {IamFault} Throttling when MAX_WAITING wait already: clients try again
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const entry = this.#tails.get(key) ?? { tail: Promise.resolve(), count: 0 };
    if (entry.count >= MAX_WAITING) throw new IamFault("Throttling", "Rate exceeded");
    this.#tails.set(key, entry);
    entry.count++;
    const done = entry.tail.then(work);
    entry.tail = done.then(
      () => {},
      () => {},
    );
    try {
      return await done;
    } finally {
      entry.count--;
      if (entry.count === 0) this.#tails.delete(key);
    }
  }
}
