// A contender is a process that is told how many submissions to judge and answers how long it took:
// no contender shares a heap, a compiler's profile or a garbage collector with another.
//
//   it writes   ready VERSION            once, when keys are made ready
//   it reads    COUNT                    so many submissions, on from where it stopped, round again
//   it writes   NANOSECONDS ACCEPTED

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** How a contender is started: a program and its arguments; the work's file is added. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** A contender that cannot take part, in its own words. */
export class ContenderError extends Error {
  override readonly name = "ContenderError";
}

/** How long it took, and how many codes were taken. */
export interface SliceAnswer {
  readonly elapsedNs: number;
  readonly accepted: number;
}

const START_TIMEOUT_MS = 60_000;
const SLICE_TIMEOUT_MS = 60_000;
/** Most characters of its complaints that are kept. */
const MAX_COMPLAINT = 300;

/** A running contender. */
export class ContenderProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #queue: string[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #complaint = "";
  /** What it says of its version. */
  version = "";

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on("line", (line) => {
      this.#queue.push(line);
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    child.on("error", (error) => {
      this.#complaint ||= error.message;
      end();
    });
    child.on("close", end);
    child.stdin.on("error", () => {});
    child.stderr.on("data", (data: Buffer) => {
      this.#complaint = `${this.#complaint}${data}`.slice(-MAX_COMPLAINT);
    });
  }

  /** Starts it with a work. @throws {ContenderError} when it does not get ready */
  static async start(command: Command, workFile: string): Promise<ContenderProcess> {
    const contender = new ContenderProcess(
      spawn(command.program, [...command.args, workFile], { stdio: "pipe" }),
    );
    try {
      const [word, ...version] = (await contender.#line(START_TIMEOUT_MS)).split(" ");
      if (word !== "ready") throw new ContenderError(`it said "${word}" instead of ready`);
      contender.version = version.join(" ");
      return contender;
    } catch (error) {
      await contender[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Judges the next `count` submissions. @throws {ContenderError} */
  async slice(count: number): Promise<SliceAnswer> {
    this.#child.stdin.write(`${count}\n`);
    const line = await this.#line(SLICE_TIMEOUT_MS);
    const [elapsedNs = Number.NaN, accepted = Number.NaN] = line.split(" ").map(Number);
    if (!Number.isSafeInteger(elapsedNs) || !Number.isSafeInteger(accepted)) {
      throw new ContenderError(`it answered "${line}"`);
    }
    return { elapsedNs, accepted };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lines.close();
    if (this.#ended) return;
    const closed = once(this.#child, "close", { signal: AbortSignal.timeout(5000) });
    this.#child.kill("SIGKILL");
    await closed.catch(() => {});
  }

  async #line(timeoutMs: number): Promise<string> {
    const signal = AbortSignal.timeout(timeoutMs);
    while (this.#queue.length === 0) {
      if (this.#ended) throw new ContenderError(this.#lastWords());
      if (signal.aborted) throw new ContenderError(`no answer within ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return this.#queue.shift() as string;
  }

  #lastWords(): string {
    const lines = this.#complaint.trim().split("\n");
    return lines.at(-1) || "it ended without a word";
  }
}
