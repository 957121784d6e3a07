// Codes of tokens that nobody knows, in the audit log: so few rows that a flood cannot fill the
// disk, and in the next one how many were left out.

import type { AuditRow } from "./stores/store.ts";
import type { Act } from "./verdict.ts";
import { verdictRow } from "./views.ts";

/** Rows at once, and the time after which there may be one more: 1,540 in the first day. */
const BURST = 100;
const REFILL_US = 60_000_000;

/** @see UnknownTokens.row */
export class UnknownTokens {
  #left = BURST;
  #sinceUs: number | null = null;
  #leftOut = 0;

  /** The audit row of a code for token `id`, or null when there were too many of late. */
  row(id: number, act: Act, atUs: number, by: string | null): AuditRow | null {
    this.#refill(atUs);
    if (this.#left === 0) {
      this.#leftOut++;
      return null;
    }
    this.#left--;
    const more = this.#leftOut === 0 ? "" : `; ${this.#leftOut} more were left out before`;
    this.#leftOut = 0;
    const detail = `no token ${id}${more}`;
    const verdict = { outcome: "refused", act, reason: "not-enrolled" } as const;
    return verdictRow(0, atUs, verdict, { by, detail });
  }

  /** A clock that was set back refills nothing until it is where it was. */
  #refill(atUs: number): void {
    this.#sinceUs ??= atUs;
    const earned = Math.floor((atUs - this.#sinceUs) / REFILL_US);
    if (earned <= 0) return;
    this.#left = Math.min(BURST, this.#left + earned);
    this.#sinceUs += earned * REFILL_US;
  }
}
