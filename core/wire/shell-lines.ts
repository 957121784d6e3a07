// Lines of the serial shell, as the token sees them: the generic dialect of Arduino-type OATH
// tokens (docs/serial-shell.md). LF executes, CR is ignored, 0x08 and 0x7F erase, every character
// is echoed, LF included, and after each command comes the prompt. A command is a word, then one
// space and the rest.

export { parseUnsigned, type UnsignedText } from "../oath/codes.ts";

/** What a token sends when it waits for a command. */
export const SHELL_PROMPT = "\n$ ";

/** Line buffer of the generic dialect: characters before the LF. */
export const SHELL_LINE_CHARACTERS = 128;

/** Why a line is refused as a whole: it is never cut and executed. */
export type LineProblem =
  | "too-long"
  | "control-character" // other than LF, CR, 0x08 and 0x7F
  | "not-ascii";

/** What a token does about bytes it received, in this order. */
export type LineEvent =
  | { readonly kind: "echo"; readonly text: string }
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "refused"; readonly problem: LineProblem };

/**
 * Puts lines together from bytes in pieces of any size. Holds one line of bounded length; what
 * follows in a line once it is to be refused is neither kept nor echoed.
 */
export class LineAssembler {
  readonly #maxCharacters: number;
  #line = "";
  #problem: LineProblem | undefined;

  /** @throws {RangeError} when `maxCharacters` is no whole number above 0 */
  constructor(maxCharacters: number = SHELL_LINE_CHARACTERS) {
    if (!Number.isInteger(maxCharacters) || maxCharacters < 1) {
      throw new RangeError(`maxCharacters must be a whole number above 0, got ${maxCharacters}`);
    }
    this.#maxCharacters = maxCharacters;
  }

  /** What `bytes` amount to; echoes of neighbouring characters come as one. */
  feed(bytes: Uint8Array): readonly LineEvent[] {
    const events: LineEvent[] = [];
    let echo = "";
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        echo += this.#take(byte);
        continue;
      }
      events.push({ kind: "echo", text: `${echo}\n` });
      echo = "";
      events.push(this.#end());
    }
    if (echo !== "") events.push({ kind: "echo", text: echo });
    return events;
  }

  /** Forgets the line under way: power was off, or the port was closed. */
  reset(): void {
    this.#line = "";
    this.#problem = undefined;
  }

  /** Takes a byte other than LF and returns its echo. */
  #take(byte: number): string {
    if (byte === 0x0d || this.#problem !== undefined) return "";
    if (byte === 0x08 || byte === 0x7f) {
      if (this.#line === "") return "";
      this.#line = this.#line.slice(0, -1);
      return "\b \b";
    }
    this.#problem = this.#problemWith(byte);
    if (this.#problem !== undefined) return "";
    const character = String.fromCharCode(byte);
    this.#line += character;
    return character;
  }

  #problemWith(byte: number): LineProblem | undefined {
    if (byte < 0x20) return "control-character";
    if (byte > 0x7e) return "not-ascii";
    return this.#line.length >= this.#maxCharacters ? "too-long" : undefined;
  }

  #end(): LineEvent {
    const event: LineEvent =
      this.#problem === undefined
        ? { kind: "line", line: this.#line }
        : { kind: "refused", problem: this.#problem };
    this.reset();
    return event;
  }
}

/** A line of the shell, taken apart. */
export interface ShellCommand {
  /** Empty on an empty line. Upper and lower case are different. */
  readonly word: string;
  /** All after the first space, spaces included; absent when there is no space. */
  readonly argument?: string;
}

/** Takes a line apart at its first space. */
export function parseCommand(line: string): ShellCommand {
  const space = line.indexOf(" ");
  if (space < 0) return { word: line };
  return { word: line.slice(0, space), argument: line.slice(space + 1) };
}
