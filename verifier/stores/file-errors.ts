// The operating system's errors about files, translated.

import { StoreError, type StoreErrorCode } from "./store.ts";

interface Translation {
  readonly code: StoreErrorCode;
  readonly text: string;
  readonly hint: string;
}

/** By the name of the operating system's error, when a file is made, read or replaced. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  ENOENT: {
    code: "unreadable",
    text: "cannot be made: its folder does not exist",
    hint: "make the folder, or name another file",
  },
  ENOTDIR: {
    code: "unreadable",
    text: "cannot be made: a part of its path is no folder",
    hint: "name another file",
  },
  EACCES: {
    code: "read-only",
    text: "cannot be made: no permission",
    hint: "check the permissions of its folder",
  },
  EPERM: {
    code: "read-only",
    text: "cannot be made: no permission",
    hint: "check the permissions of its folder",
  },
  EROFS: {
    code: "read-only",
    text: "cannot be made: its disk is read-only",
    hint: "name a file on another disk",
  },
  ENOSPC: { code: "full", text: "cannot be made: its disk is full", hint: "free space on it" },
};

/** The StoreError for what node:fs threw about the file `name`; other errors pass as they are. */
export function fileError(error: unknown, name: string): unknown {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const found = TRANSLATIONS[String(error.code)] ?? {
    code: "unreadable",
    text: `cannot be made: ${error.message}`,
    hint: "name another file",
  };
  return new StoreError(found.code, `${name} ${found.text}`, found.hint, error);
}
