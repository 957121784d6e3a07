// The line shell as the host speaks it (docs/serial-shell.md): one command out, one answer in.
//
// An answer is known by the echo of its command. After a time-out, damage or anything that nobody
// asked for, the echo alone does not tell which of two equal commands is answered: then a word that
// was never sent before is sent first, and all is thrown away until its echo comes back.

import { AnswerAssembler, type ShellAnswer, stripEcho } from "../../core/wire/shell-answers.ts";
import { describeShellLine } from "../../core/wire/shell-log.ts";
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { Arrival } from "./arrival.ts";

/** Lines of one answer that the log shows. */
const MAX_LOGGED_LINES = 40;
/** Markers sent within one operation. */
const MAX_MARKERS = 20;
/** Answers kept for whoever waits; a line that is only noise brings more. */
const MAX_INBOX = 1000;
/** Silence after which a marker is taken for lost, milliseconds: at first, and at most. */
const MARKER_PATIENCE_MS = { first: 40, most: 320 } as const;

/** How long to wait for a token that is silent at first, milliseconds. */
export interface GreetingWaits {
  /** A token that is up answers within this. */
  readonly atOnceMs: number;
  /** A board that resets when its port is opened is up within this. */
  readonly resetMs: number;
}

/** AVR boards: the boot loader listens for 1 to 2 s after DTR has reset them. */
export const DEFAULT_WAITS: GreetingWaits = { atOnceMs: 300, resetMs: 2500 };

/** Talks to one shell. One command at a time: the device's queue sees to that. */
export class ShellSession {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #log: WireLog;
  readonly #answers = new AnswerAssembler();
  /** Answers that came while one is waited for; undefined when none is. */
  #inbox: ShellAnswer[] | undefined;
  readonly #arrival = new Arrival();
  #lastCommand = "";
  #inStep = false;
  #secretOnItsWay = false;
  #markers = 0;

  /** @param write sends bytes to the token; what comes from it goes to `receive` */
  constructor(write: (bytes: Uint8Array) => void, log: WireLog) {
    this.#write = write;
    this.#log = log;
  }

