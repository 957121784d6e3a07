// Requests that come at a time, taken together: the first waits for the others of this turn of the
// event loop, the next ones for the group before them. Nothing waits for a fixed time.

import { StoreError } from "./store.ts";

/** @see GroupQueue */
export interface GroupQueueOptions<Item, Answer> {
  /** Does the items of a group, and answers each; rejects for all of them. */
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Most items of a group. */
  readonly maxItems: number;
  /** Most groups at a time. */
  readonly maxGroups: number;
}

/** Most items that wait; more are refused as "busy". An import counts as one. */
const MAX_WAITING = 1_000_000;

interface Waiting<Item, Answer> {
  readonly item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** @see GroupQueueOptions */
export class GroupQueue<Item, Answer> {
  readonly #options: GroupQueueOptions<Item, Answer>;
  #waiting: Waiting<Item, Answer>[] = [];
  #running = new Set<Promise<void>>();
  #isScheduled = false;

  constructor(options: GroupQueueOptions<Item, Answer>) {
    this.#options = options;
  }

  /** The item's answer, or the error of its group. */
  add(item: Item): Promise<Answer> {
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when all that was added is answered. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.size > 0) {
      this.#start();
      await Promise.all(this.#running);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    const { maxItems, maxGroups } = this.#options;
    while (this.#waiting.length > 0 && this.#running.size < maxGroups) {
      const group = this.#waiting.splice(0, maxItems);
      const running = this.#run(group).finally(() => {
        this.#running.delete(running);
        if (this.#waiting.length > 0) this.#schedule();
      });
      this.#running.add(running);
    }
  }

  async #run(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#options.run(group.map(({ item }) => item));
      group.forEach(({ resolve }, at) => {
        resolve(answers[at] as Answer);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

function tooMany(): StoreError {
  return new StoreError(
    "busy",
    `${MAX_WAITING} requests wait for the store already`,
    "try again when there are fewer at a time",
  );
}
