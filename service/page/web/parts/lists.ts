// Lists of the service, whole: page after page.

import { useEffect, useState } from "preact/hooks";
import type { Device, User } from "../../contract.ts";
import { act } from "../state.ts";
import { type Act, useAct } from "./act.ts";

/** Longest list that is shown: an account has no more users. */
const MAX_PAGES = 60;
const PAGE = 100;

/** A list that is being read: null until it is. */
export interface Listed<T> {
  readonly items: readonly T[] | null;
  readonly reading: Act;
  /** Reads it anew. */
  readonly refresh: () => Promise<void>;
}

/** Users the caller may see. */
export function useUsers(): Listed<User> {
  return useListed(async (after) => {
    const { users, next } = await act("GET /users", pageAfter(after));
    return { items: users, next };
  });
}

/** Devices the caller may see. */
export function useDevices(): Listed<Device> {
  return useListed(async (after) => {
    const { devices, next } = await act("GET /devices", pageAfter(after));
    return { items: devices, next };
  });
}

function pageAfter(after: number | null): { readonly limit: number; readonly after?: number } {
  return after === null ? { limit: PAGE } : { limit: PAGE, after };
}

function useListed<T>(
  readPage: (after: number | null) => Promise<{
    readonly items: readonly T[];
    readonly next: number | null;
  }>,
): Listed<T> {
  const [items, setItems] = useState<readonly T[] | null>(null);
  const reading = useAct();
  const refresh = (): Promise<void> =>
    reading.run(async () => {
      const all: T[] = [];
      let after: number | null = null;
      for (let page = 0; page < MAX_PAGES; page++) {
        const { items: some, next }: Awaited<ReturnType<typeof readPage>> = await readPage(after);
        all.push(...some);
        if (next === null) break;
        after = next;
      }
      setItems(all);
    });
  useEffect(() => void refresh(), []);
  return { items, reading, refresh };
}
