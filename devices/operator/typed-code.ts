// Codes as people and keyboard-typing tokens type them, made into codes before they go anywhere:
// spaces and dashes between groups, a token id in front (HID document, A5; RFC 4226 has none),
// Enter or Tab behind, and layouts that make other characters of it.

import { MODHEX_ALPHABET } from "../../core/wire/modhex.ts";
import { type GarbledLayout, ungarble } from "./layouts.ts";
import { MAX_LINE_CHARACTERS } from "./terminal.ts";

/** What was typed comes to. */
export type TypedCode =
  | {
      readonly kind: "code";
      readonly code: string;
      /** What stood in front of the code; empty when nothing did. */
      readonly prefix: string;
      /** The layout that garbled it, when the code had to be guessed from it. */
      readonly garbledBy?: GarbledLayout;
    }
  | { readonly kind: "no-code"; readonly problem: string };

/** Groups are separated by these: spaces of any width, dashes, dots, and what pastes bring. */
const SEPARATORS = /[\s\u00a0\u2000-\u200b\u202f\u2060\ufeff·.\u2010-\u2015-]/gu;
/** A token id of OATH-HOTP slots: two ModHex letters or digits of the class, then up to ten. */
const PREFIX = new RegExp(`^[0-9${MODHEX_ALPHABET}]{0,16}$`, "i");

/**
 * Reads a code of `digits` digits out of a line. The last `digits` digits are the code, what is in
 * front must be a token id.
 */
export function readTypedCode(line: string, digits: number): TypedCode {
  if (line.length > MAX_LINE_CHARACTERS) return noCode("the line is too long");
  const plain = asciiDigits(line).replace(SEPARATORS, "");
  if (plain === "") return noCode("nothing was typed");
  const direct = split(plain, digits);
  if (direct !== undefined) return { kind: "code", ...direct };
  const meant = ungarble(line.trim());
  if (meant?.kind === "ambiguous") {
    const names = meant.layouts.map(({ name }) => name).join(" or ");
    return noCode(`it was typed on the layout ${names}, which make different codes of it`);
  }
  const garbled = meant && split(meant.text, digits);
  if (garbled !== undefined && meant !== undefined) {
    return { kind: "code", ...garbled, garbledBy: meant.layout };
  }
  const count = plain.replace(/[^0-9]/g, "").length;
  return noCode(`a code of ${digits} digits is wanted; there were ${count}`);
}

function split(
  text: string,
  digits: number,
): { readonly code: string; readonly prefix: string } | undefined {
  const at = text.length - digits;
  const code = text.slice(Math.max(0, at));
  const prefix = text.slice(0, Math.max(0, at));
  const isCode = at >= 0 && /^[0-9]+$/.test(code);
  // Digits alone in front are no token id but too many digits: those ids are 12 characters long.
  const isPrefix = prefix === "" || prefix.length >= 12 || /[a-z]/i.test(prefix);
  return isCode && isPrefix && PREFIX.test(prefix) ? { code, prefix } : undefined;
}

/** Full-width and other digits as input methods make them. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    // Decimal digits of a script stand in a row of ten that begins at its zero.
    let zero = point;
    while (zero > 0 && point - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return point < 0x80 ? digit : String((point - zero) % 10);
  });
}

function noCode(problem: string): TypedCode {
  return { kind: "no-code", problem };
}
