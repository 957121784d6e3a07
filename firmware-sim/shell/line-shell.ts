// The line shell of serial tokens (docs/serial-shell.md), without a port: bytes in, bytes out.
// Every character is echoed, LF executes, and after each command comes the prompt.

import {
  LineAssembler,
  type LineProblem,
  parseCommand,
  SHELL_LINE_CHARACTERS,
  SHELL_PROMPT,
} from "../../core/wire/shell-lines.ts";
import { type EmulatedToken, FirmwareError } from "../emulated-token.ts";
import { arduinoCommand } from "./arduino.ts";
import { completeCommand } from "./complete.ts";
import { INITIAL_SETTINGS, type ShellSettings } from "./settings.ts";

/** `arduino`: the generic dialect as it is found. `complete`: the same with its gaps filled. */
export type ShellDialect = "arduino" | "complete";

/** Longest line of the complete dialect: a 128-byte secret in hex, and its parameters. */
export const COMPLETE_LINE_CHARACTERS = 512;

const REFUSALS: Readonly<Record<LineProblem, string>> = {
  "too-long": `line too long, at most ${COMPLETE_LINE_CHARACTERS} characters`,
  "control-character": "control character in the line",
  "not-ascii": "character outside ASCII in the line",
};

/** @see LineShell */
export interface LineShellOptions {
  readonly token: EmulatedToken;
  readonly dialect: ShellDialect;
  /** Takes what the token sends. */
  readonly send: (bytes: Uint8Array) => void;
}

/** A token's shell. Answers at once, in the call that completes the line. */
export class LineShell {
  readonly #token: EmulatedToken;
  readonly #dialect: ShellDialect;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #lines: LineAssembler;
  readonly #settings: ShellSettings = { ...INITIAL_SETTINGS };

  constructor(options: LineShellOptions) {
    this.#token = options.token;
    this.#dialect = options.dialect;
    this.#send = options.send;
    this.#lines = new LineAssembler(
      options.dialect === "complete" ? COMPLETE_LINE_CHARACTERS : SHELL_LINE_CHARACTERS,
    );
  }

  /** Bytes from the host. A token without power neither echoes nor answers. */
  receive(bytes: Uint8Array): void {
    if (!this.#token.powered) return;
    let output = "";
    for (const event of this.#lines.feed(bytes)) {
      switch (event.kind) {
        case "echo":
          output += event.text;
          break;
        case "line":
          output += this.#execute(event.line);
          break;
        case "refused":
          output += this.#refuse(event.problem);
          break;
      }
      // A power failure in the middle of a command: what was sent before it is on its way.
      if (!this.#token.powered) break;
    }
    if (output !== "") this.#send(new TextEncoder().encode(output));
  }

  /**
   * What is sent when the power comes back: the prompt. A line under way is forgotten, and settings
   * are those of the default credential in non-volatile memory again.
   */
  powerOn(): void {
    this.#lines.reset();
    Object.assign(this.#settings, INITIAL_SETTINGS);
    this.#send(new TextEncoder().encode(SHELL_PROMPT));
  }

  #execute(line: string): string {
    const command = parseCommand(line);
    if (line === "") return SHELL_PROMPT;
    try {
      const run = this.#dialect === "complete" ? completeCommand : arduinoCommand;
      return run(this.#token, this.#settings, command) + SHELL_PROMPT;
    } catch (error) {
      if (!(error instanceof FirmwareError)) throw error;
      if (error.refusal === "off") return "";
      const text = `error: ${error.refusal}: ${printable(error.message)}`;
      return (this.#dialect === "complete" ? text : "\nError!\n") + SHELL_PROMPT;
    }
  }

  #refuse(problem: LineProblem): string {
    if (this.#dialect === "arduino") return `\nError!\n${SHELL_PROMPT}`;
    return `error: line: ${REFUSALS[problem]}${SHELL_PROMPT}`;
  }
}

/** One line of ASCII, whatever a credential is called: an answer never holds a prompt. */
function printable(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
