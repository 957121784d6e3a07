// The command line of a Flipper with the Authenticator open (protocols/serial-tokens.md §1),
// without a port: bytes in, bytes out. Characters are echoed, CR executes, Ctrl-C gives up.

import { type EmulatedToken, FirmwareError } from "../emulated-token.ts";
import {
  FLIPPER_DEFAULTS,
  type FlipperSettings,
  type FlipperWait,
  flipperCommand,
} from "./flipper-commands.ts";
import { CRLF, coloured, ERASE_LINE } from "./flipper-print.ts";
import { FlipperError, splitWords } from "./flipper-words.ts";

/** What is shown when a command is waited for. */
export const FLIPPER_PROMPT = "\r\n>: ";
/** Longest line; what is typed behind it is not taken. */
export const FLIPPER_LINE_CHARACTERS = 512;

const CTRL_C = 0x03;
const CR = 0x0d;
const ESC = 0x1b;

/** @see FlipperShell */
export interface FlipperShellOptions {
  readonly token: EmulatedToken;
  /** Takes what the device sends. */
  readonly send: (bytes: Uint8Array) => void;
  /** Whether the Authenticator is open: without it there is no `totp` command. Default true. */
  readonly isAppOpen?: boolean;
  /** Whether exports are confirmed by themselves; else by `confirm()`. Default true. */
  readonly confirms?: boolean;
}

/** The command line. Answers at once, in the call that completes the line. */
export class FlipperShell {
  readonly #options: FlipperShellOptions;
  readonly #settings: FlipperSettings = { ...FLIPPER_DEFAULTS };
  #line = "";
  #waiting: FlipperWait | undefined;
  /** Bytes that are part of a key's escape sequence. */
  #swallow = 0;
  #output = "";

  constructor(options: FlipperShellOptions) {
    this.#options = options;
  }

  /** Bytes from the host. A device without power neither echoes nor answers. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (!this.#options.token.powered) break;
      this.#take(byte);
    }
    this.#flush();
  }

  /** The button on the device: confirms what waits for it. */
  confirm(): void {
    if (this.#waiting?.kind !== "on-device") return;
    this.#finish(this.#waiting.finish);
    this.#flush();
  }

  /** What is sent when the power comes back. */
  powerOn(): void {
    this.#line = "";
    this.#waiting = undefined;
    this.#output = FLIPPER_PROMPT;
    this.#flush();
  }

  #flush(): void {
    if (this.#output !== "") this.#options.send(Buffer.from(this.#output, "utf8"));
    this.#output = "";
  }

  #take(byte: number): void {
    if (this.#swallow > 0) {
      this.#swallow--;
      return;
    }
    if (byte === ESC && this.#waiting?.kind !== "confirm") {
      this.#swallow = 2;
      return;
    }
    if (byte === CTRL_C) {
      this.#cancel();
      return;
    }
    switch (this.#waiting?.kind) {
      case "confirm":
        this.#takeConfirmation(byte, this.#waiting);
        return;
      case "secret":
        this.#takeSecret(byte, this.#waiting);
        return;
      case "on-device":
        return;
      case undefined:
        this.#takeCommand(byte);
    }
  }

  #takeCommand(byte: number): void {
    if (byte === CR) {
      this.#output += CRLF;
      this.#execute(this.#endLine());
      return;
    }
    if (byte === 0x08 || byte === 0x7f) this.#erase();
    else if (byte >= 0x20 && byte <= 0x7e) this.#add(byte, true);
  }

  #takeSecret(byte: number, waiting: Extract<FlipperWait, { kind: "secret" }>): void {
    if (byte === CR) {
      this.#output += ERASE_LINE;
      const secret = this.#endLine();
      this.#finish(() => waiting.finish(secret));
    } else if (byte === 0x08 || byte === 0x7f) this.#erase();
    else if (/[0-9a-zA-Z/=+]/.test(String.fromCharCode(byte))) this.#add(byte, waiting.echo);
  }

  #takeConfirmation(byte: number, waiting: Extract<FlipperWait, { kind: "confirm" }>): void {
    const character = String.fromCharCode(byte).toLowerCase();
    if (waiting.word === undefined) {
      if (character === "y" || byte === CR) this.#finish(waiting.finish);
      else if (character === "n" || byte === ESC) this.#cancel();
      return;
    }
    if (byte !== CR) {
      this.#add(byte, true);
      return;
    }
    this.#output += CRLF;
    if (this.#endLine() === waiting.word) this.#finish(waiting.finish);
    else this.#cancel();
  }

  #add(byte: number, isShown: boolean): void {
    if (this.#line.length >= FLIPPER_LINE_CHARACTERS) return;
    const character = String.fromCharCode(byte);
    this.#line += character;
    this.#output += isShown ? character : "*";
  }

  #erase(): void {
    if (this.#line === "") return;
    this.#line = this.#line.slice(0, -1);
    this.#output += "\b \b";
  }

  #endLine(): string {
    const line = this.#line;
    this.#line = "";
    return line;
  }

  #cancel(): void {
    this.#line = "";
    if (this.#waiting !== undefined) this.#output += coloured("info", `Cancelled by user${CRLF}`);
    this.#waiting = undefined;
    this.#output += FLIPPER_PROMPT;
  }

  #execute(line: string): void {
    const [program, ...words] = splitWords(line);
    if (program === undefined) {
      this.#output += FLIPPER_PROMPT;
      return;
    }
    if (program !== "totp" || this.#options.isAppOpen === false) {
      const hint = "use `help` or `?` to list all available commands";
      this.#output += `\`${program}\` command not found, ${hint}${FLIPPER_PROMPT}`;
      return;
    }
    this.#guard(() => {
      const step = flipperCommand(this.#options.token, this.#settings, words);
      this.#output += step.text;
      if (step.kind === "done") this.#output += FLIPPER_PROMPT;
      else this.#waiting = step;
      if (step.kind === "on-device" && this.#options.confirms !== false) this.#finish(step.finish);
    });
  }

  #finish(act: () => string): void {
    this.#waiting = undefined;
    this.#guard(() => {
      this.#output += act() + FLIPPER_PROMPT;
    });
  }

  /** Prints what a command was refused for. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof FlipperError) {
        const line = error.endsLine ? `${error.message}${CRLF}` : error.message;
        this.#output += error.before + coloured("error", line) + FLIPPER_PROMPT;
      } else if (error instanceof FirmwareError) {
        if (error.refusal === "off") return;
        const text = "An error has occurred during updating config file";
        this.#output += coloured("error", `${text}${CRLF}`) + FLIPPER_PROMPT;
      } else throw error;
    }
  }
}
