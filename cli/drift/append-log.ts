// A log that is appended to, one JSON line after another, and that a later run goes on with.

import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { formatRecord } from "../../bench/drift/log.ts";
import { readTextFile } from "../text-file.ts";

/** Longest log read, bytes. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;

/** The text of a log. @throws {UsageError} when it is too long or no UTF-8 */
export async function readLog(path: string): Promise<string> {
  return readTextFile(path, MAX_LOG_BYTES);
}

/** A log file that is open for appending, made with mode 0600; nothing where none is named. */
export class AppendLog implements AsyncDisposable {
  /** What it held when it was opened. */
  readonly text: string;
  readonly #file: FileHandle | undefined;

  private constructor(text: string, file: FileHandle | undefined) {
    this.text = text;
    this.#file = file;
  }

  /**
   * Opens it.
   *
   * @param check looks at what it holds before anything is written; throws when it does not fit
   */
  static async open(path: string | undefined, check: (text: string) => void): Promise<AppendLog> {
    if (path === undefined) return new AppendLog("", undefined);
    const text = existsSync(path) ? await readLog(path) : "";
    check(text);
    const file = await open(path, "a", 0o600);
    // What was cut off must not spoil the first line of this session.
    if (text !== "" && !text.endsWith("\n")) await file.appendFile("\n");
    return new AppendLog(text, file);
  }

  async append(record: object): Promise<void> {
    await this.#file?.appendFile(formatRecord(record));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}
