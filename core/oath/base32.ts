// Base32 of RFC 4648 §6: the alphabet A-Z 2-7, as secrets are written for people.
//
// Strict where a mistake would change the key: alphabet, length and trailing bits. Kind about how
// people write it: letter case, spaces, line breaks, hyphens and missing padding.

/** Longest Base32 text taken, in characters, spaces included. */
export const MAX_BASE32_CHARACTERS = 4096;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What is wrong with a Base32 text. */
export type Base32Problem =
  | "too-long" // more than MAX_BASE32_CHARACTERS
  | "character" // not of the alphabet; 0, 1, 8 and 9 are never taken for letters that look alike
  | "padding" // characters after "="
  | "length" // 1, 3 or 6 characters in the last group of 8 encode no whole number of bytes
  | "trailing-bits"; // the last character has bits set that belong to no byte

/** A text is not Base32. The message shows at most the character that is not of the alphabet. */
export class Base32Error extends Error {
  override readonly name = "Base32Error";
  readonly problem: Base32Problem;
  constructor(problem: Base32Problem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/**
 * The bytes of a Base32 text; none for an empty one. Upper and lower case, spaces, tabs, line
 * breaks and hyphens anywhere, and "=" at the end in any number are taken.
 *
 * @throws {Base32Error} naming what is wrong and where (position counted from 1), not the text
 */
export function decodeBase32(text: string): Uint8Array {
  if (text.length > MAX_BASE32_CHARACTERS) {
    throw new Base32Error(
      "too-long",
      `Base32 text of ${text.length} characters is longer than ${MAX_BASE32_CHARACTERS}`,
    );
  }
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let length = 0;
  let values = 0;
  let bits = 0;
  let bitCount = 0;
  let padded = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isFiller(unit)) continue;
    if (unit === 0x3d) {
      padded = true;
      continue;
    }
    const value = symbolValue(unit);
    if (value < 0) throw characterError(text, at);
    if (padded) {
      throw new Base32Error("padding", `"=" may only end a Base32 text; more follows at ${at + 1}`);
    }
    values++;
    bits = ((bits << 5) | value) & 0xfff;
    bitCount += 5;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[length++] = bits >>> bitCount;
    }
  }
  const lastGroup = values % 8;
  if (lastGroup === 1 || lastGroup === 3 || lastGroup === 6) {
    throw new Base32Error(
      "length",
      `Base32 text of ${values} characters is no whole number of bytes; ` +
        "a character is missing or too many",
    );
  }
  if ((bits & ((1 << bitCount) - 1)) !== 0) {
    throw new Base32Error(
      "trailing-bits",
      `the last of ${values} Base32 characters has bits that belong to no byte; ` +
        "the end of the text is missing or mistyped",
    );
  }
  return bytes.slice(0, length);
}

/** Base32 text of `bytes`, upper case, with "=" up to a multiple of 8 only when asked for. */
export function encodeBase32(bytes: Uint8Array, options: Base32EncodeOptions = {}): string {
  let text = "";
  let bits = 0;
  let bitCount = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    bitCount += 8;
    while (bitCount >= 5) {
      bitCount -= 5;
      text += ALPHABET.charAt((bits >>> bitCount) & 31);
    }
  }
  if (bitCount > 0) text += ALPHABET.charAt((bits << (5 - bitCount)) & 31);
  return options.padding === true ? text.padEnd(Math.ceil(text.length / 8) * 8, "=") : text;
}

/** @see encodeBase32 */
export interface Base32EncodeOptions {
  /** Default false: otpauth URIs and most readers want none. */
  readonly padding?: boolean;
}

/** Space, tab, line feed, carriage return, hyphen: how people group what they copy. */
function isFiller(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d || unit === 0x2d;
}

/** By character code: toUpperCase would make an S of the long s and an I of the dotless i. */
function symbolValue(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit - 0x41;
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  if (unit >= 0x32 && unit <= 0x37) return unit - 0x32 + 26;
  return -1;
}

function characterError(text: string, at: number): Base32Error {
  const codePoint = text.codePointAt(at) ?? 0;
  const hex = codePoint.toString(16).toUpperCase().padStart(4, "0");
  const shown = codePoint > 0x20 && codePoint < 0x7f ? `"${text.charAt(at)}" ` : "";
  return new Base32Error(
    "character",
    `${shown}(U+${hex}) at ${at + 1} is no Base32 character; only A to Z and 2 to 7 are`,
  );
}
