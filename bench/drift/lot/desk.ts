// The desk at which a lot is taken in, one token after another: a serial number, then what its
// display shows. Lines come from a keyboard, a barcode scanner, a file or a camera rig; what each
// means is decided here, what becomes of it is told. Pure: lines with times in, records out.

import { isCode } from "../../../core/oath/codes.ts";
import { parseCodeLine } from "../../../devices/operator/code-file.ts";
import { readTypedCode } from "../../../devices/operator/typed-code.ts";
import { type DeskLine, HostWatch } from "./host-watch.ts";
import type { IntakeRecord } from "./log.ts";
import type { Lot, LotToken } from "./lot.ts";
import { type DeskOptions, TokenReadings } from "./token-readings.ts";
import { NOT_OPEN, type Said, type Tone } from "./words.ts";

/** What a line came to. */
export interface DeskAnswer {
  readonly records: readonly IntakeRecord[];
  readonly said: readonly Said[];
  /** The operator has ended the session. */
  readonly isOver: boolean;
}

/** Most tokens that wait for a second code. */
const MOST_OPEN = 10_000;
const LONGEST_LINE = 512;
/** Malformed lines that are logged one by one. */
const MOST_MALFORMED = 100;

const HELP =
  "scan or type a serial number; then type the code on the display, or press Enter alone the " +
  "moment the display changes and then type the new code. undo: the last reading does not count; " +
  "end: stop here, the same command goes on later";

/** @see DeskAnswer */
export class IntakeDesk {
  readonly #lot: Lot;
  readonly #options: DeskOptions;
  readonly #tokens = new Map<string, TokenReadings>();
  readonly #host = new HostWatch();
  #open: TokenReadings | undefined;
  #malformed = 0;
  #records: IntakeRecord[] = [];
  #said: Said[] = [];

  /** @param earlier records of earlier sessions of the same log */
  constructor(lot: Lot, options: DeskOptions, earlier: readonly IntakeRecord[]) {
    this.#lot = lot;
    this.#options = options;
    for (const record of earlier) {
      if (record.kind !== "reading" && record.kind !== "withdraw") continue;
      const token = lot.find(record.serial);
      if (token === undefined) continue;
      const readings = this.#of(token);
      if (record.kind === "reading") readings.remember(record);
      else readings.withdraw();
    }
  }

  /** Tokens with a reading. */
  get read(): number {
    return [...this.#tokens.values()].filter(({ count }) => count > 0).length;
  }

  /** Serial numbers of the lot without a reading. */
  get missing(): readonly string[] {
    return this.#lot.serials.filter((serial) => {
      const token = this.#lot.find(serial);
      return token === undefined || (this.#tokens.get(token.serial)?.count ?? 0) === 0;
    });
  }

