// The person at the terminal of this process: standard input, and standard error for what is shown,
// so that answers of commands on standard output stay clean. Input may be a pipe: then lines of it
// are the answers.

import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../core/time/clock.ts";
import { DeviceError } from "../errors.ts";
import { type KeyPress, MAX_LINE_CHARACTERS, type OperatorTerminal } from "./terminal.ts";

/** Lines or keys kept for questions that are yet to come. */
const MAX_WAITING = 1000;
const CTRL_C = "\x03";

/** A terminal's input: raw mode is there when it is one. */
export type TerminalInput = Readable & { setRawMode?(isRaw: boolean): unknown };

/** @see StreamTerminal */
export interface StreamTerminalOptions {
  readonly input: TerminalInput;
  readonly output: Writable;
  /** Tells when a key was pressed. */
  readonly clock: Clock;
}

/** @see OperatorTerminal. Disposing gives the input back. */
export class StreamTerminal implements OperatorTerminal, Disposable {
  readonly #options: StreamTerminalOptions;
  #lines: Lines | undefined;

  constructor(options: StreamTerminalOptions) {
    this.#options = options;
  }

  show(text: string): void {
    this.#options.output.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  async ask(question: string, signal: AbortSignal): Promise<string> {
    this.#options.output.write(question.endsWith(" ") ? question : `${question} `);
    this.#lines ??= new Lines(this.#options);
    const line = await this.#lines.items.next(signal);
    return line.slice(0, MAX_LINE_CHARACTERS);
  }

  async *keys(signal: AbortSignal): AsyncGenerator<KeyPress> {
    const { input, clock } = this.#options;
    this.#lines?.close();
    this.#lines = undefined;
    const items = new Items<KeyPress>();
    const onData = (data: Buffer | string): void => {
      const key = data.toString();
      if (key.includes(CTRL_C)) items.end(ctrlC());
      else items.add({ key, atUs: clock.nowUs() });
    };
    const onEnd = (): void => items.end(endOfInput());
    input.setRawMode?.(true);
    input.on("data", onData).once("end", onEnd);
    input.resume();
    try {
      for (;;) yield await items.next(signal);
    } finally {
      input.off("data", onData).off("end", onEnd);
      input.setRawMode?.(false);
      input.pause();
    }
  }

  [Symbol.dispose](): void {
    this.#lines?.close();
    this.#lines = undefined;
    this.#options.input.pause();
  }
}

/** Lines of the input, as they come. */
class Lines {
  readonly items = new Items<string>();
  readonly #interface: Interface;
  #isClosed = false;

  constructor({ input, output }: StreamTerminalOptions) {
    const isTerminal = input.setRawMode !== undefined;
    this.#interface = createInterface({ input, ...(isTerminal ? { output } : {}), historySize: 0 });
    this.#interface.on("line", (line) => this.items.add(line));
    this.#interface.on("SIGINT", () => this.items.end(ctrlC()));
    this.#interface.on("close", () => {
      if (!this.#isClosed) this.items.end(endOfInput());
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#interface.close();
  }
}

/** Things that come when they want, for one who waits; bounded. */
class Items<T> {
  readonly #items: T[] = [];
  #ended: DeviceError | undefined;
  #wake: () => void = () => {};

  add(item: T): void {
    if (this.#items.length < MAX_WAITING) this.#items.push(item);
    this.#wake();
  }

  end(error: DeviceError): void {
    this.#ended ??= error;
    this.#wake();
  }

  async next(signal: AbortSignal): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const item = this.#items.shift();
      if (item !== undefined) return item;
      if (this.#ended !== undefined) throw this.#ended;
      await this.#arrival(signal);
    }
  }

  #arrival(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
    return promise;
  }
}

function ctrlC(): DeviceError {
  return new DeviceError("cancelled", "the operator pressed Ctrl-C");
}

function endOfInput(): DeviceError {
  return new DeviceError("disconnected", "the operator's input has ended", {
    hint: "run it at a terminal, or give the codes in a file: --device operator:file:PATH",
  });
}
