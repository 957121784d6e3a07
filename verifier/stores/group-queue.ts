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
  /** Whether `run` works elsewhere than in the callers' thread; default no. @see PROMPT_ITEMS */
  readonly isElsewhere?: () => boolean;
}

/**
 * So many items are not kept waiting for others of the same turn, if they are worked on elsewhere:
 * meanwhile their caller prepares the next ones. In the callers' thread that would leave it no turn
 * for anything else.
 */
const PROMPT_ITEMS = 128;
/** Most items that wait; more are refused as "busy". An import counts as one. */
const MAX_WAITING = 1_000_000;

/** Items that were added together: one promise for all of them costs less than one for each. */
interface Batch<Answer> {
  readonly answers: Answer[];
  left: number;
  resolve(answers: readonly Answer[]): void;
  reject(error: unknown): void;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly batch: Batch<Answer>;
  /** Its place in the batch. */
  readonly at: number;
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
  async add(item: Item): Promise<Answer> {
    const [answer] = await this.addMany([item]);
    return answer as Answer;
  }

  /** The items' answers in their order, or the error of the first of their groups that failed. */
  addMany(items: readonly Item[]): Promise<readonly Answer[]> {
    if (items.length === 0) return Promise.resolve([]);
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const answers = new Array<Answer>(items.length);
      const batch: Batch<Answer> = { answers, left: items.length, resolve, reject };
      for (let at = 0; at < items.length; at++) {
        this.#waiting.push({ item: items[at] as Item, batch, at });
      }
      const isMany = this.#waiting.length >= PROMPT_ITEMS;
      if (isMany && this.#options.isElsewhere?.() === true) this.#start();
      else this.#schedule();
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
      group.forEach(({ batch, at }, nth) => {
        batch.answers[at] = answers[nth] as Answer;
        if (--batch.left === 0) batch.resolve(batch.answers);
      });
    } catch (error) {
      for (const { batch } of group) batch.reject(error);
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
