// Codes that a scanner or a camera rig writes: a file or a named pipe of lines
//
//   serial,notBefore,notAfter,code
//
// Times are Unix seconds, with a fraction where the rig has one: the code was on the display some
// time between them. Empty lines and those that begin with "#" are passed over.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { isCode } from "../../core/oath/codes.ts";
import { DeviceError } from "../errors.ts";
import { MAX_LINE_CHARACTERS } from "./terminal.ts";

/** A code that was seen. */
export interface SeenCode {
  readonly serial: string;
  /** Unix times, seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly code: string;
}

/** A line of the file. */
export type CodeLine =
  | ({ readonly kind: "code" } & SeenCode)
  | { readonly kind: "empty" }
  | { readonly kind: "malformed"; readonly problem: string };

const TIME = /^\d{1,12}(?:\.\d{1,9})?$/;
const SERIAL = /^[\x21-\x2b\x2d-\x7e]{1,64}$/;

/** Reads one line. */
export function parseCodeLine(line: string): CodeLine {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return { kind: "empty" };
  if (text.length > MAX_LINE_CHARACTERS) return malformed("the line is too long");
  const [serial = "", from = "", to = "", code = "", ...more] = text.split(",");
  if (more.length > 0) return malformed("there are more than four fields");
  if (!SERIAL.test(serial)) return malformed("serial must be 1 to 64 printable characters");
  if (!TIME.test(from) || !TIME.test(to)) {
    return malformed("notBefore and notAfter must be Unix seconds: 1767225600 or 1767225600.25");
  }
  if (Number(from) > Number(to)) return malformed("notBefore must not be after notAfter");
  if (code.length < 6 || code.length > 10 || !isCode(code, code.length)) {
    return malformed("code must be 6 to 10 digits");
  }
  return { kind: "code", serial, notBefore: Number(from), notAfter: Number(to), code };
}

function malformed(problem: string): CodeLine {
  return { kind: "malformed", problem };
}

/** A file of codes that is open; codes come in the order of the lines. */
export class CodeFile implements AsyncDisposable {
  readonly #path: string;
  readonly #stream: ReturnType<typeof createReadStream>;
  readonly #lines: AsyncIterator<string>;
  #number = 0;
  /** The reading under way: one that was given up goes to whoever reads next. */
  #reading: Promise<IteratorResult<string>> | undefined;

  private constructor(path: string) {
    this.#path = path;
    this.#stream = createReadStream(path);
    const lines = createInterface({ input: this.#stream, crlfDelay: Number.POSITIVE_INFINITY });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** @throws {DeviceError} not-found, no-access */
  static async open(path: string): Promise<CodeFile> {
    try {
      const info = await stat(path);
      if (info.isDirectory()) throw notReadable(path, "it is a folder");
      return new CodeFile(path);
    } catch (cause) {
      if (cause instanceof DeviceError) throw cause;
      throw notReadable(path, (cause as NodeJS.ErrnoException).code ?? "");
    }
  }

  /**
   * The next code; waits for it when the file is a pipe.
   *
   * @throws {DeviceError} protocol: a line that cannot be read, by its number; disconnected: the
   *   end of the file; the signal's reason
   */
  async next(signal: AbortSignal): Promise<SeenCode> {
    for (;;) {
      const line = await this.#nextLine(signal);
      this.#number++;
      const read = parseCodeLine(line);
      if (read.kind === "code") return read;
      if (read.kind === "malformed") {
        throw new DeviceError("protocol", `${this.#path}, line ${this.#number}: ${read.problem}`, {
          hint: "a line is serial,notBefore,notAfter,code",
        });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
    this.#reading?.catch(() => {});
  }

  async #nextLine(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.#reading ??= this.#lines.next();
    const reading = this.#reading;
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const { done, value } = await Promise.race([reading, aborted.promise]);
      this.#reading = undefined;
      if (done !== true) return value;
      throw new DeviceError("disconnected", `${this.#path} has no more codes`, {
        hint: "a named pipe (mkfifo) stays open as long as the rig writes to it",
      });
    } catch (error) {
      if (signal.aborted || error instanceof DeviceError) throw error;
      throw notReadable(this.#path, (error as NodeJS.ErrnoException).code ?? "");
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function notReadable(path: string, why: string): DeviceError {
  const code = why === "EACCES" || why === "EPERM" ? "no-access" : "not-found";
  return new DeviceError(code, `${path} cannot be read: ${why}`, {
    hint: "name a file or a named pipe that the scanner or the camera rig writes",
  });
}
