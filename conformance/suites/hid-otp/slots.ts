// The OTP slots that a case of this suite speaks to, in reports of eight bytes. Frames and CRCs are
// made here anew, so that a mistake in the codec cannot agree with itself.

import type { RawReports } from "../../../devices/raw.ts";
import type { TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { type WireCaseInput, type WireSuite, wireCase } from "../shared/wire-case.ts";
import { printHex } from "../ykoath/frames.ts";

/** Commands by their slot byte. */
export const COMMAND = {
  write1: 0x01,
  write2: 0x03,
  swap: 0x06,
  serial: 0x10,
  deviceInfo: 0x13,
  hmac1: 0x30,
  hmac2: 0x38,
} as const;

/** Configuration flags of a HMAC slot: HMAC_LT64 and touch. */
export const HMAC = { fixed: 0x22, variable: 0x26, touched: 0x2e } as const;

const PAYLOAD_BYTES = 64;
const REPORTS = 10;
/** Reads of one answer. */
const MAX_READS = 64;
const MAX_TOUCH_READS = 200;
const STEP_US = 250_000;

/** What came of a command. */
export type SlotAnswer =
  /** Data with its CRC and padding, as it was read. */
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly reports: readonly string[] }
  /** No data: the status report at once. */
  | { readonly kind: "status"; readonly status: SlotStatus };

/** The report of an idle token. */
export interface SlotStatus {
  readonly version: string;
  readonly sequence: number;
  readonly touchLevel: number;
}

/** A slot's configuration; what is not given is 0. */
export interface ConfigInput {
  readonly secret: Uint8Array;
  /** HMAC */
  readonly flags?: number;
  /** New access code, 6 bytes. */
  readonly accessCode?: Uint8Array;
  /** The present one. */
  readonly present?: Uint8Array;
}

/** The slots. */
export class Slots {
  readonly #t: TokenContext;

  constructor(t: TokenContext) {
    this.#t = t;
  }

  get #reports(): RawReports {
    return this.#t.device.raw?.otpHid ?? this.#t.skip("the token is not reached by HID reports");
  }

  set(report: Uint8Array): Promise<void> {
    return this.#reports.set(report, { signal: this.#t.signal });
  }

  get(): Promise<Uint8Array> {
    return this.#reports.get({ signal: this.#t.signal });
  }

  async sendAll(reports: readonly Uint8Array[]): Promise<void> {
    for (const report of reports) await this.set(report);
  }

  reset(byte: 0x8f | 0xff = 0x8f): Promise<void> {
    return this.set(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, byte));
  }

  /** The status of an idle token. Fails the case when the report is none. */
  async status(): Promise<SlotStatus> {
    const report = await this.get();
    const [zero, major, minor, build, sequence = 0, low = 0, high = 0, flags] = report;
    this.#t.equal("an idle report: bytes 0 and 7", [zero, flags], [0, 0]);
    return { version: `${major}.${minor}.${build}`, sequence, touchLevel: low | (high << 8) };
  }

  /** Reads until the end marker or a status; a touch waited for ends it, too. */
  async read(): Promise<SlotAnswer | "touch"> {
    const reports: string[] = [];
    const bytes: number[] = [];
    for (let read = 0; read < MAX_READS; read++) {
      const report = await this.get();
      const flags = report[7] ?? 0;
      if ((flags & 0x80) !== 0 || flags === 0x10) continue;
      if ((flags & 0x40) !== 0) {
        reports.push(printHex(report));
        if (flags === 0x40 && bytes.length > 0) {
          return { kind: "data", bytes: Uint8Array.from(bytes), reports };
        }
        this.#t.equal("sequence of a part", flags & 0x1f, bytes.length / 7);
        bytes.push(...report.subarray(0, 7));
      } else if ((flags & 0x20) !== 0) return "touch";
      else {
        const [, major, minor, build, sequence = 0, low = 0, high = 0] = report;
        const version = `${major}.${minor}.${build}`;
        return { kind: "status", status: { version, sequence, touchLevel: low | (high << 8) } };
      }
    }
    throw new Error(`no end after ${MAX_READS} reports`);
  }

  /** Sends a command and reads what comes of it; a touch that is waited for is given. */
  async ask(slot: number, payload: Uint8Array = new Uint8Array(0)): Promise<SlotAnswer> {
    await this.sendAll(reportsOf(frame(slot, payload)));
    for (let wait = 0; wait < MAX_TOUCH_READS; wait++) {
      const answer = await this.read();
      if (answer !== "touch") return answer;
      await this.#t.rig?.pressButton();
      await this.#t.rig?.advance(STEP_US);
    }
    throw new Error("the token waits for a touch, and takes none");
  }

  /** Checks that a command has no answer, and changed nothing. */
  async rejected(what: string, act: () => Promise<SlotAnswer | "touch">): Promise<void> {
    const before = await this.status();
    const answer = await act();
    this.#t.equal(`${what}: no data, and the status as it was`, answer, {
      kind: "status",
      status: before,
    });
    await this.reset();
  }

  /** Checks the answer's bytes, its CRC among them, and leaves the token idle. */
  async answers(what: string, answer: SlotAnswer | "touch", expected: Uint8Array): Promise<void> {
    const isData = answer !== "touch" && answer.kind === "data";
    const bytes = isData ? answer.bytes : new Uint8Array(0);
    const { length } = expected;
    this.#t.equal(what, printHex(bytes.slice(0, length)), printHex(expected));
    const guarded = bytes.slice(0, length + 2);
    this.#t.equal(`${what}: residue of the CRC`, crc16(guarded).toString(16), "f0b8");
    await this.reset();
  }

  /** Writes a slot and tells the status after it. */
  async write(slot: 1 | 2, input: ConfigInput | "nothing"): Promise<SlotStatus> {
    const payload = input === "nothing" ? new Uint8Array(PAYLOAD_BYTES) : config(input);
    const answer = await this.ask(slot === 1 ? COMMAND.write1 : COMMAND.write2, payload);
    if (answer.kind === "status") return answer.status;
    throw new Error("a write was answered with data");
  }
}

