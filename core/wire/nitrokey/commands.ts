// OTP commands of Nitrokey Pro and Librem Key as values (HID document, B2).

import type { Malformed } from "../bytes.ts";
import { FieldReader, FieldWriter } from "./fields.ts";
import { decodeNitrokeyReport, encodeNitrokeyReport } from "./reports.ts";

/** Command numbers. */
export const NITROKEY_COMMANDS = {
  "get-status": 0x00,
  "write-to-slot": 0x01,
  "read-slot-name": 0x02,
  "read-slot": 0x03,
  "get-code": 0x04,
  "write-config": 0x05,
  "erase-slot": 0x06,
  "first-authenticate": 0x07,
  authorize: 0x08,
  "set-time": 0x0b,
  "user-authenticate": 0x0e,
  "user-authorize": 0x10,
  "send-otp-data": 0x17,
  "verify-otp-code": 0x18,
} as const;

/** First and last slots: HOTP 0x10 to 0x12 (0x13 is reserved), TOTP 0x20 to 0x2E. */
export const NITROKEY_SLOTS = {
  firstHotp: 0x10,
  lastHotp: 0x12,
  reservedHotp: 0x13,
  firstTotp: 0x20,
  lastTotp: 0x2e,
} as const;

/** Bits of a slot's config byte. */
export const NITROKEY_SLOT_FLAGS = { eightDigits: 0x01, enter: 0x02, tokenId: 0x04 } as const;

/** Bytes of a PIN or temporary password, zero-padded. */
export const NITROKEY_PASSWORD_BYTES = 25;
/** Bytes of data in one SEND_OTP_DATA. */
export const NITROKEY_CHUNK_BYTES = 30;
const NAME_BYTES = 15;
const TOKEN_ID_BYTES = 13;
const LEGACY_SECRET_BYTES = 20;

/** A slot as firmware 0.8 and later writes it, after its name and secret were sent. */
export interface NitrokeyWriteSlot {
  readonly kind: "write-to-slot";
  /** Temporary admin password; such fields are 25 bytes when read, at most 25 when written. */
  readonly password: Uint8Array;
  readonly slot: number;
  /** HOTP: the counter. TOTP: the interval, seconds. */
  readonly counterOrInterval: bigint;
  /** NITROKEY_SLOT_FLAGS. */
  readonly config: number;
  readonly tokenId: string;
}

/** A slot as firmware up to 0.7 writes it: everything in one command of the same number. */
export interface NitrokeyWriteSlotLegacy {
  readonly kind: "write-to-slot-legacy";
  readonly slot: number;
  readonly name: string;
  /** 20 bytes, zero-padded. */
  readonly secret: Uint8Array;
  readonly config: number;
  readonly tokenId: string;
  readonly counterOrInterval: bigint;
}

/** A command. */
export type NitrokeyCommand =
  | { readonly kind: "get-status" }
  | { readonly kind: "read-slot-name" | "read-slot"; readonly slot: number }
  | {
      readonly kind: "get-code";
      readonly slot: number;
      /** Time step; the Pro ignores it and uses the time that was set. */
      readonly challenge: bigint;
      readonly lastTime: bigint;
      readonly lastInterval: number;
      /** Temporary user password; empty when none is needed. */
      readonly password: Uint8Array;
    }
  | { readonly kind: "erase-slot"; readonly slot: number; readonly password: Uint8Array }
  | {
      readonly kind: "first-authenticate" | "user-authenticate";
      readonly pin: Uint8Array;
      /** New temporary password. */
      readonly password: Uint8Array;
    }
  | {
      readonly kind: "set-time";
      /** 0 checks: an older time is refused with a warning. 1 forces. */
      readonly mode: number;
      /** Unix time, seconds. */
      readonly timeSeconds: bigint;
    }
  | {
      readonly kind: "send-otp-data";
      readonly password: Uint8Array;
      readonly dataType: "name" | "secret";
      readonly chunk: number;
      /** At most 30 bytes, zero-padded. */
      readonly data: Uint8Array;
    }
  | NitrokeyWriteSlot
  | NitrokeyWriteSlotLegacy
  | {
      readonly kind: "write-config";
      /** Numlock, capslock, scrolllock slot, user PIN required, delete password; 5 bytes. */
      readonly config: Uint8Array;
      readonly password: Uint8Array;
    }
  | { readonly kind: "verify-otp-code"; readonly code: number }
  /** Firmware up to 0.7: CRC of the command to be authorized. */
  | {
      readonly kind: "authorize" | "user-authorize";
      readonly crc: number;
      readonly password: Uint8Array;
    }
  /** A number that is none of NITROKEY_COMMANDS: to be answered with unknownCommand. */
  | { readonly kind: "unknown"; readonly command: number };

