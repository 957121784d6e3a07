// PostgreSQL's error codes (its manual, appendix A) and those of lost connections, translated.

import { RecordFormatError } from "../record-codec.ts";
import { StoreError, type StoreErrorCode } from "./store.ts";

/** What to do about an error. */
export type Trouble =
  | "connection" // the server does not answer, or did not any more: try again, resolve the outcome
  | "conflict" // rolled back because of another transaction: try again
  | "final";

interface Translation {
  readonly code: StoreErrorCode;
  readonly text: string;
  readonly hint: string;
}

const UNREACHABLE: Translation = {
  code: "unreachable",
  text: "does not answer",
  hint: "start the server, or check host, port and network",
};
const DENIED: Translation = {
  code: "unreadable",
  text: "does not let this user in",
  hint: "check user, password, database and pg_hba.conf",
};

/** By SQLSTATE, or its class of two letters. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  "08": UNREACHABLE,
  "28": DENIED,
  "3D": { ...DENIED, text: "has no such database", hint: "create it: createdb NAME" },
  "42501": {
    code: "read-only",
    text: "does not permit this user to do that",
    hint: "make the user the owner of the schema",
  },
  "25006": {
    code: "read-only",
    text: "is read-only, as a standby is",
    hint: "name the primary server",
  },
  "53100": { code: "full", text: "has no room to grow", hint: "free space on its disk" },
  "53": {
    code: "busy",
    text: "has too few resources",
    hint: "lower the number of connections, or raise max_connections",
  },
  "55P03": { code: "busy", text: "is locked", hint: "try again when the other writer is done" },
  "57014": { code: "busy", text: "took too long", hint: "try again when there is less to do" },
  "57": UNREACHABLE,
  "58": { code: "unreadable", text: "cannot read or write its disk", hint: "check the disk" },
  "3F000": {
    code: "lost",
    text: "has no oathbed tables any more",
    hint: "restore the database from a backup",
  },
  "42P01": {
    code: "lost",
    text: "has no oathbed tables any more",
    hint: "restore the database from a backup",
  },
  XX: { code: "corrupt", text: "is damaged", hint: "restore the database from a backup" },
};

const CONNECTION_TEXT = /connection terminated|timeout|not queryable|connection ended|closed/i;

/** What to do about what the package pg rejected with. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof StoreError || !(error instanceof Error)) return "final";
  const code = codeOf(error);
  if (code === "40001" || code === "40P01") return "conflict";
  if (code === undefined) return CONNECTION_TEXT.test(error.message) ? "connection" : "final";
  if (/^57P0[123]$|^08/.test(code)) return "connection";
  return /^E[A-Z]+$/.test(code) && code !== "ERANGE" ? "connection" : "final";
}

/** The StoreError for what the package pg rejected with; other errors pass as they are. */
export function postgresError(error: unknown, shown: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  if (error instanceof RecordFormatError) {
    const hint = "restore it from a backup";
    const message = `${shown} holds a damaged record: ${error.message}`;
    return new StoreError("corrupt", message, hint, error);
  }
  const code = codeOf(error);
  const found =
    troubleOf(error) === "connection"
      ? UNREACHABLE
      : code === undefined
        ? undefined
        : (TRANSLATIONS[code] ?? TRANSLATIONS[code.slice(0, 2)]);
  if (found === undefined) return error;
  const message = `${shown} ${found.text}: ${error.message}`;
  return new StoreError(found.code, message, found.hint, error);
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
