// A Nitrokey 3's own commands (YKOATH document, section 11), in hexadecimal as hosts send them.

import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { decodeCommandApdu, encodeCommandApdu } from "../../../../core/wire/apdu.ts";
import { bytes, hex, utf8 } from "../../../../core/wire/testing/frames.ts";
import {
  encodeNitrokeyRequest,
  type NitrokeyPut,
  type NitrokeyRequest,
} from "../../../../core/wire/ykoath.ts";
import {
  SECRET,
  SELECT_OATH,
  type TestOptions,
  testSmartToken,
} from "../../testing/smart-token.ts";

const SET_PIN = "00B4000006800431323334";
const VERIFY_PIN = "00B2000006800431323334";
const WRONG_PIN = "00B2000006800431323335";
const LIST = "00A1000000";

function nitrokey(options: TestOptions = {}) {
  const made = testSmartToken({ model: "nitrokey3", serial: 0x01020304, ...options });
  const command = (request: NitrokeyRequest): string => {
    const apdu = encodeCommandApdu(encodeNitrokeyRequest(request));
    expect(decodeCommandApdu(apdu).kind).toBe("command");
    return made.send(hex(apdu));
  };
  const keep = (name: string, change: Partial<NitrokeyPut> = {}): string =>
    command({
      kind: "put",
      name: utf8(name),
      type: "totp",
      algorithm: "SHA1",
      digits: 6,
      secret: bytes(SECRET),
      property: 0,
      ...change,
    });
  const verify = (name: string, code: number): string =>
    command({ kind: "verify-code", name: utf8(name), code });
  return { ...made, command, keep, verify };
}

test("a PIN is set once; SELECT then tells its tries, and no device id", () => {
  const { send } = nitrokey();
  expect(send(VERIFY_PIN)).toBe("6982");
  expect(send("00B300000A8004313233348102 3939".replace(" ", ""))).toBe("6982");
  expect(send(SET_PIN)).toBe("9000");
  expect(send(SET_PIN)).toBe("6982");
  expect(send(SELECT_OATH)).toBe("7903040D00" + "820108" + "8F0401020304" + "9000");
});

test("a wrong PIN costs a try, the right one gives them back, and none are left in the end", () => {
  const { send, token } = nitrokey();
  const tries = (): string => send(SELECT_OATH).slice(10, 16);
  send(SET_PIN);
  expect(send(WRONG_PIN)).toBe("6300");
  expect(tries()).toBe("820107");
  expect(send(VERIFY_PIN)).toBe("9000");
  expect(tries()).toBe("820108");
  for (let count = 0; count < 8; count++) expect(send(WRONG_PIN)).toBe("6300");
  expect(tries()).toBe("820100");
  expect(send(VERIFY_PIN)).toBe("6300");
  token.powerOff();
  token.powerOn();
  expect(tries()).toBe("820100");
  expect(send("0004DEAD")).toBe("9000");
  expect(send(SELECT_OATH)).toMatch(/^7903040D007108.{16}8F04010203049000$/);
  expect(send(SET_PIN)).toBe("9000");
});

test("power that fails while the PIN is looked at gives no try back", () => {
  const { send, token } = nitrokey();
  send(SET_PIN);
  for (const afterWrites of [1, 2]) {
    token.failWrite(afterWrites, 1);
    expect(send(afterWrites === 1 ? WRONG_PIN : VERIFY_PIN)).toBe("6F00");
    token.powerOn();
    send(SELECT_OATH);
  }
  // The second write was the one that gives them back: done, or not.
  expect(send(SELECT_OATH).slice(10, 16)).toMatch(/^82010[68]$/);
});

test("changing the PIN needs the old one", () => {
  const { send } = nitrokey();
  send(SET_PIN);
  expect(send("00B3000008800231328102" + "3939")).toBe("6300");
  expect(send("00B300000A8004313233348102" + "3939")).toBe("9000");
  expect(send(VERIFY_PIN)).toBe("6300");
  expect(send("00B200000480023939")).toBe("9000");
});

test("what is encrypted by the PIN is there for the one command after VERIFY PIN", () => {
  const { send, keep, put } = nitrokey();
  put("open");
  send(SET_PIN);
  expect(keep("hidden", { property: 4 })).toBe("6982");
  send(VERIFY_PIN);
  expect(keep("hidden", { property: 4 })).toBe("9000");
  const calculate = `00A20001127106${hex(utf8("hidden"))}74080000000000000001`;
  expect(send(calculate)).toBe("6A82");
  expect(send(LIST)).toBe(`720521${hex(utf8("open"))}9000`);
  send(VERIFY_PIN);
  expect(send(calculate)).toMatch(/^760506.{8}9000$/);
  expect(send(calculate)).toBe("6A82");
  send(VERIFY_PIN);
  expect(send(LIST)).toBe(`720521${hex(utf8("open"))}720721${hex(utf8("hidden"))}9000`);
  // Its name is taken, and it cannot be taken away unseen.
  expect(put("hidden")).toBe("6983");
  expect(send(`00020000087106${hex(utf8("hidden"))}`)).toBe("6A82");
  send(VERIFY_PIN);
  expect(send(`00020000087106${hex(utf8("hidden"))}`)).toBe("9000");
  expect(put("hidden")).toBe("9000");
});

