// How often something may be tried within a time: passwords of one name, of one address, codes of
// one mailbox. A try counts before it is judged, so that parallel ones gain nothing.

import type { MessageId } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";

/** @see Attempts */
export interface AttemptsOptions {
  /** Tries within the time. */
  readonly limit: number;
  /** Microseconds from the first of them. */
  readonly perUs: number;
  /** What more of them are refused with. */
  readonly id: MessageId;
}

/** Most keys remembered; of more the oldest gives way. */
const MAX_KEYS = 10_000;

/** Counts tries by a key. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #counts = new Map<string, { count: number; readonly sinceUs: number }>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Counts one. @throws {PageRefusal} when there were too many; it tells how long to wait */
  take(key: string, atUs: number): void {
    const { limit, perUs, id } = this.#options;
    const known = this.#counts.get(key);
    const current = known !== undefined && atUs - known.sinceUs < perUs ? known : null;
    if (current === null) {
      this.#counts.delete(key);
      this.#counts.set(key, { count: 1, sinceUs: atUs });
      this.#forgetOldest();
      return;
    }
    if (current.count >= limit) {
      throw new PageRefusal(id, { retryAfterUs: current.sinceUs + perUs - atUs });
    }
    current.count++;
  }

  /** Takes one back: it was right. */
  giveBack(key: string): void {
    const known = this.#counts.get(key);
    if (known !== undefined && known.count > 0) known.count--;
  }

  #forgetOldest(): void {
    if (this.#counts.size <= MAX_KEYS) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
