// Nitrokey Pro's reports as the host speaks them (HID document, part B): a command goes out, and
// the same feature report is read until the token has answered it.

import { sameBytes, viewOf } from "../../core/wire/bytes.ts";
import { formatDecoded } from "../../core/wire/decoded.ts";
import {
  decodeNitrokeyResponse,
  describeNitrokey,
  encodeNitrokeyCommand,
  NITROKEY_DEVICE_STATUS,
  NITROKEY_REPORT_BYTES,
  NITROKEY_STATUS,
  type NitrokeyCommand,
  type NitrokeyResponseReport,
} from "../../core/wire/hid-reports.ts";
import { DeviceError } from "../errors.ts";
import { damaged, type HidConnection, pauseBeforePoll } from "./connection.ts";

/** Reads of one answer: writing a slot takes the Storage up to two seconds. */
const MAX_POLLS = 2000;
/** Answers that arrived damaged, or belong to another command, before one is given up. */
const MAX_DAMAGED = 20;
const CRC_OFFSET = 60;

/** What a command came to: its payload, or the token's refusal. */
export type NitrokeyOutcome =
  | { readonly kind: "ok"; readonly payload: Uint8Array }
  | { readonly kind: "refused"; readonly status: number };

/** Talks to one token. One operation at a time: the connection's queue sees to that. */
export class NitrokeySession {
  readonly #connection: HidConnection;

  constructor(connection: HidConnection) {
    this.#connection = connection;
  }

  /** @throws {DeviceError} protocol, disconnected; the signal's reason */
  async exchange(command: NitrokeyCommand, signal: AbortSignal): Promise<NitrokeyOutcome> {
    const report = encodeNitrokeyCommand(command);
    const crc = viewOf(report).getUint32(CRC_OFFSET, true);
    this.#log("to-token", report);
    await this.#connection.transport.sendFeature(report, signal);
    report.fill(0);
    const response = await this.#answer(crc, signal);
    const { commandStatus: status, payload } = response;
    return status === NITROKEY_STATUS.ok ? { kind: "ok", payload } : { kind: "refused", status };
  }

  /** The payload. @throws {DeviceError} as exchange, and for a refusal: see refusalOf */
  async ask(command: NitrokeyCommand, signal: AbortSignal): Promise<Uint8Array> {
    const outcome = await this.exchange(command, signal);
    if (outcome.kind === "ok") return outcome.payload;
    throw refusalOf(outcome.status);
  }

  /**
   * Reading an answer does not consume it: one that arrived damaged is read again. Some firmware
   * sends wrong CRCs (HID document, pitfall 9): what is read twice the same is taken as it is.
   */
  async #answer(crc: number, signal: AbortSignal): Promise<NitrokeyResponseReport> {
    let before: Uint8Array = new Uint8Array(0);
    let bad = 0;
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      await pauseBeforePoll(poll, signal);
      const bytes = await this.#connection.transport.getFeature(NITROKEY_REPORT_BYTES, signal);
      const response = decodeNitrokeyResponse(bytes);
      const isBelieved =
        response.kind === "response" && (response.crcMatches || sameBytes(bytes, before));
      before = bytes;
      if (!isBelieved || response.deviceStatus === NITROKEY_DEVICE_STATUS.error) {
        if (++bad > MAX_DAMAGED) throw damaged("every answer arrives damaged");
        continue;
      }
      if (response.deviceStatus !== NITROKEY_DEVICE_STATUS.ready) continue;
      if (response.lastCommandCrc === crc) {
        this.#log("from-token", bytes);
        return response;
      }
      if (++bad > MAX_DAMAGED) throw damaged("the token answers another command");
    }
    throw damaged("the token does not answer");
  }

  #log(direction: "to-token" | "from-token", report: Uint8Array): void {
    const text = formatDecoded(describeNitrokey(direction, report));
    this.#connection.log({ direction, text });
  }
}

/** What a status means to whoever asked (HID document, B1). */
export function refusalOf(status: number): DeviceError {
  switch (status) {
    case NITROKEY_STATUS.wrongSlot:
      return new DeviceError("bad-argument", "the token has no such slot");
    case NITROKEY_STATUS.notProgrammed:
      return new DeviceError("refused", "the slot is empty", {
        hint: "list the credentials of the token",
      });
    case NITROKEY_STATUS.wrongPassword:
      return new DeviceError("refused", "the token says that the PIN is wrong", {
        hint: "it has few tries: look the PIN up, do not guess",
      });
    case NITROKEY_STATUS.notAuthorized:
      return new DeviceError("refused", "the token asks for a PIN", {
        hint: "set OATHBED_ADMIN_PIN or OATHBED_USER_PIN, or name a file: ?pins=FILE",
      });
    case NITROKEY_STATUS.timestampWarning:
      return new DeviceError("refused", "the time is older than the one the token knows", {
        hint: "check the clock of this computer",
      });
    case NITROKEY_STATUS.noName:
      return new DeviceError("bad-argument", "the name must not be empty");
    case NITROKEY_STATUS.notSupported:
    case NITROKEY_STATUS.unknownCommand:
      return new DeviceError("not-supported", "this token does not know the command", {
        hint: "its firmware may be too old: 0.8 and later are supported",
      });
    default:
      return damaged(`the token answered with status ${status}`);
  }
}
