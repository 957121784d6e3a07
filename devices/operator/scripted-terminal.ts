// A terminal with a script in the place of the person: for tests, and for rigs that type.

import { DeviceError } from "../errors.ts";
import type { KeyPress, OperatorTerminal } from "./terminal.ts";

/** What the script answers to a question; a function sees the question. */
export type ScriptedAnswer = string | ((question: string) => string | Promise<string>);

/** @see OperatorTerminal */
export class ScriptedTerminal implements OperatorTerminal {
  readonly #answers: ScriptedAnswer[];
  readonly #keys: KeyPress[];
  /** All that was shown and asked, in order. */
  readonly shown: string[] = [];

  constructor(answers: readonly ScriptedAnswer[] = [], keys: readonly KeyPress[] = []) {
    this.#answers = [...answers];
    this.#keys = [...keys];
  }

  show(text: string): void {
    this.shown.push(text);
  }

  /** A script that has come to its end is a person who does not answer: it waits. */
  async ask(question: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.shown.push(question);
    const answer = this.#answers.shift();
    if (answer === undefined) return silence(signal);
    const text = typeof answer === "string" ? answer : await answer(question);
    if (text === "\x03") throw new DeviceError("cancelled", "the operator pressed Ctrl-C");
    return text;
  }

  async *keys(signal: AbortSignal): AsyncGenerator<KeyPress> {
    for (let press = this.#keys.shift(); press !== undefined; press = this.#keys.shift()) {
      signal.throwIfAborted();
      if (press.key === "\x03") throw new DeviceError("cancelled", "the operator pressed Ctrl-C");
      yield press;
    }
    await silence(signal);
  }
}

/** Never resolves; rejects when aborted. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
