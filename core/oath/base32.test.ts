import fc from "fast-check";
import { ScureBase32Plugin } from "otplib";
import { expect, test } from "vitest";
import { Base32Error, type Base32Problem, decodeBase32, encodeBase32 } from "./base32.ts";
import { RFC4648_VECTORS } from "./vectors.ts";

const SAMPLE = "JBSWY3DPEHPK3PXP";
const SAMPLE_BYTES = Uint8Array.of(0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x21, 0xde, 0xad, 0xbe, 0xef);

function problemOf(text: string): Base32Error {
  try {
    decodeBase32(text);
  } catch (error) {
    if (error instanceof Base32Error) return error;
    throw error;
  }
  throw new Error("it was taken");
}

test.each(RFC4648_VECTORS)("reads and writes the vector of $text", ({ text, base32 }) => {
  const bytes = new TextEncoder().encode(text);
  expect(encodeBase32(bytes, { padding: true })).toBe(base32);
  expect(encodeBase32(bytes)).toBe(base32.replaceAll("=", ""));
  expect(decodeBase32(base32)).toEqual(bytes);
  expect(decodeBase32(base32.replaceAll("=", ""))).toEqual(bytes);
});

test.each([
  ["lower case", SAMPLE.toLowerCase()],
  ["groups of four", "JBSW Y3DP EHPK 3PXP"],
  ["hyphens", "jbsw-y3dp-ehpk-3pxp"],
  ["a line break at the end", `${SAMPLE}\r\n`],
  ["a tab in front", `\t${SAMPLE}`],
  ["padding it does not need", `${SAMPLE}========`],
  ["padding with spaces in it", `${SAMPLE} = =\n`],
])("takes %s", (_, text) => {
  expect(decodeBase32(text)).toEqual(SAMPLE_BYTES);
});

test.each<[string, Base32Problem, string]>([
  ["MZ0W6", "character", '"0" (U+0030) at 3'],
  ["MZ1W6", "character", '"1" (U+0031) at 3'],
  ["MZ8W6", "character", '"8" (U+0038) at 3'],
  ["MZ9W6", "character", '"9" (U+0039) at 3'],
  ["MZXW\u00a0", "character", "(U+00A0) at 5"],
  ["MZ\u017fW", "character", "(U+017F) at 3"], // long s: its upper case is S
  ["\u0131ZXW", "character", "(U+0131) at 1"], // dotless i: its upper case is I
  ["MZ\uff21W", "character", "(U+FF21) at 3"], // full-width A
  ["MZ\u{1f600}", "character", "(U+1F600) at 3"],
  ["MZ\ud83d", "character", "(U+D83D) at 3"],
  ["MZ\0W", "character", "(U+0000) at 3"],
  ["MZ\u001bW", "character", "(U+001B) at 3"],
  ["MZ_W", "character", '"_" (U+005F) at 3'],
  ["MY======MY======", "padding", "at 9"],
  ["M", "length", "1 characters"],
  ["MZX", "length", "3 characters"],
  ["MZXW6Y", "length", "6 characters"],
  ["MZXW6YTBM", "length", "9 characters"],
  ["MZ", "trailing-bits", "last of 2"],
  ["MZXX", "trailing-bits", "last of 4"],
  ["MZXW7", "trailing-bits", "last of 5"],
  ["MZXW6YR", "trailing-bits", "last of 7"],
])("refuses %j: %s", (text, problem, where) => {
  const error = problemOf(text);
  expect(error.problem).toBe(problem);
  expect(error.message).toContain(where);
});

test("takes 4096 characters and refuses one more", () => {
  expect(decodeBase32("A".repeat(4096))).toHaveLength(2560);
  expect(problemOf("A".repeat(4097)).problem).toBe("too-long");
});

test("gives back what it wrote, in any letter case and grouping", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(9), fc.boolean(), (bytes, size, upper) => {
      const text = encodeBase32(bytes, { padding: size % 2 === 0 });
      const grouped = text.replace(new RegExp(`.{${size + 1}}`, "g"), "$& -");
      expect(decodeBase32(upper ? grouped : grouped.toLowerCase())).toEqual(bytes);
    }),
  );
});

test("agrees with an independent implementation on random bytes", () => {
  const oracle = new ScureBase32Plugin();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(encodeBase32(bytes)).toBe(oracle.encode(bytes).replaceAll("=", ""));
    }),
  );
});

test("reads no two unspaced texts as the same bytes", () => {
  const symbol = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  fc.assert(
    fc.property(fc.string({ unit: symbol, maxLength: 20 }), (text) => {
      let bytes: Uint8Array;
      try {
        bytes = decodeBase32(text);
      } catch {
        return;
      }
      expect(encodeBase32(bytes)).toBe(text);
    }),
  );
});

test("shows nothing of the text in an error but the offending character", () => {
  const secret = "GEZDGNBVGY3TQOJQ";
  for (const text of [`${secret}0`, `${secret}=A`, `${secret}A`, `${secret}AB`]) {
    const { message } = problemOf(text);
    for (let at = 0; at + 3 <= secret.length; at++) {
      expect(message).not.toContain(secret.slice(at, at + 3));
    }
  }
});
