// The command line of a Flipper as the host speaks it (protocols/serial-tokens.md §1): CR executes,
// everything is echoed and coloured, answers end at the prompt. As with the other shells, after
// damage or a time-out a word that was never sent before is sent first, and all is thrown away
// until its echo comes back.

import { describeSecret } from "../../core/oath/secret.ts";
import { AnsiFilter } from "../../core/wire/ansi.ts";
import { stripEcho } from "../../core/wire/shell-answers.ts";
import { describeShellLine } from "../../core/wire/shell-log.ts";
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { Arrival } from "./arrival.ts";

/** What it shows when it waits for a command. */
const PROMPT = "\n>: ";
/** What it shows when it waits for a secret. */
const SECRET_PROMPT = /\[ENTER\]:\n$/;
/** Longest answer kept, characters: an export of 60 tokens. */
const MAX_ANSWER_CHARACTERS = 65_536;
/** Ctrl-C: ends a dialogue and a line that was begun. */
const GIVE_UP = "\x03";
/** Lines of one answer that the log shows. */
const MAX_LOGGED_LINES = 80;
const MAX_MARKERS = 20;
const MARKER_PATIENCE_MS = { first: 60, most: 480 } as const;

/** Talks to one Flipper. One command at a time: the device's queue sees to that. */
export class FlipperSession {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #log: WireLog;
  readonly #ansi = new AnsiFilter();
  #text = "";
  readonly #arrival = new Arrival();
  #isInStep = false;
  #markers = 0;

  constructor(write: (bytes: Uint8Array) => void, log: WireLog) {
    this.#write = write;
    this.#log = log;
  }

  /** Bytes from the Flipper. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte !== 0x0d) this.#text += this.#ansi.pass(String.fromCharCode(byte));
    }
    if (this.#text.length > MAX_ANSWER_CHARACTERS) {
      this.#text = this.#text.slice(-PROMPT.length);
      this.#isInStep = false;
      this.#log({ direction: "event", text: "thrown away: an answer without end" });
    }
    this.#arrival.tell();
  }

  /** Resolves with "flipper" when what looks like its prompt comes; else never. */
  prompted(): Promise<"flipper"> {
    // The echo of another shell's greeting may be behind it already.
    return this.#arrival.until(() => this.#text.includes(PROMPT)).then(() => "flipper");
  }

  get #hasPrompted(): boolean {
    return this.#text.endsWith(PROMPT);
  }

  /**
   * What the Flipper answers to the first line of `dialogue`, without the echo. A second line is a
   * secret: it is typed when the Flipper asks for one, and never shown.
   *
   * @throws {DeviceError} protocol; the signal's reason when it is aborted
   */
  async ask(dialogue: string, signal: AbortSignal): Promise<string> {
    const end = dialogue.indexOf("\n");
    const line = end < 0 ? dialogue : dialogue.slice(0, end);
    const secret = end < 0 ? undefined : dialogue.slice(end + 1);
    if (!this.#isInStep || this.#text !== "") await this.#bringInStep(signal);
    this.#isInStep = false;
    this.#send(line, signal);
    if (secret !== undefined) {
      await this.#arrival.until(() => SECRET_PROMPT.test(this.#text) || this.#hasPrompted, signal);
      if (!this.#hasPrompted) this.#sendSecret(secret);
    }
    await this.#arrival.until(() => this.#hasPrompted, signal);
    const answer = stripEcho(this.#taken(), line);
    if (answer.kind === "no-echo") throw damaged("the answer does not begin with the command");
    this.#isInStep = true;
    this.#logLines(answer.body);
    return answer.body;
  }

  /** Sends Ctrl-C and markers until one comes back. */
  async #bringInStep(signal: AbortSignal): Promise<void> {
    let patienceMs: number = MARKER_PATIENCE_MS.first;
    for (let sent = 0; sent < MAX_MARKERS; sent++) {
      if (await this.#mark(patienceMs, signal)) return;
      patienceMs = Math.min(patienceMs * 2, MARKER_PATIENCE_MS.most);
    }
    throw damaged("every answer arrives damaged");
  }

  async #mark(patienceMs: number, signal: AbortSignal): Promise<boolean> {
    // Unlike the markers of the other shells: one may stand in the line that Ctrl-C gives up.
    const marker = `##${++this.#markers}`;
    this.#write(Buffer.from(GIVE_UP, "latin1"));
    this.#send(marker, signal);
    const isAnswered = (): boolean => this.#hasPrompted && this.#text.includes(`${marker}\n`);
    await this.#arrival.until(isAnswered, signal, patienceMs);
    const isMarked = isAnswered();
    const { length } = this.#taken();
    this.#log({ direction: "event", text: `thrown away: ${length} characters` });
    return isMarked;
  }

  #send(line: string, signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#log({ direction: "to-token", text: describeShellLine("to-token", line) });
    this.#write(Buffer.from(`${line}\r`, "latin1"));
  }

  #sendSecret(secret: string): void {
    const bytes = Buffer.from(secret, "latin1");
    this.#log({ direction: "to-token", text: `secret <${describeSecret(bytes)}>` });
    this.#write(Buffer.from(`${secret}\r`, "latin1"));
  }

  #taken(): string {
    const text = this.#hasPrompted ? this.#text.slice(0, -PROMPT.length) : this.#text;
    this.#text = "";
    return text;
  }

  #logLines(body: string): void {
    const lines = body.split("\n").filter((line) => line !== "");
    for (const line of lines.slice(0, MAX_LOGGED_LINES)) {
      const shown = describeShellLine("from-token", withoutSecret(line));
      this.#log({ direction: "from-token", text: shown });
    }
    const more = lines.length - MAX_LOGGED_LINES;
    if (more > 0) this.#log({ direction: "from-token", text: `… ${more} more lines` });
  }
}

/** An exported key without its secret. */
function withoutSecret(line: string): string {
  return line.replace(/secret=[^&]*/gi, (secret) => `secret=<${secret.length - 7} characters>`);
}

function damaged(what: string): DeviceError {
  return new DeviceError("protocol", what, { hint: "check the cable; then try again" });
}
