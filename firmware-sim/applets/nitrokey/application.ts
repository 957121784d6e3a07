// A Nitrokey Pro behind its HID reports (HID document, part B), firmware 0.8 and later.

import { viewOf } from "../../../core/wire/bytes.ts";
import {
  decodeNitrokeyCommand,
  encodeNitrokeyNameAnswer,
  encodeNitrokeyResponse,
  encodeNitrokeySlotAnswer,
  encodeNitrokeyStatusAnswer,
  NITROKEY_DEVICE_STATUS,
  NITROKEY_REPORT_BYTES,
  NITROKEY_SLOTS,
  NITROKEY_STATUS,
  type NitrokeyCommand,
} from "../../../core/wire/hid-reports.ts";
import type { Power } from "../../power.ts";
import type { TokenClock } from "../../token-clock.ts";
import type { HidApplication } from "../applet.ts";
import type { FirmwareVersion } from "../smart-profile.ts";
import { type NitrokeyAnswer, NitrokeyCodes } from "./codes.ts";
import { NitrokeyPasswords, type NitrokeyRole } from "./passwords.ts";
import { SlotWriter } from "./slot-writer.ts";
import { type NitrokeyStore, slotKindOf } from "./store.ts";

type Command<K extends NitrokeyCommand["kind"]> = Extract<NitrokeyCommand, { kind: K }>;

/** Numbers of commands that tell how many tries of a PIN are left (libnitrokey, command_id.h). */
const TRIES_COMMANDS: Readonly<Record<number, NitrokeyRole>> = { 9: "admin", 15: "user" };

/** @see NitrokeyApplication */
export interface NitrokeyApplicationOptions {
  readonly store: NitrokeyStore;
  readonly clock: TokenClock;
  readonly power: Power;
  readonly version: FirmwareVersion;
  readonly serial: number;
}

/** Commands in, answers out, each a report of 64 bytes. */
export class NitrokeyApplication implements HidApplication {
  readonly featureReportBytes: number = NITROKEY_REPORT_BYTES;
  readonly #store: NitrokeyStore;
  readonly #power: Power;
  readonly #version: FirmwareVersion;
  readonly #cardSerial: Uint8Array = new Uint8Array(4);
  readonly #codes: NitrokeyCodes;
  #passwords: NitrokeyPasswords;
  #writer: SlotWriter;
  #response: Uint8Array = responseOf(0, 0, { status: NITROKEY_STATUS.ok });

  constructor({ store, clock, power, version, serial }: NitrokeyApplicationOptions) {
    this.#store = store;
    this.#power = power;
    this.#version = version;
    this.#codes = new NitrokeyCodes(store, clock);
    this.#passwords = new NitrokeyPasswords(store);
    this.#writer = new SlotWriter(store);
    viewOf(this.#cardSerial).setUint32(0, serial);
  }

  setFeatureReport(report: Uint8Array): void {
    if (!this.#power.isOn) return;
    const result = decodeNitrokeyCommand(report);
    if (result.kind === "malformed") return;
    const number = report[0] ?? 0;
    const answer =
      result.kind === "wrong-crc"
        ? { status: NITROKEY_STATUS.wrongCrc }
        : this.#power.run(() => this.#answer(result.command), { status: NITROKEY_STATUS.ok });
    if (this.#power.isOn) this.#response = responseOf(number, result.crc, answer);
  }

  getFeatureReport(): Uint8Array {
    return this.#response.slice();
  }

  takeInputReport(): undefined {
    return undefined;
  }

  onInput(): () => void {
    return () => {};
  }

  /** Sessions end, what was sent of a slot is gone. */
  reset(): void {
    this.#passwords = new NitrokeyPasswords(this.#store);
    this.#writer = new SlotWriter(this.#store);
    this.#response = responseOf(0, 0, { status: NITROKEY_STATUS.ok });
  }

  #answer(command: NitrokeyCommand): NitrokeyAnswer {
    switch (command.kind) {
      case "get-status":
        return this.#status();
      case "read-slot-name":
      case "read-slot":
        return this.#read(command);
      case "get-code":
        return this.#getCode(command);
      case "verify-otp-code":
        return this.#codes.verify(command.code);
      case "set-time":
        return this.#codes.setTime(command);
      case "first-authenticate":
        return this.#authenticate("admin", command);
      case "user-authenticate":
        return this.#authenticate("user", command);
      case "send-otp-data":
        return this.#asAdmin(command.password, () => this.#writer.take(command));
      case "write-to-slot":
        return this.#asAdmin(command.password, () => this.#writer.write(command));
      case "erase-slot":
        return this.#asAdmin(command.password, () => this.#erase(command.slot));
      case "write-config":
        return this.#asAdmin(command.password, () => {
          this.#store.change({ generalConfig: command.config });
          return { status: NITROKEY_STATUS.ok };
        });
      case "write-to-slot-legacy":
      case "authorize":
      case "user-authorize":
        return { status: NITROKEY_STATUS.notSupported };
      case "unknown":
        return this.#tries(command.command);
    }
  }

