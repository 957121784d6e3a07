// ModHex: hexadecimal in sixteen letters that stand at the same place on most keyboards (HID
// document; ykcore MODHEX_MAP).

import { type Malformed, malformed } from "./bytes.ts";

/** The letters of 0 to 15. */
export const MODHEX_ALPHABET = "cbdefghijklnrtuv";
/** Longest text read, characters. */
const MAX_MODHEX_CHARACTERS = 4096;

/** Two letters a byte, high nibble first. */
export function encodeModhex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text += MODHEX_ALPHABET.charAt(byte >> 4) + MODHEX_ALPHABET.charAt(byte & 15);
  return text;
}

/** Reads ModHex in either case; an odd number of letters or another character is malformed. */
export function decodeModhex(
  text: string,
): { readonly kind: "bytes"; readonly bytes: Uint8Array } | Malformed {
  if (text.length > MAX_MODHEX_CHARACTERS) return malformed("ModHex text is too long");
  if (text.length % 2 !== 0) return malformed("ModHex needs an even number of letters");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < text.length; at++) {
    const nibble = MODHEX_ALPHABET.indexOf(text.charAt(at).toLowerCase());
    if (nibble < 0) return malformed(`character ${at + 1} is none of ${MODHEX_ALPHABET}`);
    const index = at >> 1;
    bytes[index] = ((bytes[index] ?? 0) << 4) | nibble;
  }
  return { kind: "bytes", bytes };
}
