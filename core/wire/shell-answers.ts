// Answers of the serial shell, as the host sees them: everything a token sends up to its next
// prompt, with the echo of the command in front.

import { AnsiFilter } from "./ansi.ts";
import { SHELL_PROMPT } from "./shell-lines.ts";

/** Longest answer kept, in characters. */
export const SHELL_ANSWER_CHARACTERS = 4096;

/** What a token sent between two prompts. */
export type ShellAnswer =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "too-long" };

/**
 * Puts answers together from bytes in pieces of any size. CR and terminal control sequences are
 * dropped; bytes above 0x7F come as the characters U+0080 to U+00FF. Answers end at the prompt, not
 * at a line end: some have none (`hotp 0` gives `755224`, LF, `$`, space).
 *
 * A token that shows a text beginning with "$ " at the start of a line cannot be told from one
 * that prompts.
 */
export class AnswerAssembler {
  readonly #maxCharacters: number;
  readonly #ansi = new AnsiFilter();
  #text = "";
  #tooLong = false;

  /** @throws {RangeError} when `maxCharacters` is no whole number above the prompt's length */
  constructor(maxCharacters: number = SHELL_ANSWER_CHARACTERS) {
    if (!Number.isInteger(maxCharacters) || maxCharacters <= SHELL_PROMPT.length) {
      throw new RangeError(`maxCharacters must be a whole number above 3, got ${maxCharacters}`);
    }
    this.#maxCharacters = maxCharacters;
  }

  /** The answers that are complete with `bytes`, oldest first. */
  feed(bytes: Uint8Array): readonly ShellAnswer[] {
    const answers: ShellAnswer[] = [];
    for (const byte of bytes) {
      if (byte === 0x0d) continue;
      this.#text += this.#ansi.pass(String.fromCharCode(byte));
      if (byte === 0x20 && this.#text.endsWith(SHELL_PROMPT)) answers.push(this.#end());
      else if (this.#text.length >= this.#maxCharacters + SHELL_PROMPT.length) this.#cut();
    }
    return answers;
  }

  /** Characters received since the last prompt. */
  get pendingCharacters(): number {
    return this.#text.length;
  }

  /** Forgets what came since the last prompt. */
  reset(): void {
    this.#ansi.reset();
    this.#text = "";
    this.#tooLong = false;
  }

  #end(): ShellAnswer {
    const text = this.#text.slice(0, -SHELL_PROMPT.length);
    const tooLong = this.#tooLong;
    this.#text = "";
    this.#tooLong = false;
    return tooLong ? { kind: "too-long" } : { kind: "answer", text };
  }

  /** Keeps what may be the beginning of a prompt. */
  #cut(): void {
    this.#tooLong = true;
    this.#text = this.#text.slice(-SHELL_PROMPT.length);
  }
}

/** An answer without the echo of its command. */
export type EchoResult =
  | { readonly kind: "body"; readonly body: string }
  // The answer does not begin with the command: bytes were lost or damaged, it belongs to another
  // command, or this token does not echo.
  | { readonly kind: "no-echo" };

/** Takes the echo of `command`, and the LF after it, off the front of `answer`. */
export function stripEcho(answer: string, command: string): EchoResult {
  if (!answer.startsWith(command)) return { kind: "no-echo" };
  const rest = answer.slice(command.length);
  if (rest === "") return { kind: "body", body: "" };
  return rest.startsWith("\n") ? { kind: "body", body: rest.slice(1) } : { kind: "no-echo" };
}
