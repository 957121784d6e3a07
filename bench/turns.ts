// Work that waits for nothing keeps signals and timers out for as long as it goes on: Ctrl-C would
// end a bench only when it is done anyway.

import { setImmediate } from "node:timers/promises";

/** Longest time without a turn of the event loop, milliseconds: a person does not notice it. */
const TURN_MS = 50;

/**
 * To be called, and awaited, wherever work may be cut: lets everything else in where the last time
 * is 50 ms ago, and throws the signal's reason once it is aborted.
 */
export function turns(signal?: AbortSignal): () => Promise<void> {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs > TURN_MS) {
      await setImmediate();
      lastMs = performance.now();
    }
    signal?.throwIfAborted();
  };
}