  /** Bytes from the token. */
  receive(bytes: Uint8Array): void {
    for (const answer of this.#answers.feed(bytes)) {
      if (this.#inbox === undefined || this.#inbox.length >= MAX_INBOX) this.#discard(answer);
      else this.#inbox.push(answer);
    }
    this.#arrival.tell();
  }

  /**
   * What the token answers to `line`, without the echo.
   *
   * @throws {DeviceError} protocol; the signal's reason when it is aborted
   */
  async ask(line: string, signal: AbortSignal): Promise<string> {
    if (!this.#inStep || this.#answers.pendingCharacters > 0) await this.#bringInStep(signal);
    return this.#exchange(async () => {
      this.#inStep = false;
      this.#send(line, signal);
      const body = this.#bodyOf(await this.#next(signal), line);
      // Bytes behind the prompt belong to no command: out of step again.
      this.#inStep = this.#answers.pendingCharacters === 0;
      if (this.#inStep) this.#secretOnItsWay = false;
      this.#logLines(body, line);
      return body;
    });
  }

  /**
   * Waits for a token that was just opened: most answer at once, some have been reset by it.
   *
   * @throws {DeviceError} protocol; the signal's reason when it is aborted
   */
  async greet(waits: GreetingWaits, signal: AbortSignal): Promise<void> {
    if (await this.#mark(signal, waits.atOnceMs)) return;
    this.#log({ direction: "event", text: "no answer yet; the board may have been reset" });
    // Bytes sent now could keep its boot loader from starting the shell: wait for a prompt.
    await this.#exchange(() => this.#nextOrPrompt(signal, waits.resetMs));
    await this.#bringInStep(signal);
  }

  async #bringInStep(signal: AbortSignal): Promise<void> {
    let patienceMs: number = MARKER_PATIENCE_MS.first;
    for (let sent = 0; sent < MAX_MARKERS; sent++) {
      if (await this.#mark(signal, patienceMs)) return;
      patienceMs = Math.min(patienceMs * 2, MARKER_PATIENCE_MS.most);
    }
    throw damaged("every answer arrives damaged");
  }

  /** Sends a marker. False when it came back damaged, or was followed by silence. */
  #mark(signal: AbortSignal, patienceMs: number): Promise<boolean> {
    const marker = `#${++this.#markers}`;
    return this.#exchange(async () => {
      this.#send(marker, signal);
      for (;;) {
        const answer = await this.#next(signal, patienceMs);
        if (answer === undefined) return false;
        if (answer.kind === "answer" && stripEcho(answer.text, marker).kind === "body") {
          this.#inStep = true;
          this.#secretOnItsWay = false;
          return true;
        }
        this.#discard(answer);
        // Behind something else: no other answer to it will come.
        if (answer.kind === "answer" && answer.text.includes(marker)) return false;
      }
    });
  }

  /** Keeps what arrives while `act` runs, and throws away what it leaves. */
  async #exchange<T>(act: () => Promise<T>): Promise<T> {
    this.#inbox = [];
    try {
      return await act();
    } finally {
      const left = this.#inbox;
      this.#inbox = undefined;
      for (const answer of left) this.#discard(answer);
    }
  }

  #send(line: string, signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#lastCommand = line;
    if (/^key/i.test(line)) this.#secretOnItsWay = true;
    this.#log({ direction: "to-token", text: describeShellLine("to-token", line) });
    this.#write(Buffer.from(`${line}\n`, "latin1"));
  }

  /** The next answer that is not a bare prompt: a token that has just started shows one. */
  async #next(signal: AbortSignal, patienceMs?: number): Promise<ShellAnswer | undefined> {
    for (;;) {
      const answer = await this.#nextOrPrompt(signal, patienceMs);
      if (answer?.kind !== "answer" || answer.text !== "") return answer;
    }
  }

  /** The next answer; undefined when none comes within `patienceMs`. */
  async #nextOrPrompt(signal: AbortSignal, patienceMs?: number): Promise<ShellAnswer | undefined> {
    signal.throwIfAborted();
    const first = this.#inbox?.shift();
    if (first !== undefined) return first;
    await this.#arrival.until(() => this.#inbox?.length !== 0, signal, patienceMs);
    return this.#inbox?.shift();
  }

  #bodyOf(answer: ShellAnswer | undefined, line: string): string {
    if (answer === undefined) throw damaged("there is no answer");
    if (answer.kind === "too-long") {
      this.#discard(answer);
      throw damaged("the answer is longer than any this shell gives");
    }
    const stripped = stripEcho(answer.text, line);
    if (stripped.kind === "body") return stripped.body;
    this.#discard(answer);
    throw damaged("the answer does not begin with the echo of the command");
  }

  /** What nobody asked for, or what cannot be read. The next command goes behind a marker. */
  #discard(answer: ShellAnswer): void {
    this.#inStep = false;
    if (answer.kind === "too-long") {
      this.#log({ direction: "event", text: "thrown away: an answer without end" });
      return;
    }
    const { length } = answer.text;
    if (length === 0) this.#log({ direction: "event", text: "a prompt nobody asked for" });
    else if (this.#secretOnItsWay) {
      // A damaged echo of a secret must not be shown, and its form cannot be told any more.
      this.#log({ direction: "event", text: `thrown away: ${length} characters` });
    } else {
      const shown = describeShellLine("from-token", answer.text, this.#lastCommand);
      this.#log({ direction: "event", text: `thrown away: ${shown}` });
    }
  }

  #logLines(body: string, line: string): void {
    const lines = body.split("\n").filter((text) => text !== "");
    for (const text of lines.slice(0, MAX_LOGGED_LINES)) {
      const shown = describeShellLine("from-token", text, line);
      this.#log({ direction: "from-token", text: shown });
    }
    const more = lines.length - MAX_LOGGED_LINES;
    if (more > 0) this.#log({ direction: "from-token", text: `… ${more} more lines` });
    else if (lines.length === 0) this.#log({ direction: "from-token", text: "(nothing)" });
  }
}

function damaged(what: string): DeviceError {
  return new DeviceError("protocol", what, {
    hint: "check the cable and the baud rate (address: /dev/ttyX?baud=9600); then read again",
  });
}
