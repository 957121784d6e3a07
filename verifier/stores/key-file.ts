// The file that holds the key of the sealed secrets. It lies beside the database unless told
// otherwise, and must not be backed up with it: who has both has the secrets.
//
//   # comment
//   oathbed-key-1 ID KEY        ID: 8 hexadecimal digits; KEY: 32 bytes, Base64
//
// While a key is being replaced the file holds both.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { fileError } from "./file-errors.ts";
import { KEY_BYTES, type SealingKey, sealingKey } from "./seal.ts";
import { StoreError } from "./store.ts";

const HEAD = `# oathbed: the key of the secrets in a database. Keep a copy apart from the
# database's backups. Whoever has both has the secrets; without this file they are lost.
`;
const LINE = /^oathbed-key-1 ([0-9a-f]{8}) ([A-Za-z0-9+/]{43}=)$/;
/** Longest key file read, bytes. */
const MAX_BYTES = 65_536;
/** Group and others, each bit. */
const OTHERS = 0o077;

/** The keys of the file, the newest first; none when there is no file. @throws {StoreError} */
export function readKeyFile(path: string): readonly SealingKey[] {
  let text: string;
  try {
    const file = openSync(path, "r");
    try {
      assertPrivate(path, fstatSync(file).mode, fstatSync(file).size);
      text = readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw fileError(error, `key file ${path}`);
  }
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => keyOfLine(path, line));
}

/** The keys of the file, which is made with a new one, mode 0600, when it does not exist. */
export function readOrMakeKeyFile(path: string): readonly SealingKey[] {
  const found = readKeyFile(path);
  if (found.length > 0) return found;
  const scratch = writeScratch(path, [newKey()]);
  try {
    // Of several processes that do this at a time one makes the file, whole, and all read it.
    linkSync(scratch, path);
    syncFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw fileError(error, `key file ${path}`);
    }
  } finally {
    rmSync(scratch, { force: true });
  }
  const keys = readKeyFile(path);
  if (keys.length === 0)
    throw keyError(`key file ${path} holds no key`, "restore it from its copy");
  return keys;
}

/** Replaces the keys of the file: whole, or not at all. */
export function writeKeyFile(path: string, keys: readonly SealingKey[]): void {
  const scratch = writeScratch(path, keys);
  try {
    renameSync(scratch, path);
    syncFolder(path);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw fileError(error, `key file ${path}`);
  }
}

/** A random key. */
export function newKey(): SealingKey {
  return sealingKey(randomBytes(KEY_BYTES));
}

/** The error of a key file that cannot be used. The database is left as it is. */
export function keyError(message: string, hint: string, cause?: unknown): StoreError {
  return new StoreError("key", message, hint, cause);
}

function assertPrivate(path: string, mode: number, size: number): void {
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, "0");
    throw keyError(
      `key file ${path} is open to other users (mode ${shown})`,
      `chmod 600 ${path}; if others may have read it, rotate the key as well`,
    );
  }
  if (size > MAX_BYTES) throw keyError(`${path} is no key file`, "name another file");
}

function keyOfLine(path: string, line: string): SealingKey {
  const [, id, text = ""] = LINE.exec(line) ?? [];
  const key = id === undefined ? undefined : sealingKey(Buffer.from(text, "base64"));
  if (key === undefined || key.id !== id) {
    throw keyError(`key file ${path} is damaged, or no key file`, "restore it from its copy");
  }
  return key;
}

/** A file beside `path` with these keys, durable. */
function writeScratch(path: string, keys: readonly SealingKey[]): string {
  const scratch = `${path}.${randomBytes(6).toString("hex")}.new`;
  const lines = keys.map(({ id, bytes }) => {
    return `oathbed-key-1 ${id} ${Buffer.from(bytes).toString("base64")}\n`;
  });
  try {
    const file = openSync(scratch, "wx", 0o600);
    try {
      writeSync(file, HEAD + lines.join(""));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(scratch, { force: true });
    throw fileError(error, `key file ${path}`);
  }
  return scratch;
}

/** The name of a new file is durable when its folder is. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
