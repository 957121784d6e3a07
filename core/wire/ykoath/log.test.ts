import { expect, test } from "vitest";
import { decodeCommandApdu, decodeResponseApdu } from "../apdu.ts";
import { formatDecoded } from "../decoded.ts";
import { bytes } from "../testing/frames.ts";
import { describeYkoathCommand, describeYkoathResponse } from "./log.ts";

const command = (hex: string): string => {
  const result = decodeCommandApdu(bytes(hex));
  return result.kind === "malformed"
    ? result.problem
    : formatDecoded(describeYkoathCommand(result.command));
};
const answer = (hex: string): string => {
  const result = decodeResponseApdu(bytes(hex));
  return result.kind === "malformed"
    ? result.problem
    : formatDecoded(describeYkoathResponse(result.response));
};

test("shows a secret by its length and fingerprint", () => {
  const line = command("0001000018 710474657374 7310 2106 48656C6C6F21DEADBEEF00000000");
  expect(line).toMatch(
    /^PUT name="test" type=totp\/SHA1 digits=6 secret=<14 bytes, sha256:[0-9a-f]{8}> property=0x00$/,
  );
});

test("shows access keys and proofs by their length and fingerprint", () => {
  const line = command(
    "0003000033 7311 21 331C8B1028EFF8D66FAE0E01A8F84F3D 7408 AABBCCDDEEFF0011 " +
      "7514 0BFC0F0D686750A45BBAA0B24D343B23509B8434",
  );
  expect(line).toMatch(
    /^SET CODE keyType=0x21 key=<16 bytes, .+> challenge=AABBCCDDEEFF0011 proof=<20 bytes, .+>$/,
  );
  expect(answer("7514 0BFC0F0D686750A45BBAA0B24D343B23509B8434 9000")).toMatch(
    /^answer proof=<20 bytes, sha256:[0-9a-f]{8}> sw=9000 done$/,
  );
});

test.each([
  ["a part of a PUT", "1001000006 7310 2106 4865"],
  ["a PUT that is malformed", "0001000009 710161 7305 2106 4865"],
  ["an instruction not known", "00B1000002 4865"],
])("shows of %s the length alone", (_, hex) => {
  expect(command(hex)).toContain("data=<");
  expect(command(hex)).not.toMatch(/4865|sha256/);
});

test("shows answers by their objects", () => {
  expect(answer("7903050403 7108 0001020304050607 9000")).toBe(
    "answer version=5.4.3 deviceId=0001020304050607 sw=9000 done",
  );
  expect(answer("7209 21 41434D453A626F62 6110")).toBe(
    'answer entry[totp/SHA1]="ACME:bob" sw=6110 more data',
  );
  expect(answer("710161 7701 06 9000")).toBe('answer name="a" hotp=06 sw=9000 done');
  expect(answer("6A82")).toBe("answer sw=6A82 applet or object not found");
});

test("shows of objects it does not know the length alone", () => {
  expect(answer("8403 504153 9000")).toBe("answer tag84=<3 bytes> sw=9000 done");
  expect(answer("7105 4865 9000")).toBe("answer data=<4 bytes> sw=9000 done");
});

test("shows control characters of names escaped, in one line", () => {
  expect(command("0002000005 7103 610A1B")).toBe('DELETE name="a\\n\\u001b"');
});
