// What models do differently (YKOATH document, sections 8 and 11).

import { expect, test } from "vitest";
import { utf8 } from "../../../core/wire/testing/frames.ts";
import { accessProof } from "../../../core/wire/ykoath.ts";
import {
  apduOf,
  calculateOf,
  codeOf,
  SELECT_OATH,
  testSmartToken,
} from "../testing/smart-token.ts";

const RENAME = "0005000006" + "710161" + "710162";
const CHALLENGE = new Uint8Array(8).fill(9);

function setCode(key: Uint8Array) {
  const response = accessProof(key, CHALLENGE);
  return { kind: "set-code", keyType: 0x21, key, challenge: CHALLENGE, response } as const;
}

test.each([
  ["yubikey5", "9000"],
  ["yubikey4", "6D00"],
  ["yubikey-neo", "6D00"],
  ["canokey", "9000"],
  ["nitrokey3", "6D00"],
  ["generic-oath", "9000"],
])("%s answers RENAME with %s", (model, sw) => {
  const { put, send } = testSmartToken({ model });
  put("a");
  expect(send(RENAME)).toBe(sw);
});

test.each([
  ["yubikey5", "790305040371", "9000"],
  ["yubikey4", "790304030771", "9000"],
  ["yubikey-neo", "790301000271", "6A80"],
  ["canokey", "790306000071", "9000"],
  ["generic-oath", "790305040371", "9000"],
  ["nitrokey3", "7903040D0071", "9000"],
])("%s tells %s, and answers a credential with touch by %s", (model, start, sw) => {
  const { put, send } = testSmartToken({ model });
  expect(send(SELECT_OATH).slice(0, 12)).toBe(start);
  expect(put("a", { property: 2 })).toBe(sw);
});

test("a NEO knows no SHA-512, tells the stored type byte, and counts bytes instead of names", () => {
  const { put, ask, send } = testSmartToken({ model: "yubikey-neo" });
  expect(put("a", { algorithm: "SHA512" })).toBe("6A80");
  expect(ask(setCode(new Uint8Array(16)))).toBe("9000");
  expect(send(SELECT_OATH)).toMatch(/7B01219000$/);
  const neo = testSmartToken({ model: "yubikey-neo" });
  const names = Array.from({ length: 27 }, (_, at) => `${at}`.padStart(64, "n"));
  for (const name of names) expect(neo.put(name)).toBe("9000");
  expect(neo.put("y".repeat(58))).toBe("9000");
  expect(neo.put("xx")).toBe("6A84");
  expect(neo.put("x")).toBe("9000");
  expect(neo.put(names[0] ?? "")).toBe("9000");
});

test("a CanoKey counts HOTP from one more, replaces nothing, and knows no RESET", () => {
  const { put, ask, send } = testSmartToken({ model: "canokey" });
  put("event", { type: "hotp", digits: 6 });
  expect(codeOf(ask(calculateOf("event")))).toBe("287082");
  expect(put("event")).toBe("6985");
  expect(send("0004DEAD")).toBe("6D00");
  expect(put("four", { digits: 4 })).toBe("9000");
  const challenge = new Uint8Array(9);
  expect(ask({ kind: "calculate", name: utf8("four"), challenge, truncated: true })).toBe("6A80");
  expect(ask(setCode(new Uint8Array(15)))).toBe("6A80");
  expect(ask(setCode(new Uint8Array(16)))).toBe("9000");
  expect(send("00A1000000")).toBe("6982");
});

test("a Nitrokey 3 has no access key and no CALCULATE ALL, and renames by B7", () => {
  const { put, ask, send } = testSmartToken({ model: "nitrokey3", serial: 0x01020304 });
  expect(send(SELECT_OATH)).toMatch(/^7903040D007108.{16}8F04010203049000$/);
  put("a", { property: 2 });
  expect(put("a")).toBe("6983");
  expect(ask(calculateOf("b", 1n))).toBe("6A82");
  expect(ask(setCode(new Uint8Array(16)))).toBe("6985");
  const proof = new Uint8Array(20);
  expect(ask({ kind: "validate", response: proof, challenge: CHALLENGE })).toBe("6985");
  expect(ask({ kind: "calculate-all", challenge: CHALLENGE, truncated: true })).toBe("6D00");
  expect(send(RENAME.replace("0005", "00B7"))).toBe("9000");
  expect(ask({ kind: "list", withProperties: true })).toBe("7203" + "2162" + "02" + "9000");
  expect(send("1001000003710161")).toBe("6884");
});

test("a Nitrokey 3 resets after a touch only", async () => {
  const { put, send, sendLater, token, world } = testSmartToken({
    model: "nitrokey3",
    touch: "button",
  });
  put("a");
  const late = sendLater("0004DEAD");
  await world.advance(15_000_000);
  expect(await late).toBe("6982");
  expect(send("00A1000000")).toBe("720221619000");
  const touched = sendLater("0004DEAD");
  token.press();
  expect(await touched).toBe("9000");
  expect(send("00A1000000")).toBe("9000");
});

test("placeholders may be empty", () => {
  const { put, ask } = testSmartToken({ oath: { calculateAll: "empty-placeholders" } });
  put("a", { type: "hotp" });
  put("b", { property: 2 });
  const all = { kind: "calculate-all", challenge: CHALLENGE, truncated: true } as const;
  expect(ask(all)).toBe("710161" + "7700" + "710162" + "7C00" + "9000");
});

test("extended APDUs are refused where the model has none", () => {
  const { send, put } = testSmartToken({ model: "generic-oath" });
  put("a");
  expect(send("00A400010000 0A74080000000000000001".replace(" ", ""))).toBe("6700");
  expect(send(apduOf(calculateOf("a", 1n))).slice(-4)).toBe("9000");
});
