// Boot keyboard input reports (HID 1.11, appendix B.1) for what tokens type: text on the US layout,
// Enter and Tab. Eight bytes: modifiers, reserved, six usage ids of keys held down.

import type { Malformed } from "./bytes.ts";
import { malformed } from "./bytes.ts";

/** Bytes of an input report. */
export const KEYBOARD_REPORT_BYTES = 8;
/** Longest text typed, characters. */
export const MAX_TYPED_CHARACTERS = 1024;

const LEFT_SHIFT = 0x02;
const RIGHT_SHIFT = 0x20;
const ENTER_USAGE = 0x28;
const TAB_USAGE = 0x2b;
/** Keypad usages of "1" to "9" and "0"; tokens may use them for digits. */
const KEYPAD_ONE_USAGE = 0x59;

/** Keys from usage 0x04 on, without and with shift (HID Usage Tables, page 0x07). */
const PLAIN = "abcdefghijklmnopqrstuvwxyz1234567890\n\x1b\b\t -=[]\\#;'`,./";
const SHIFTED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\n\x1b\b\t _+{}|~:"~<>?';
const FIRST_USAGE = 0x04;
/** Usage 0x32 is the non-US number key: US keyboards have none. */
const NON_US_KEY = 0x32 - FIRST_USAGE;

/** How digits are typed: on the row above the letters, or on the numeric keypad. */
export type DigitKeys = "row" | "keypad";

/**
 * The reports that type `text`: for each character a press and a release. `\n` is Enter, `\t` Tab.
 *
 * @throws {RangeError} for a character that the US layout has not, or a text that is too long
 */
export function typeText(text: string, digitKeys: DigitKeys = "row"): readonly Uint8Array[] {
  if (text.length > MAX_TYPED_CHARACTERS) {
    throw new RangeError(`text must be at most ${MAX_TYPED_CHARACTERS} characters`);
  }
  return [...text].flatMap((character) => {
    const { usage, shift } = keyOf(character, digitKeys);
    const press = new Uint8Array(KEYBOARD_REPORT_BYTES);
    press[0] = shift ? LEFT_SHIFT : 0;
    press[2] = usage;
    return [press, new Uint8Array(KEYBOARD_REPORT_BYTES)];
  });
}

function keyOf(character: string, digitKeys: DigitKeys): { usage: number; shift: boolean } {
  if (digitKeys === "keypad" && /^[0-9]$/.test(character)) {
    return { usage: KEYPAD_ONE_USAGE + ((Number(character) + 9) % 10), shift: false };
  }
  const plain = PLAIN.indexOf(character);
  if (plain >= 0 && plain !== NON_US_KEY) return { usage: FIRST_USAGE + plain, shift: false };
  const shifted = SHIFTED.indexOf(character);
  if (shifted < 0) throw new RangeError("text must be typable on the US layout: ASCII, Enter, Tab");
  const usage = FIRST_USAGE + (shifted === NON_US_KEY ? SHIFTED.lastIndexOf("~") : shifted);
  return { usage, shift: true };
}

/**
 * Reads what a keyboard types, on the US layout. Remembers which keys are down: a key that stays
 * down is typed once.
 */
export class TypedTextReader {
  #held: readonly number[] = [];

  /** The characters that `report` adds. */
  read(report: Uint8Array): { readonly kind: "typed"; readonly text: string } | Malformed {
    if (report.length !== KEYBOARD_REPORT_BYTES) {
      return malformed(`a keyboard report is 8 bytes, got ${report.length}`);
    }
    const shift = ((report[0] ?? 0) & (LEFT_SHIFT | RIGHT_SHIFT)) !== 0;
    const keys = [...report.subarray(2)].filter((usage) => usage >= FIRST_USAGE);
    const pressed = keys.filter((usage) => !this.#held.includes(usage));
    this.#held = keys;
    return { kind: "typed", text: pressed.map((usage) => characterOf(usage, shift)).join("") };
  }
}

function characterOf(usage: number, shift: boolean): string {
  if (usage === ENTER_USAGE || usage === 0x58) return "\n";
  if (usage === TAB_USAGE) return "\t";
  const keypad = usage - KEYPAD_ONE_USAGE;
  if (keypad >= 0 && keypad <= 9) return String((keypad + 1) % 10);
  const character = (shift ? SHIFTED : PLAIN).charAt(usage - FIRST_USAGE);
  return /^[\x20-\x7e]$/.test(character) ? character : "";
}
