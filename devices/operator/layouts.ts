// What a keyboard-typing token's code becomes on a computer whose keyboard layout is not the one
// the token types for. Tokens press keys of the US layout; ModHex was made of letters that most
// layouts share (HID document, part A), digits are not.

/** A layout and what the keys of the US layout type on it. */
export interface GarbledLayout {
  /** As people call it. */
  readonly name: string;
  /** Where to look for the remedy. */
  readonly remedy: string;
}

interface Layout extends GarbledLayout {
  /** What the keys of the digits 0 to 9 type, without shift. */
  readonly digits: string;
  /** What the keys of MODHEX_ALPHABET type. */
  readonly modhex: string;
}

/** US ModHex letters, in the order of their values. */
const MODHEX = "cbdefghijklnrtuv";
const SWITCH =
  "switch the computer to a US layout while the token types, or let the token use the keypad's keys";

const LAYOUTS: readonly Layout[] = [
  { name: "AZERTY (French)", digits: "à&é\"'(-è_ç", modhex: MODHEX, remedy: SWITCH },
  { name: "AZERTY (Belgian)", digits: "à&é\"'(§è!ç", modhex: MODHEX, remedy: SWITCH },
  { name: "QWERTZ (Czech)", digits: "é+ěščřžýáí", modhex: MODHEX, remedy: SWITCH },
  { name: "QWERTZ (Slovak)", digits: "é+ľščťžýáí", modhex: MODHEX, remedy: SWITCH },
  { name: "Dvorak (programmer)", digits: "]&[{}(=*)+", modhex: "jxe.uidchtnbpygk", remedy: SWITCH },
  { name: "Dvorak", digits: "0123456789", modhex: "jxe.uidchtnbpygk", remedy: SWITCH },
];

/** US digits typed with shift: Caps Lock of some layouts, or a key held down. */
const SHIFTED: Layout = {
  name: "US with Shift held down",
  digits: ")!@#$%^&*(",
  modhex: MODHEX.toUpperCase(),
  remedy: "release Shift, switch Shift Lock off, and let the token type again",
};

/** What was meant. */
export type Ungarbled =
  | { readonly kind: "meant"; readonly text: string; readonly layout: GarbledLayout }
  /** Layouts that make it of different codes: nobody can tell which. */
  | { readonly kind: "ambiguous"; readonly layouts: readonly GarbledLayout[] };

/**
 * The text that a token meant, when `typed` is what a known layout makes of digits and ModHex
 * letters; undefined when it is none. Of layouts that agree on the text the first is named.
 */
export function ungarble(typed: string): Ungarbled | undefined {
  const readings = [...LAYOUTS, SHIFTED].flatMap((layout) => {
    const text = translated(typed, layout);
    const { name, remedy } = layout;
    return text === undefined || text === typed ? [] : [{ text, layout: { name, remedy } }];
  });
  const [first] = readings;
  if (first === undefined) return undefined;
  if (readings.every(({ text }) => text === first.text)) return { kind: "meant", ...first };
  return { kind: "ambiguous", layouts: readings.map(({ layout }) => layout) };
}

function translated(typed: string, { digits, modhex }: Layout): string | undefined {
  let text = "";
  for (const character of typed) {
    const digit = digits.indexOf(character);
    const letter = modhex.indexOf(character);
    if (digit >= 0) text += String(digit);
    else if (letter >= 0) text += MODHEX.charAt(letter);
    else return undefined;
  }
  return text;
}