/** A command and the CRC that its answer repeats. */
export type NitrokeyCommandResult =
  | { readonly kind: "command"; readonly command: NitrokeyCommand; readonly crc: number }
  | { readonly kind: "wrong-crc"; readonly number: number; readonly crc: number }
  | Malformed;

/** The 64-byte report of a command. @throws {RangeError} naming a field that does not fit */
export function encodeNitrokeyCommand(command: NitrokeyCommand): Uint8Array {
  const fields = new FieldWriter();
  writePayload(command, fields);
  switch (command.kind) {
    case "unknown":
      return encodeNitrokeyReport(command.command, fields.bytes());
    case "write-to-slot-legacy":
      return encodeNitrokeyReport(NITROKEY_COMMANDS["write-to-slot"], fields.bytes());
    default:
      return encodeNitrokeyReport(NITROKEY_COMMANDS[command.kind], fields.bytes());
  }
}

function writePayload(command: NitrokeyCommand, fields: FieldWriter): void {
  switch (command.kind) {
    case "get-status":
    case "unknown":
      return;
    case "read-slot-name":
    case "read-slot":
      fields.uint8("slot", command.slot);
      return;
    case "get-code":
      fields.uint8("slot", command.slot).uint64("challenge", command.challenge);
      fields.uint64("lastTime", command.lastTime).uint8("lastInterval", command.lastInterval);
      writePassword(fields, "password", command.password);
      return;
    case "erase-slot":
      writePassword(fields.uint8("slot", command.slot), "password", command.password);
      return;
    case "first-authenticate":
    case "user-authenticate":
      writePassword(writePassword(fields, "pin", command.pin), "password", command.password);
      return;
    case "set-time":
      fields.uint8("mode", command.mode).uint64("timeSeconds", command.timeSeconds);
      return;
    case "send-otp-data":
      writePassword(fields, "password", command.password);
      fields.text("dataType", command.dataType === "name" ? "N" : "S", 1);
      fields.uint8("chunk", command.chunk).padded("data", command.data, NITROKEY_CHUNK_BYTES);
      return;
    case "write-to-slot":
      writePassword(fields, "password", command.password).uint8("slot", command.slot);
      fields.uint64("counterOrInterval", command.counterOrInterval);
      fields.uint8("config", command.config).text("tokenId", command.tokenId, TOKEN_ID_BYTES);
      return;
    case "write-to-slot-legacy":
      fields.uint8("slot", command.slot).text("name", command.name, NAME_BYTES);
      fields.padded("secret", command.secret, LEGACY_SECRET_BYTES);
      fields.uint8("config", command.config).text("tokenId", command.tokenId, TOKEN_ID_BYTES);
      fields.uint64("counterOrInterval", command.counterOrInterval);
      return;
    case "write-config":
      writePassword(fields.padded("config", command.config, 5), "password", command.password);
      return;
    case "verify-otp-code":
      fields.uint32("code", command.code);
      return;
    case "authorize":
    case "user-authorize":
      writePassword(fields.uint32("crc", command.crc), "password", command.password);
      return;
  }
}

