// SQLite's error codes, translated.

import { RecordFormatError } from "../record-codec.ts";
import { fileError } from "./file-errors.ts";
import { StoreError, type StoreErrorCode } from "./store.ts";

interface Translation {
  readonly code: StoreErrorCode;
  readonly text: string;
  readonly hint: string;
}

/** By primary result code (sqlite.org/rescode.html). */
const TRANSLATIONS: Readonly<Record<number, Translation>> = {
  5: { code: "busy", text: "is held by another process", hint: "try again when it is done" },
  6: { code: "busy", text: "is locked", hint: "try again when the other writer is done" },
  8: {
    code: "read-only",
    text: "cannot be written",
    hint: "check its permissions and its folder's",
  },
  10: {
    code: "unreadable",
    text: "cannot be read or written",
    hint: "check the disk; nothing that was answered is lost",
  },
  11: { code: "corrupt", text: "is damaged", hint: "restore it from a backup" },
  13: {
    code: "full",
    text: "has no room to grow",
    hint: "free space on its disk; nothing is lost",
  },
  14: {
    code: "unreadable",
    text: "cannot be opened",
    hint: "check that its folder exists and may be written",
  },
  26: {
    code: "corrupt",
    text: "is no oathbed state file",
    hint: "name another file with --state, or restore this one from a backup",
  },
};

/** The StoreError for what node:sqlite or node:fs threw; other errors pass as they are. */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  if (error instanceof RecordFormatError) {
    return new StoreError(
      "corrupt",
      `${path} holds a damaged record: ${error.message}`,
      "restore it from a backup",
      error,
    );
  }
  const code = errcodeOf(error);
  if (code === null) return fileError(error, path);
  const found = TRANSLATIONS[code & 0xff];
  if (found === undefined) {
    const text = error instanceof Error ? error.message : String(error);
    return new StoreError(
      "corrupt",
      `${path} does not hold what it should: ${text}`,
      "restore it from a backup, or name another file",
      error,
    );
  }
  return new StoreError(found.code, `${path} ${found.text}`, found.hint, error);
}

function errcodeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}
