// Lines of a keyboard, a scanner, a file or a rig's pipe, each with the time it came: the time is
// taken when the line is there, not when somebody gets to it.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { DeskLine } from "../../bench/drift/lot/host-watch.ts";
import { type Clock, SECOND_US } from "../../core/time/clock.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** Most lines that wait for their turn: a rig's whole file is read at once. */
const MOST_WAITING = 1_000_000;

/** What `next` gives. */
export type NextLine =
  | { readonly kind: "line"; readonly line: DeskLine }
  | { readonly kind: "ended" }
  | { readonly kind: "silent" };

/** Lines as they come. Disposing stops listening. */
export class LineSource implements Disposable {
  readonly #clock: Clock;
  readonly #lines: DeskLine[] = [];
  #at = 0;
  #hasEnded = false;
  #failure: Error | undefined;
  #wake: () => void = () => {};
  #stop: () => void = () => {};

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lines of stdin. */
  static ofTerminal(terminal: Terminal, clock: Clock): LineSource {
    const source = new LineSource(clock);
    source.#stop = terminal.onLine(
      (text) => source.#add(text),
      () => source.#end(),
    );
    return source;
  }

  /** Lines of a file or a named pipe. @throws {UsageError} when it cannot be read */
  static async ofFile(path: string, clock: Clock): Promise<LineSource> {
    const isFolder = await stat(path).then((info) => info.isDirectory());
    if (isFolder) throw new UsageError(`${path} is a folder`, "name the file of the camera rig");
    const source = new LineSource(clock);
    const input = createReadStream(path);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on("line", (text) => source.#add(text)).on("close", () => source.#end());
    input.on("error", (error) => {
      source.#failure = error;
      source.#end();
    });
    source.#stop = () => {
      lines.close();
      input.destroy();
    };
    return source;
  }

  /** The next line; "silent" when none came for so long. @throws the signal's reason */
  async next(timeoutUs: number, signal: AbortSignal): Promise<NextLine> {
    for (;;) {
      signal.throwIfAborted();
      const line = this.#lines[this.#at];
      if (line !== undefined) {
        this.#at++;
        return { kind: "line", line };
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#hasEnded) return { kind: "ended" };
      if (!(await this.#arrival(timeoutUs, signal))) return { kind: "silent" };
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#stop = () => {};
  }

  async #arrival(timeoutUs: number, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#wake = () => resolve(true);
    const alarm = this.#clock.setAlarm(timeoutUs, () => resolve(false));
    const onAbort = (): void => resolve(true);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await promise;
    } finally {
      alarm.cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }

  #add(text: string): void {
    const at = this.#clock.nowUs() / SECOND_US;
    const monotonic = this.#clock.monotonicUs() / SECOND_US;
    if (this.#lines.length - this.#at >= MOST_WAITING) {
      this.#failure ??= new UsageError(`more than ${MOST_WAITING} lines wait`, "split the file");
      this.#end();
      return;
    }
    this.#lines.push({ text, at, monotonic });
    this.#wake();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#wake();
  }
}