test("SELECT and power-off end what the PIN has opened", () => {
  const { send, keep, token } = nitrokey();
  send(SET_PIN);
  send(VERIFY_PIN);
  keep("hidden", { property: 4 });
  send(VERIFY_PIN);
  send(SELECT_OATH);
  expect(send(LIST)).toBe("9000");
  send(VERIFY_PIN);
  token.powerOff();
  token.powerOn();
  send(SELECT_OATH);
  expect(send(LIST)).toBe("9000");
});

test("reverse HOTP: ten counters from its own on are tried, and the counter goes past the code's", () => {
  const { send, keep, verify } = nitrokey();
  expect(keep("back", { type: "reverse-hotp" })).toBe("6982");
  send(SET_PIN);
  send(VERIFY_PIN);
  expect(keep("back", { type: "reverse-hotp" })).toBe("9000");
  // RFC 4226, appendix D: counters 10 and more are outside at first.
  expect(verify("back", 520_489)).toBe("77009000"); // counter 9
  expect(verify("back", 520_489)).toBe("6300");
  expect(verify("back", 399_871)).toBe("6300"); // counter 8: behind
  expect(verify("none", 0)).toBe("6A82");
  const calculate = `00A200010E7104${hex(utf8("back"))}7406000000000000`;
  expect(send(calculate)).toBe("6985");
  expect(keep("event", { type: "hotp" })).toBe("9000");
  expect(verify("event", 755_224)).toBe("6985");
  expect(send("00A1000001" + "01")).toBe(
    `720631${hex(utf8("back"))}00720711${hex(utf8("event"))}009000`,
  );
});

test("password entries are kept, told, and changed field by field", () => {
  const { command, keep } = nitrokey();
  const entry = { login: utf8("me"), password: utf8("x"), metadata: utf8("note") };
  expect(keep("mail", entry)).toBe("9000");
  const get = { kind: "get-credential", name: utf8("mail") } as const;
  const told = `7801217104${hex(utf8("mail"))}`;
  expect(command(get)).toBe(`${told}83026D6584017885046E6F74659000`);
  expect(command({ kind: "update", name: utf8("mail"), password: utf8("y") })).toBe("9000");
  expect(command(get)).toContain("83026D65" + "840179");
  const renamed = { kind: "update", name: utf8("mail"), newName: utf8("post") } as const;
  expect(command(renamed)).toBe("9000");
  expect(command(get)).toBe("6A82");
  expect(command({ ...get, name: utf8("post") })).toContain("840179");
  keep("other");
  expect(command({ ...renamed, name: utf8("other") })).toBe("6983");
  expect(command({ ...renamed, name: utf8("none") })).toBe("6A82");
});

test("state that is kept holds the PIN, its tries and all entries", () => {
  const first = nitrokey();
  first.send(SET_PIN);
  first.send(WRONG_PIN);
  first.keep("mail", { login: utf8("me") });
  const { send, command } = nitrokey({ state: first.token.snapshot() });
  expect(send(SELECT_OATH).slice(10, 16)).toBe("820107");
  expect(command({ kind: "get-credential", name: utf8("mail") })).toContain("83026D65");
  expect(send(VERIFY_PIN)).toBe("9000");
  expect(JSON.stringify(first.token.snapshot())).not.toContain("31323334");
});

test("PIN commands wait for a touch", async () => {
  const { sendLater, token, world } = nitrokey({ touch: "button" });
  const set = sendLater(SET_PIN);
  token.press();
  expect(await set).toBe("9000");
  const untouched = sendLater(VERIFY_PIN);
  await world.advance(15_000_000);
  expect(await untouched).toBe("6982");
});

test("the OTP applet's subset: status, serial number, and HMAC slots by name", () => {
  const { send, keep } = nitrokey();
  const secret = bytes(SECRET);
  keep("HmacSlot2", { type: "hmac" });
  expect(send("00A4040007A0000005272001")).toBe("010700" + "01" + "0000" + "9000");
  expect(send("0003000000")).toBe("010700" + "01" + "0000" + "9000");
  expect(send("0001100000")).toBe("01020304" + "9000");
  const challenge = utf8("challenge");
  const padded = `${hex(challenge)}${"37".repeat(64 - challenge.length)}`;
  const mac = createHmac("sha1", secret).update(challenge).digest("hex").toUpperCase();
  expect(send(`0001380040${padded}`)).toBe(`${mac}9000`);
  expect(send(`0001300040${padded}`)).toBe("6A82");
  expect(send(`0001380040${"40".repeat(64)}`)).toBe("6A80");
  expect(send("00013800023701")).toBe("6A80");
  expect(send("0001200000")).toBe("6B00");
  expect(send("0001100100")).toBe("6B00");
  expect(send("0009000000")).toBe("6D00");
});
