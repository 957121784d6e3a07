// Writes by compare-and-swap: how often one that lost is tried again.

import { StoreError } from "./stores/store.ts";

/** A read-modify-write that lost this often against others is not tried again. */
export const MAX_SWAPS = 1000;

/** The error of a write that lost MAX_SWAPS times. */
export function contention(id: number): StoreError {
  return new StoreError(
    "busy",
    `token ${id}: ${MAX_SWAPS} other writes came first`,
    "try again when there are fewer at a time",
  );
}
