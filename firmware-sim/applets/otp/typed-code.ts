// What a HOTP slot types: token id, code, and the keys around them (HID document, A4; flags from
// ykcore's ykdef.h).

import {
  CONFIG_FLAGS,
  EXTENDED_FLAGS,
  type SlotConfig,
  slotSecret,
  TICKET_FLAGS,
} from "../../../core/wire/hid-otp.ts";
import { typeText } from "../../../core/wire/keyboard.ts";
import { encodeModhex } from "../../../core/wire/modhex.ts";
import { hotpCode } from "../../hotp.ts";

/**
 * The text: `\t` is Tab, `\n` Enter. The token id is the fixed part, its first bytes or all of it
 * in ModHex as the flags say, the rest in hexadecimal (digits, in a proper token id).
 */
export function typedText(config: SlotConfig, counter: bigint): string {
  const { ticketFlags, configFlags } = config;
  const digits = (configFlags & CONFIG_FLAGS.hotp8Digits) === 0 ? 6 : 8;
  const key = (flag: number, text: string): string => ((ticketFlags & flag) === 0 ? "" : text);
  const code = hotpCode(slotSecret(config), counter, { algorithm: "SHA1", digits });
  return [
    key(TICKET_FLAGS.tabFirst, "\t"),
    tokenIdText(config),
    key(TICKET_FLAGS.appendTab1, "\t"),
    code,
    key(TICKET_FLAGS.appendTab2, "\t"),
    key(TICKET_FLAGS.appendEnter, "\n"),
  ].join("");
}

/** The keyboard reports that type it. */
export function typedReports(config: SlotConfig, counter: bigint): readonly Uint8Array[] {
  const isKeypad = (config.extendedFlags & EXTENDED_FLAGS.numericKeypad) !== 0;
  return typeText(typedText(config, counter), isKeypad ? "keypad" : "row");
}

function tokenIdText({ fixed, configFlags }: SlotConfig): string {
  const modhexBytes = modhexBytesOf(configFlags & CONFIG_FLAGS.hotpFixedModhex, fixed.length);
  const rest = Buffer.from(fixed.subarray(modhexBytes)).toString("hex");
  return encodeModhex(fixed.subarray(0, modhexBytes)) + rest;
}

function modhexBytesOf(flags: number, all: number): number {
  switch (flags) {
    case CONFIG_FLAGS.hotpFixedModhex:
      return all;
    case CONFIG_FLAGS.hotpFixedModhex1:
      return 1;
    case CONFIG_FLAGS.hotpFixedModhex2:
      return 2;
    default:
      return 0;
  }
}