/** Payload of 64 bytes, slot, CRC of the payload low byte first, 3 bytes of filler. */
export function frame(slot: number, payload: Uint8Array, crcError = 0): Uint8Array {
  const bytes = new Uint8Array(PAYLOAD_BYTES + 6);
  bytes.set(payload);
  const crc = crc16(bytes.subarray(0, PAYLOAD_BYTES)) ^ crcError;
  bytes.set([slot, crc & 0xff, crc >> 8], PAYLOAD_BYTES);
  return bytes;
}

/** All ten reports, or those that hosts send: the first, the last, and what is not zero. */
export function reportsOf(bytes: Uint8Array, which: "all" | "needed" = "needed"): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < REPORTS; at++) {
    const part = bytes.subarray(at * 7, at * 7 + 7);
    const isNeeded = at === 0 || at === REPORTS - 1 || part.some((byte) => byte !== 0);
    if (which === "all" || isNeeded) reports.push(Uint8Array.of(...part, 0x80 | at));
  }
  return reports;
}

/** The 52 bytes of a HMAC slot's configuration, and the present access code behind them. */
export function config(input: ConfigInput): Uint8Array {
  const { secret, flags = HMAC.variable } = input;
  const bytes = new Uint8Array(PAYLOAD_BYTES);
  // Secret: key (16) at 22, its last four bytes in uid at 16.
  bytes.set(secret.subarray(0, 16), 22);
  bytes.set(secret.subarray(16, 20), 16);
  bytes.set(input.accessCode ?? [], 38);
  bytes.set([0, 0, 0x40, flags], 44);
  const crc = ~crc16(bytes.subarray(0, 50)) & 0xffff;
  bytes.set([crc & 0xff, crc >> 8], 50);
  bytes.set(input.present ?? [], 52);
  return bytes;
}

/** ISO 13239, without the last inversion: polynomial 8408, from FFFF. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

const HID_OTP: WireSuite<Slots> = {
  suite: "hid-otp",
  document: "YubiKey OTP over HID, ",
  need: "otp-hid",
  open: (t) => new Slots(t),
};

/** Cases write slots, and begin commands that they do not end: on emulated tokens only. */
export function slotCase(input: Omit<WireCaseInput<Slots>, "isHarmless">): TokenCase {
  return wireCase(HID_OTP, input);
}