  #status(): NitrokeyAnswer {
    const [major, minor] = this.#version;
    const { generalConfig } = this.#store.settings;
    const cardSerial = this.#cardSerial;
    const payload = encodeNitrokeyStatusAnswer({ major, minor, cardSerial, generalConfig });
    return { status: NITROKEY_STATUS.ok, payload };
  }

  #tries(number: number): NitrokeyAnswer {
    const role = TRIES_COMMANDS[number];
    if (role === undefined) return { status: NITROKEY_STATUS.unknownCommand };
    const { triesLeft } = this.#store.settings[role];
    return { status: NITROKEY_STATUS.ok, payload: Uint8Array.of(triesLeft) };
  }

  #read({ kind, slot: number }: Command<"read-slot" | "read-slot-name">): NitrokeyAnswer {
    if (slotKindOf(number) === undefined) return { status: NITROKEY_STATUS.wrongSlot };
    const slot = this.#store.slot(number);
    if (slot === undefined) return { status: NITROKEY_STATUS.notProgrammed };
    const isName = kind === "read-slot-name";
    const payload = isName ? encodeNitrokeyNameAnswer(slot.name) : encodeNitrokeySlotAnswer(slot);
    return { status: NITROKEY_STATUS.ok, payload };
  }

  #getCode({ slot, password }: Command<"get-code">): NitrokeyAnswer {
    const [, , , needsUserPin, deletesPassword] = this.#store.settings.generalConfig;
    if (slotKindOf(slot) === undefined || slot === NITROKEY_SLOTS.reservedHotp) {
      return { status: NITROKEY_STATUS.wrongSlot };
    }
    if (needsUserPin === 1) {
      if (!this.#passwords.isOpen("user", password)) {
        return { status: NITROKEY_STATUS.notAuthorized };
      }
      if (deletesPassword === 1) this.#passwords.close("user");
    }
    return this.#codes.code(slot);
  }

  #erase(slot: number): NitrokeyAnswer {
    if (slotKindOf(slot) === undefined) return { status: NITROKEY_STATUS.wrongSlot };
    this.#store.eraseSlot(slot);
    return { status: NITROKEY_STATUS.ok };
  }

  #authenticate(
    role: NitrokeyRole,
    { pin, password }: { readonly pin: Uint8Array; readonly password: Uint8Array },
  ): NitrokeyAnswer {
    const isRight = this.#passwords.authenticate(role, pin, password);
    return { status: isRight ? NITROKEY_STATUS.ok : NITROKEY_STATUS.wrongPassword };
  }

  #asAdmin(password: Uint8Array, act: () => NitrokeyAnswer): NitrokeyAnswer {
    if (this.#passwords.isOpen("admin", password)) return act();
    return { status: NITROKEY_STATUS.notAuthorized };
  }
}

function responseOf(lastCommand: number, lastCommandCrc: number, answer: NitrokeyAnswer) {
  return encodeNitrokeyResponse({
    deviceStatus: NITROKEY_DEVICE_STATUS.ready,
    lastCommand,
    lastCommandCrc,
    commandStatus: answer.status,
    payload: answer.payload ?? new Uint8Array(0),
  });
}
