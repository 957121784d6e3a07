// The YubiKey OTP interface as the host speaks it (HID document, part A): commands in feature
// reports, answers polled. After anything that went wrong, the next command is preceded by a reset.

import { formatDecoded } from "../../core/wire/decoded.ts";
import {
  describeOtpFrame,
  describeOtpReport,
  encodeOtpFrame,
  OTP_COMMANDS,
  OTP_FLAGS,
  OTP_REPORT_BYTES,
  type OtpCommand,
  OtpResponseReader,
  type OtpStatus,
  otpFrameReports,
  otpResetReport,
  otpResponse,
} from "../../core/wire/hid-otp.ts";
import { DeviceError } from "../errors.ts";
import { damaged, type HidConnection, pauseBeforePoll } from "./connection.ts";

/** Polls of one step, at 20 ms: what a touch takes, and room. The time-out ends it before that. */
const MAX_POLLS = 200_000;

/** Talks to one token. One operation at a time: the connection's queue sees to that. */
export class OtpSession {
  readonly #connection: HidConnection;
  readonly #reader = new OtpResponseReader();
  #isInStep = false;

  constructor(connection: HidConnection) {
    this.#connection = connection;
  }

  /** What the idle token says. @throws {DeviceError} protocol, disconnected */
  status(signal: AbortSignal): Promise<OtpStatus> {
    return this.#exchange(() => this.#idle(signal), signal);
  }

  /**
   * Sends a command that is answered with data.
   *
   * @param bytes length of the answer without its CRC
   * @param onTouch called once when the token waits for a touch
   * @throws {DeviceError} refused, protocol, disconnected
   */
  ask(
    command: OtpCommand,
    bytes: number,
    signal: AbortSignal,
    onTouch: () => void = () => {},
  ): Promise<Uint8Array> {
    return this.#exchange(async () => {
      await this.#send(command, signal);
      const answer = await this.#response(signal, onTouch);
      const response = otpResponse(answer, bytes);
      if (response.kind === "malformed") throw damaged(response.problem);
      await this.#connection.transport.sendFeature(otpResetReport(), signal);
      return response.data;
    }, signal);
  }

  /** Sends a command that changes a slot. @throws {DeviceError} refused, protocol, disconnected */
  change(command: OtpCommand, signal: AbortSignal): Promise<OtpStatus> {
    return this.#exchange(async () => {
      const before = await this.#idle(signal);
      await this.#send(command, signal);
      let after = await this.#idle(signal);
      // Once more: a status has no CRC, and "unchanged" is to be believed when it is said twice.
      if (!hasWritten(before, after)) after = await this.#idle(signal);
      if (hasWritten(before, after)) return after;
      throw new DeviceError("refused", "the token refused to write the slot", {
        hint: "is it protected by an access code, or the interface locked?",
      });
    }, signal);
  }

  /** A report as it is: whatever it begins, the next operation begins with a reset. */
  async setReport(report: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#isInStep = false;
    const { transport, log } = this.#connection;
    log({ direction: "to-token", text: formatDecoded(describeOtpReport("to-token", report)) });
    await transport.sendFeature(report, signal);
  }

  /** What the token answers to a poll now, as it is. */
  async getReport(signal: AbortSignal): Promise<Uint8Array> {
    this.#isInStep = false;
    const { transport, log } = this.#connection;
    const report = await transport.getFeature(OTP_REPORT_BYTES, signal);
    log({ direction: "from-token", text: formatDecoded(describeOtpReport("from-token", report)) });
    return report;
  }

  /** Any failure leaves the token in the middle of something. */
  async #exchange<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (!this.#isInStep) await this.#connection.transport.sendFeature(otpResetReport(), signal);
    this.#isInStep = false;
    this.#reader.reset();
    const result = await act();
    this.#isInStep = true;
    return result;
  }

  async #send(command: OtpCommand, signal: AbortSignal): Promise<void> {
    const frame = encodeOtpFrame(command);
    this.#connection.log({ direction: "to-token", text: formatDecoded(describeOtpFrame(frame)) });
    for (const report of otpFrameReports(frame)) {
      await this.#writable(signal);
      await this.#connection.transport.sendFeature(report, signal);
    }
    frame.fill(0);
  }

  /** Resolves when the token has taken the last report. */
  async #writable(signal: AbortSignal): Promise<void> {
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      await pauseBeforePoll(poll, signal);
      const report = await this.#get(signal);
      if (((report[OTP_REPORT_BYTES - 1] ?? 0) & OTP_FLAGS.write) === 0) return;
    }
    throw damaged("the token does not take what is written");
  }

  /** The status, when the token has done what it was told. */
  async #idle(signal: AbortSignal): Promise<OtpStatus> {
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      await pauseBeforePoll(poll, signal);
      const event = this.#reader.read(await this.#get(signal));
      switch (event.kind) {
        case "status":
          return event.status;
        case "malformed":
          throw damaged(event.problem);
        case "part":
        case "response":
          throw damaged("a response where the status was expected");
        case "unprocessed":
        case "busy":
        case "touch":
      }
    }
    throw damaged("the token does not become idle");
  }

  /** The bytes of a response, its CRC and padding. */
  async #response(signal: AbortSignal, onTouch: () => void): Promise<Uint8Array> {
    let statuses = 0;
    let touches = 0;
    for (let poll = 0, waited = 0; poll < MAX_POLLS; poll++, waited++) {
      await pauseBeforePoll(waited, signal);
      const event = this.#reader.read(await this.#get(signal));
      switch (event.kind) {
        case "response":
          return event.bytes;
        case "part":
          waited = -1;
          break;
        case "malformed":
          throw damaged(event.problem);
        case "touch":
          if (touches++ > 0) break;
          this.#event(`touch the token: ${event.secondsLeft} s left`);
          onTouch();
          break;
        case "status":
          // Said twice: one damaged report must not look like a refusal.
          if (++statuses > 1) throw touches > 0 ? notTouched() : rejected();
          break;
        case "unprocessed":
        case "busy":
          break;
      }
    }
    throw damaged("the response does not end");
  }

  async #get(signal: AbortSignal): Promise<Uint8Array> {
    const report = await this.#connection.transport.getFeature(OTP_REPORT_BYTES, signal);
    if (report.length !== OTP_REPORT_BYTES) throw damaged("a report is cut short");
    if (((report[OTP_REPORT_BYTES - 1] ?? 0) & OTP_FLAGS.response) !== 0) {
      const text = formatDecoded(describeOtpReport("from-token", report));
      this.#connection.log({ direction: "from-token", text });
    }
    return report;
  }

  #event(text: string): void {
    this.#connection.log({ direction: "event", text });
  }
}

/**
 * The sequence counts writes; it is 0 only when both slots are empty (HID document, pitfall 4), so
 * that 1 follows 255.
 */
function hasWritten(before: OtpStatus, after: OtpStatus): boolean {
  const next = before.sequence === 0xff ? 1 : before.sequence + 1;
  return after.sequence === next || after.sequence === 0;
}

function rejected(): DeviceError {
  return new DeviceError("refused", "the token rejected the command", {
    hint: "is the slot configured for challenge-response (HMAC-SHA1)?",
  });
}

function notTouched(): DeviceError {
  return new DeviceError("refused", "the token was not touched in time", {
    hint: "touch it while it flashes, then read again",
  });
}

/** The serial number. @throws {DeviceError} refused when the token does not show it */
export async function otpSerialNumber(session: OtpSession, signal: AbortSignal): Promise<number> {
  const command = { slot: OTP_COMMANDS.serialNumber, payload: new Uint8Array(0) };
  const bytes = await session.ask(command, 4, signal);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
