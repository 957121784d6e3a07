// Which of the seven segments a to g (a: top, then clockwise, g: the middle) are lit.

const LIT: Readonly<Record<string, string>> = {
  "0": "abcdef",
  "1": "bc",
  "2": "abdeg",
  "3": "abcdg",
  "4": "bcfg",
  "5": "acdfg",
  "6": "acdefg",
  "7": "abc",
  "8": "abcdefg",
  "9": "abcdfg",
  "-": "g",
};

/** Of a to g, whether each is lit; none for a character that such a display cannot show. */
export function litSegments(character: string): readonly boolean[] {
  const lit = LIT[character] ?? "";
  return [..."abcdefg"].map((segment) => lit.includes(segment));
}
