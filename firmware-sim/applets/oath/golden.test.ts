// Exchanges of the YKOATH document, byte for byte (sections 2, 6, 7 and 9).

import { expect, test } from "vitest";
import { createRandom, type Random } from "../../../core/time/random.ts";
import { bytes } from "../../../core/wire/testing/frames.ts";
import { SELECT_OATH, testSmartToken } from "../testing/smart-token.ts";

/** Gives these bytes first: device id, then challenges. */
function scripted(...texts: readonly string[]): Random {
  const queue = texts.map(bytes);
  const random: Random = {
    ...createRandom(1),
    uint32: () => 0,
    unit: () => 0,
    integer: (low) => low,
    normal: () => 0,
    bytes: (length) => queue.shift() ?? new Uint8Array(length),
    fork: () => random,
  };
  return random;
}

const ID = "0001020304050607";
const CARD_CHALLENGE = "1122334455667788";

function golden() {
  // One challenge a SELECT: of the helper, and the ones of the tests.
  return testSmartToken({ random: scripted(ID, CARD_CHALLENGE, CARD_CHALLENGE, CARD_CHALLENGE) });
}

test("answers SELECT without an access key as in the document", () => {
  expect(golden().send(SELECT_OATH)).toBe("790305040371080001020304050607" + "9000");
});

test("sets, proves and removes the access key as in the document", () => {
  const { send } = golden();
  const proof = "75140BFC0F0D686750A45BBAA0B24D343B23509B8434";
  const setCode = `0003000033731121331C8B1028EFF8D66FAE0E01A8F84F3D7408AABBCCDDEEFF0011${proof}`;
  expect(send(setCode)).toBe("9000");
  const locked = "790305040371080001020304050607" + "74081122334455667788" + "7B0101";
  expect(send(SELECT_OATH)).toBe(`${locked}9000`);
  expect(send("00A1000000")).toBe("6982");
  const validate = "00A300002075149491D03F24D59ACC2E693DD5F60F82724FA1BBD67408AABBCCDDEEFF0011";
  expect(send(validate)).toBe(`${proof}9000`);
  expect(send("00A1000000")).toBe("9000");
  expect(send("0003000002" + "7300")).toBe("9000");
  expect(send(SELECT_OATH)).toBe("790305040371080001020304050607" + "9000");
});

test("stores and calculates as in the document", () => {
  const { send } = golden();
  const name = "710841434D453A626F62";
  const put = `0001000022${name}731621083132333435363738393031323334353637383930`;
  expect(send(put)).toBe("9000");
  expect(send(`00A2000114${name}74080000000000000001`)).toBe("760508" + "41397EEA" + "9000");
  expect(send(`00A2000014${name}74080000000000000001`)).toBe(
    "75150875A48A19D4CBE100644E8AC1397EEA747A2D33AB9000",
  );
  expect(send("00A1000000")).toBe("720921" + "41434D453A626F62" + "9000");
});

test("calculates all of four credentials as in the document", () => {
  const { send } = golden();
  const key = (head: string) => `7310${head}48656C6C6F21DEADBEEF00000000`;
  expect(send(`00010000187104${"74657374"}${key("2106")}`)).toBe("9000");
  expect(send(`000100001C7106${"746F75636879"}${key("2106")}7802`)).toBe("9000");
  expect(send(`000100001F710B${"36302F41434D453A626F62"}${key("2106")}`)).toBe("9000");
  expect(send(`000100001E7104${"686F7470"}${key("1106")}7A0400000005`)).toBe("9000");
  const answer = send("00A400010A74080000000000000001");
  const shape = /^710474657374(7605 ?06.{8})7106746F756368797C0106710B36302F41434D453A626F62\1/;
  expect(answer).toMatch(shape);
  expect(answer).toMatch(/7104686F7470770106(9000)$/);
});

test("counts HOTP from the initial moving factor, ignoring the challenge", () => {
  const { send } = golden();
  const put = `000100001E7104686F747073161106${"31323334353637383930".repeat(2)}`;
  expect(send(put)).toBe("9000");
  const calculate = "00A20001087104686F74707400";
  const codes = ["4C93CF18", "41397EEA", "082FEF30"];
  for (const code of codes) expect(send(calculate)).toBe(`760506${code}9000`);
});

test("answers the 4-byte, the 5-byte and the extended forms that hosts send", () => {
  const { send, put } = golden();
  put("a");
  for (const list of ["00A10000", "00A1000000", "00A10000000000"]) {
    expect(send(list)).toBe("7202" + "2161" + "9000");
  }
  const all = ["00A400010A74080000000000000001", "00A400010000 0A74080000000000000001"];
  expect(send(all[0] ?? "")).toBe(send(all[1] ?? ""));
  expect(send("0004DEAD")).toBe("9000");
  expect(send("00A40400000007A0000005272101").slice(0, 14)).toBe("79030504037108");
});

test("says of itself what ykman reads, in the management applet", () => {
  const { send } = testSmartToken({
    serial: 12_345_678,
    profile: { management: { formFactor: 1, usb: 0x23f, nfc: 0x23f, readsConfig: true } },
  });
  expect(send("00A4040008A000000527471117")).toBe(
    `${Buffer.from("Virtual mgr - FW version 5.4.3").toString("hex").toUpperCase()}9000`,
  );
  const page =
    "2B0102023F020400BC614E0302023F04010105030504030602000007010F0801000D02023F0E02023F0A01009000";
  expect(send("001D0000")).toBe(page);
  expect(send("001D0100")).toBe("6B00");
  expect(send("001C0000")).toBe("6D00");
});

test("survives what hosts send to find out who it is", () => {
  const { send } = golden();
  for (const other of [
    "00A4040008A0000006472F0001",
    "00A4040007A0000005271002",
    "00A4040005A000000308",
    "00A4040006D27600012401",
    "00A4040008A000000527210701",
    "00A4040008A000000151000000",
    "00A4040007D2760000850101",
  ]) {
    expect(send(other)).toBe("6A82");
  }
  expect(send("A4040008")).toBe("6E00");
  expect(send("0000000000")).toBe("6D00");
  expect(send(`${SELECT_OATH.slice(0, 8)}08${SELECT_OATH.slice(10)}01`).slice(-4)).toBe("9000");
});