  /** What the next line is for. */
  get prompt(): string {
    if (this.#open === undefined) return "serial number: ";
    return `${this.#open.serial}, code, Enter at a change, or the next serial number: `;
  }

  /** Takes a line in. */
  take(line: DeskLine): DeskAnswer {
    const step = this.#host.step(line);
    if (step !== 0) this.#hostStepped(step, line.at);
    const text = line.text.trim();
    if (text.length > LONGEST_LINE) this.#malformedLine("the line is too long", line.at);
    else if (text.toLowerCase() === "end") return this.finish("ended by the operator", line.at);
    else if (text === "?" || text.toLowerCase() === "help") this.#say("plain", HELP);
    else if (text.startsWith("#")) return this.#answer(false);
    else if (text.includes(",")) this.#rigLine(text, line.at);
    else if (text === "") this.#tap(line.at);
    else if (text.toLowerCase() === "undo") this.#undo(line.at);
    else this.#typed(text, line.at);
    return this.#answer(false);
  }

  /** Ends the session: what still waits for a second code is judged by what there is. */
  finish(why: string, at: number): DeskAnswer {
    for (const readings of this.#tokens.values()) this.#collect(readings.close(at));
    this.#records.push({ kind: "end", at, why });
    return this.#answer(true);
  }

  #typed(text: string, at: number): void {
    const code = this.#codeIn(text);
    const scanned = this.#lot.find(text);
    // A serial number of six digits may be a code; the token in hand says which.
    if (scanned !== undefined && !(code !== undefined && this.#open?.shows(code, at) === true)) {
      this.#openToken(scanned, at);
      return;
    }
    if (this.#open === undefined) {
      this.#collect({
        records: [unknownSerial(text, at)],
        said: [{ tone: "warn", text: `${text} is no serial number of this lot` }],
      });
      return;
    }
    if (code === undefined) {
      const { serial, digits } = this.#open;
      this.#malformedLine(
        `that is neither a code of ${digits} digits of ${serial} nor a serial number of this lot`,
        at,
        serial,
      );
      return;
    }
    this.#collect(this.#open.takeTyped(code, at, this.#options));
  }

  #codeIn(text: string): string | undefined {
    const read = readTypedCode(text, this.#open?.digits ?? 6);
    if (read.kind === "code" && read.prefix === "") return read.code;
    const digits = text.replace(/[\s-]/g, "");
    // A code of another length tells that the file is wrong about the token.
    return digits.length >= 6 && isCode(digits, Math.min(10, digits.length)) ? digits : undefined;
  }

  #openToken(token: LotToken, at: number): void {
    if (token.parameters.kind !== "totp") {
      this.#say("warn", `${token.serial} is event-based: it has no clock`);
      return;
    }
    if (this.#open !== undefined && this.#open.serial !== token.serial) {
      this.#collect(this.#open.close(at));
    }
    this.#open = this.#of(token);
    this.#open.takeUp();
    const { serial, count } = this.#open;
    if (count > 0) this.#say("plain", `${serial} has ${count} readings; another sharpens it`);
  }

  #tap(at: number): void {
    if (this.#open === undefined) this.#say("warn", NOT_OPEN);
    else this.#collect(this.#open.tap(at));
  }

  #undo(at: number): void {
    const record = this.#open?.undo(at);
    if (this.#open === undefined) this.#say("warn", NOT_OPEN);
    else if (record === undefined) this.#say("warn", `${this.#open.serial} has no reading`);
    else {
      this.#records.push(record);
      this.#say("plain", `the last reading of ${record.serial} does not count`);
    }
  }

  #rigLine(text: string, at: number): void {
    const line = parseCodeLine(text);
    if (line.kind === "empty") return;
    if (line.kind === "malformed") {
      this.#malformedLine(line.problem, at);
      return;
    }
    const token = this.#lot.find(line.serial);
    if (token === undefined) {
      this.#records.push(unknownSerial(line.serial, at));
      this.#say("warn", `${line.serial} is no serial number of this lot`);
      return;
    }
    if (token.parameters.kind !== "totp") {
      this.#say("warn", `${token.serial} is event-based: it has no clock`);
      return;
    }
    this.#collect(this.#of(token).takeRig(line));
  }

  #of(token: LotToken): TokenReadings {
    const found = this.#tokens.get(token.serial);
    if (found !== undefined) return found;
    if (this.#tokens.size >= MOST_OPEN * 10) throw new RangeError("too many tokens in one log");
    const made = new TokenReadings(this.#lot, token);
    this.#tokens.set(token.serial, made);
    return made;
  }

  #hostStepped(seconds: number, at: number): void {
    const text =
      `this computer's clock stepped by ${seconds.toFixed(2)} s: readings of this session count ` +
      "only as far as that leaves them";
    this.#records.push({ kind: "note", serial: null, at, what: "host-step", text, seconds });
    this.#say("bad", text);
  }

  #malformedLine(problem: string, at: number, serial: string | null = null): void {
    this.#say("warn", problem);
    if (++this.#malformed > MOST_MALFORMED) return;
    this.#records.push({ kind: "note", serial, at, what: "malformed", text: problem });
  }

  #collect({ records, said }: Omit<DeskAnswer, "isOver">): void {
    this.#records.push(...records);
    this.#said.push(...said);
  }

  #say(tone: Tone, text: string): void {
    this.#said.push({ tone, text });
  }

  #answer(isOver: boolean): DeskAnswer {
    const answer = { records: this.#records, said: this.#said, isOver };
    this.#records = [];
    this.#said = [];
    return answer;
  }
}

function unknownSerial(serial: string, at: number): IntakeRecord {
  const text = `"${serial.slice(0, 64)}" is no serial number of this lot`;
  return { kind: "note", serial: null, at, what: "unknown-serial", text };
}
