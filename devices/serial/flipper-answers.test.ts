// What a Flipper prints, read: the examples of protocols/serial-tokens.md §1, and damage.

import { expect, test } from "vitest";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import {
  flipperRefusal,
  parseFlipperAttributes,
  parseFlipperExport,
  parseFlipperList,
} from "./flipper-answers.ts";

const HEAD = "#\tName\tAlgo\tLn\tType\n";

test("reads a list, and one of no tokens", () => {
  expect(parseFlipperList(`${HEAD}1\tACME bob\tsha1\t8\ttotp\n`)).toEqual([
    { index: 1, name: "ACME bob" },
  ]);
  expect(parseFlipperList("There are no tokens\n")).toEqual([]);
});

test.each(["", "1\ta\tsha1\t6\ttotp\n", `${HEAD}2\ta\tsha1\t6\ttotp\n`, `${HEAD}1\ta\n`])(
  "%j is no list",
  (body) => {
    expect(() => parseFlipperList(body)).toThrow("list of tokens");
  },
);

test.each([
  ["totp", "sha256", "8", "Token lifetime\t60 seconds", { stepSeconds: 60, digits: 8 }],
  ["HOTP", "SHA1", "6", "Token counter\t7", { kind: "hotp", algorithm: "SHA1" }],
])("reads the attributes of a %s token", (type, hash, digits, moving, expected) => {
  const body = `Property\tValue\nType\t${type}\nHashing algorithm\t${hash}\nNumber of digits\t${digits}\n${moving}\n`;
  expect(parseFlipperAttributes(body)).toMatchObject(expected);
});

test("tokens that RFC 4226 does not know have no parameters", () => {
  const body = "Type\ttotp\nHashing algorithm\tsteam\nNumber of digits\t5\nToken lifetime\t30\n";
  expect(parseFlipperAttributes(body)).toBeUndefined();
});

const BEGIN = "# --- EXPORT LIST BEGIN ---\n";
const END = "# --- EXPORT LIST END ---\n";

test("reads the document's exported key", () => {
  const uri =
    "otpauth://totp/ACME%3abob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=sha1&digits=8&period=30";
  const [key] = parseFlipperExport(`Confirm\n${BEGIN}${uri}\n${END}`);
  expect(key).toMatchObject({ issuer: "ACME", account: "bob", parameters: { digits: 8 } });
  expect(key?.secret).toEqual(rfc4226Secret());
});

test("an export with a key that cannot be read names its line and field, never the key", () => {
  const bad = `${BEGIN}otpauth://totp/a?secret=GEZDGNBV!\n${END}`;
  expect(() => parseFlipperExport(bad)).toThrow(/line 1 .*secret/);
  expect(() => parseFlipperExport(bad)).not.toThrow(/GEZDG/);
  expect(() => parseFlipperExport("nothing\n")).toThrow("an export");
});

test.each([
  ["`totp` command not found, use `help`", "refused"],
  ["Token secret seems to be invalid and can not be parsed", "bad-argument"],
  ['Unknown argument "-x"\nInvalid command arguments.', "bad-argument"],
  ['"999" is incorrect value for argument "-l"', "bad-argument"],
  ["An error has occurred during updating config file", "refused"],
  ['Command "xport" is unknown.', "not-supported"],
  ["Cancelled by user", "refused"],
])("%s is the refusal %s", (body, code) => {
  expect(flipperRefusal(body)?.code).toBe(code);
});

test("a success is no refusal", () => {
  expect(flipperRefusal('Token "a" has been successfully added\n')).toBeUndefined();
});
