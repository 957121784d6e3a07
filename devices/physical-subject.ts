// A token that is not of this process as a subject. A physical one has no rig, and the host's own
// clock; an emulated one in another process has both over its control socket.

import type { Driver, OpenOptions } from "./driver.ts";
import { openSubject } from "./open-subject.ts";
import type { Rig } from "./rig.ts";
import type { Subject } from "./subject.ts";

/** What a token is opened with. */
export type PhysicalOptions = Pick<OpenOptions, "password" | "isFresh">;

/**
 * The token at an address of a driver; it is opened by `connect`.
 *
 * @param rig the hand around it; disposed of with the subject
 * @param options of each time it is opened
 */
export function openPhysicalSubject(
  name: string,
  driver: Driver,
  address: string,
  rig: Rig | null = null,
  options: PhysicalOptions = {},
): Subject {
  return openSubject({
    name,
    driver: driver.name,
    rig,
    open: (log) => driver.open(address, { ...options, log }),
    close: async () => rig?.[Symbol.asyncDispose](),
  });
}
