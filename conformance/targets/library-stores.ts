// Where the records of a library target lie while its verifier stops and starts, crashes, has a
// twin and gets old backups back.

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyTokens } from "../../verifier/stores/failing.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { SqliteStore } from "../../verifier/stores/sqlite.ts";
import type { Store } from "../../verifier/stores/store.ts";

/** Where a target's records stay while the verifier stops and starts. */
export interface StorePlace {
  open(): Store;
  /** The verifier stops. */
  stop(store: Store): Promise<void>;
  /** The same records for a second verifier, whose end leaves them alone. */
  second(): StorePlace;
  /** A backup, while the verifier is stopped; the function puts it back, the same way. */
  backup(): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

/** Memory outlives the verifier, as a store in another process does. */
export function memoryPlace(): StorePlace {
  let store = new MemoryStore();
  const place: StorePlace = {
    open: () => store,
    stop: async () => {},
    second: () => ({ ...place, remove: async () => {} }),
    backup: async () => {
      const copy = new MemoryStore();
      await copyTokens(store, copy);
      return async () => {
        store = copy;
      };
    },
    remove: () => store.close(),
  };
  return place;
}

/** A file of its own in a new folder. */
export async function filePlace(): Promise<StorePlace> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-target-"));
  const path = join(folder, "state.db");
  const opened: SqliteStore[] = [];
  const place: StorePlace = {
    open: () => {
      const store = new SqliteStore(path);
      opened.push(store);
      return store;
    },
    stop: (store) => store.close(),
    second: () => ({ ...place, remove: async () => {} }),
    backup: async () => {
      await copyFile(path, `${path}.backup`);
      return async () => {
        await Promise.all(["-wal", "-shm"].map((end) => rm(path + end, { force: true })));
        await copyFile(`${path}.backup`, path);
      };
    },
    remove: async () => {
      await Promise.all(opened.map((store) => store.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return place;
}
