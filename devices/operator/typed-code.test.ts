// What people and typing tokens type, and what keyboard layouts make of it.

import { expect, test } from "vitest";
import { encodeModhex } from "../../core/wire/modhex.ts";
import { readTypedCode } from "./typed-code.ts";

test.each([
  ["755224", "755224"],
  [" 755 224 ", "755224"],
  ["755-224", "755224"],
  ["755\u00a0224", "755224"],
  ["755\u2009224\r", "755224"],
  ["7 5 5 2 2 4\t", "755224"],
  ["７５５２２４", "755224"],
  ["٧٥٥٢٢٤", "755224"],
])("%j is the code %s", (line, code) => {
  expect(readTypedCode(line, 6)).toEqual({ kind: "code", code, prefix: "" });
});

test.each([
  ["", 6, /nothing/],
  ["   ", 6, /nothing/],
  ["75522", 6, /6 digits is wanted; there were 5/],
  ["7552241", 6, /6 digits is wanted; there were 7/],
  ["94287082", 6, /there were 8/],
  ["755224", 8, /8 digits is wanted; there were 6/],
  ["hello", 6, /there were 0/],
  ["755o24", 6, /there were 5/],
  ["1".repeat(600), 6, /too long/],
])("%j is no code of %d digits", (line, digits, problem) => {
  expect(readTypedCode(line, digits)).toEqual({
    kind: "no-code",
    problem: expect.stringMatching(problem),
  });
});

const ID = `ubnc${encodeModhex(Uint8Array.of(0x01, 0x23, 0x45, 0x67))}`;

test.each([`${ID}755224\n`, `${ID}755224\t`, `${ID.toUpperCase()}755224`])(
  "takes the token id off the front of %j",
  (line) => {
    const read = readTypedCode(line, 6);
    expect(read).toMatchObject({ kind: "code", code: "755224" });
    expect(read.kind === "code" && read.prefix.toLowerCase()).toBe(ID);
  },
);

test("a decimal token id of twelve digits is no part of the code", () => {
  expect(readTypedCode("000000012345755224", 6)).toMatchObject({
    code: "755224",
    prefix: "000000012345",
  });
});

test.each([
  ["è((éé'", "AZERTY (French)"],
  ["ýřřěěč", "QWERTZ (Czech)"],
  ["ýťťľľč", "QWERTZ (Slovak)"],
  ["*(([[}", "Dvorak (programmer)"],
  ["&%%@@$", "US with Shift held down"],
])("%j was meant to be 755224, typed on %s", (line, name) => {
  expect(readTypedCode(line, 6)).toMatchObject({
    kind: "code",
    code: "755224",
    garbledBy: { name, remedy: expect.stringMatching(/\w/) },
  });
});

test("the Belgian keyboard differs from the French one in two digits", () => {
  expect(readTypedCode("à!§éé'", 6)).toMatchObject({
    code: "086224",
    garbledBy: { name: "AZERTY (Belgian)" },
  });
});

test.each(["éééééé", "((((((", "&&&&&&"])(
  "%j is a different code on different layouts: none is guessed",
  (line) => {
    expect(readTypedCode(line, 6)).toEqual({
      kind: "no-code",
      problem: expect.stringMatching(/AZERTY.* or .*different codes/),
    });
  },
);

test("a ModHex token id that Dvorak garbled is read", () => {
  // c b d e f g h i j k l n r t u v as a US Dvorak keyboard types them (X11 us(dvorak)).
  expect(readTypedCode("gxbjjxjxe.ui755224", 6)).toMatchObject({
    code: "755224",
    prefix: "ubnccbcbdefg",
    garbledBy: { name: "Dvorak" },
  });
});
