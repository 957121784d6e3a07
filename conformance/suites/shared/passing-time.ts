// Time that goes on while a token waits for something: a touch, or nobody.

import type { TokenContext } from "../../token-context.ts";

/** How far simulated time goes at once, and how often at most. */
const STEP_US = 250_000;
const MAX_STEPS = 4000;

/**
 * Lets simulated time go on until `awaited` settles; `each` is done before every step of it.
 * Without a rig it just waits.
 */
export async function passingTime<T>(
  t: TokenContext,
  awaited: Promise<T>,
  each: () => Promise<void> = async () => {},
): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  awaited.then(done, done);
  for (let step = 0; t.rig !== null && step < MAX_STEPS; step++) {
    // What is on its way over a socket gets there.
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone) break;
    await each();
    await t.rig.advance(STEP_US);
  }
  return awaited;
}