function writePassword(fields: FieldWriter, name: string, password: Uint8Array): FieldWriter {
  return fields.padded(name, password, NITROKEY_PASSWORD_BYTES);
}

/**
 * Reads a command report.
 *
 * @param legacy whether the firmware is 0.7 or older, which means another WRITE_TO_SLOT
 */
export function decodeNitrokeyCommand(bytes: Uint8Array, legacy = false): NitrokeyCommandResult {
  const result = decodeNitrokeyReport(bytes);
  if (result.kind === "malformed") return result;
  const { command: number, payload, crc } = result.report;
  if (result.kind === "wrong-crc") return { kind: "wrong-crc", number, crc };
  return { kind: "command", command: commandOf(number, new FieldReader(payload), legacy), crc };
}

function commandOf(number: number, fields: FieldReader, legacy: boolean): NitrokeyCommand {
  const password = () => fields.bytes(NITROKEY_PASSWORD_BYTES);
  switch (number) {
    case NITROKEY_COMMANDS["get-status"]:
      return { kind: "get-status" };
    case NITROKEY_COMMANDS["read-slot-name"]:
      return { kind: "read-slot-name", slot: fields.uint8() };
    case NITROKEY_COMMANDS["read-slot"]:
      return { kind: "read-slot", slot: fields.uint8() };
    case NITROKEY_COMMANDS["get-code"]:
      return {
        kind: "get-code",
        slot: fields.uint8(),
        challenge: fields.uint64(),
        lastTime: fields.uint64(),
        lastInterval: fields.uint8(),
        password: password(),
      };
    case NITROKEY_COMMANDS["erase-slot"]:
      return { kind: "erase-slot", slot: fields.uint8(), password: password() };
    case NITROKEY_COMMANDS["first-authenticate"]:
      return { kind: "first-authenticate", pin: password(), password: password() };
    case NITROKEY_COMMANDS["user-authenticate"]:
      return { kind: "user-authenticate", pin: password(), password: password() };
    case NITROKEY_COMMANDS["set-time"]:
      return { kind: "set-time", mode: fields.uint8(), timeSeconds: fields.uint64() };
    case NITROKEY_COMMANDS["send-otp-data"]:
      return {
        kind: "send-otp-data",
        password: password(),
        dataType: fields.uint8() === 0x4e ? "name" : "secret",
        chunk: fields.uint8(),
        data: fields.bytes(NITROKEY_CHUNK_BYTES),
      };
    case NITROKEY_COMMANDS["write-to-slot"]:
      return legacy ? legacyWriteOf(fields) : writeOf(fields);
    case NITROKEY_COMMANDS["write-config"]:
      return { kind: "write-config", config: fields.bytes(5), password: password() };
    case NITROKEY_COMMANDS["verify-otp-code"]:
      return { kind: "verify-otp-code", code: fields.uint32() };
    case NITROKEY_COMMANDS.authorize:
      return { kind: "authorize", crc: fields.uint32(), password: password() };
    case NITROKEY_COMMANDS["user-authorize"]:
      return { kind: "user-authorize", crc: fields.uint32(), password: password() };
    default:
      return { kind: "unknown", command: number };
  }
}

function writeOf(fields: FieldReader): NitrokeyWriteSlot {
  return {
    kind: "write-to-slot",
    password: fields.bytes(NITROKEY_PASSWORD_BYTES),
    slot: fields.uint8(),
    counterOrInterval: fields.uint64(),
    config: fields.uint8(),
    tokenId: fields.text(TOKEN_ID_BYTES),
  };
}

function legacyWriteOf(fields: FieldReader): NitrokeyWriteSlotLegacy {
  return {
    kind: "write-to-slot-legacy",
    slot: fields.uint8(),
    name: fields.text(NAME_BYTES),
    secret: fields.bytes(LEGACY_SECRET_BYTES),
    config: fields.uint8(),
    tokenId: fields.text(TOKEN_ID_BYTES),
    counterOrInterval: fields.uint64(),
  };
}
