// Whether the open database is still the file of its name. Who deletes or replaces the file, or its
// log, leaves an open process writing into files without a name: what it answered would be gone
// with the process. So each transaction looks before it commits.

import { statSync } from "node:fs";
import { StoreError } from "./store.ts";

/** @see identityOf */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/** The file of this name now; null for none. */
export function identityOf(path: string): FileIdentity | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : { device: found.dev, inode: found.ino };
}

/** @throws {StoreError} "lost" when `path` is not the file it was */
export function assertIdentity(path: string, was: FileIdentity): void {
  const found = identityOf(path);
  if (found !== null && found.device === was.device && found.inode === was.inode) return;
  throw new StoreError(
    "lost",
    `${path} was ${found === null ? "deleted" : "replaced"} while it was open`,
    "stop all verifiers that use it and restore it from a backup, with the log beside it",
  );
}
