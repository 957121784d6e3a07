import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { RFC4226_VECTORS, RFC6238_VECTORS, rfc4226Secret } from "../../../core/oath/vectors.ts";
import {
  decodeNitrokeyCodeAnswer,
  decodeNitrokeyNameAnswer,
  decodeNitrokeyResponse,
  decodeNitrokeySlotAnswer,
  decodeNitrokeyStatusAnswer,
  decodeNitrokeyVerifyAnswer,
  encodeNitrokeyCommand,
  NITROKEY_STATUS,
  type NitrokeyCommand,
} from "../../../core/wire/hid-reports.ts";
import { bytes, hex, utf8 } from "../../../core/wire/testing/frames.ts";
import { type TestOptions, testSmartToken } from "../testing/smart-token.ts";

const ADMIN = utf8("temporary admin");
const USER = utf8("temporary user");
const S = NITROKEY_STATUS;

function pro(options: TestOptions = {}) {
  const made = testSmartToken({ model: "nitrokey-pro", ...options });
  const hid = made.token.nitrokey;
  if (hid === undefined) throw new Error("no Nitrokey interface");
  const raw = (command: NitrokeyCommand): Uint8Array => {
    hid.setFeatureReport(encodeNitrokeyCommand(command));
    return hid.getFeatureReport();
  };
  const ask = (command: NitrokeyCommand) => {
    const response = decodeNitrokeyResponse(raw(command));
    if (response.kind === "malformed") throw new Error(response.problem);
    expect(response.crcMatches).toBe(true);
    return { status: response.commandStatus, payload: response.payload };
  };
  const authenticate = (pin = "12345678") =>
    ask({ kind: "first-authenticate", pin: utf8(pin), password: ADMIN }).status;
  const userAuthenticate = (pin = "123456") =>
    ask({ kind: "user-authenticate", pin: utf8(pin), password: USER }).status;
  const setTime = (seconds: number, mode = 1) =>
    ask({ kind: "set-time", mode, timeSeconds: BigInt(seconds) }).status;
  const code = (slot: number, password: Uint8Array = new Uint8Array(0)) => {
    const answer = ask({
      kind: "get-code",
      slot,
      challenge: 12345n,
      lastTime: 0n,
      lastInterval: 0,
      password,
    });
    if (answer.status !== S.ok) return answer.status;
    const { code: value, config } = decodeNitrokeyCodeAnswer(answer.payload);
    return String(value).padStart((config & 1) === 1 ? 8 : 6, "0");
  };
  return { ...made, hid, raw, ask, authenticate, userAuthenticate, setTime, code };
}

function program(
  { ask }: ReturnType<typeof pro>,
  slot: number,
  change: Partial<Extract<NitrokeyCommand, { kind: "write-to-slot" }>> = {},
  secret: Uint8Array = rfc4226Secret(),
) {
  const send = (dataType: "name" | "secret", chunk: number, data: Uint8Array) =>
    ask({ kind: "send-otp-data", password: ADMIN, dataType, chunk, data }).status;
  send("name", 0, utf8("a name"));
  send("secret", 0, secret.subarray(0, 30));
  if (secret.length > 30) send("secret", 1, secret.subarray(30));
  const write = { kind: "write-to-slot", password: ADMIN, slot } as const;
  const usual = { counterOrInterval: slot < 0x20 ? 0n : 30n, config: 1, tokenId: "ub" };
  return ask({ ...write, ...usual, ...change }).status;
}

function programmed() {
  const token = pro();
  token.authenticate();
  program(token, 0x10, { config: 0 });
  program(token, 0x20);
  return token;
}

test("answers the examples of the document byte for byte", () => {
  const { hid } = programmed();
  const report = (first: string, crc: string) => bytes(`${first.padEnd(120, "0")}${crc}`);
  hid.setFeatureReport(report("0B013B00000000000000", "1CF523B4"));
  expect(hex(hid.getFeatureReport()).slice(0, 14)).toBe("000B1CF523B400");
  hid.setFeatureReport(report("0420", "151C701F"));
  expect(hex(hid.getFeatureReport()).slice(0, 24)).toBe("0004151C701F00EAB49E0501");
  hid.setFeatureReport(report("00", "DFB76EEF"));
  expect(hex(hid.getFeatureReport()).slice(0, 18)).toBe("0000DFB76EEF000B00");
});

test("gives the codes of RFC 6238 Appendix B at the times that are set", () => {
  const { setTime, code } = programmed();
  for (const { seconds, codes } of RFC6238_VECTORS) {
    expect(setTime(seconds)).toBe(S.ok);
    expect(code(0x20)).toBe(codes.SHA1);
  }
});

test("gives the codes of RFC 4226 Appendix D, and counts through power cycles", () => {
  const { code, token } = programmed();
  for (const vector of RFC4226_VECTORS) {
    expect(code(0x10)).toBe(vector.code);
    token.powerOff();
    token.powerOn();
  }
});

test("its own clock goes on from the time that was set, and starts again with the power", async () => {
  const { setTime, code, token, world } = programmed();
  setTime(1_111_111_109);
  await world.advance(2_000_000);
  expect(code(0x20)).toBe("14050471");
  expect(token.clock?.seconds()).toBe(1_111_111_111);
  token.powerOff();
  token.powerOn();
  expect(token.clock?.seconds()).toBe(0);
});

test("SET_TIME in mode 0 warns before the first time and of older ones, to the minute", () => {
  const { setTime, token } = pro();
  const start = 1_767_225_600;
  expect(setTime(start, 0)).toBe(S.timestampWarning);
  expect(setTime(start)).toBe(S.ok);
  expect(setTime(start - 60, 0)).toBe(S.timestampWarning);
  token.powerOff();
  token.powerOn();
  expect(setTime(start - 60, 0)).toBe(S.timestampWarning);
  expect(setTime(start, 0)).toBe(S.ok);
  expect(setTime(start - 86_400)).toBe(S.ok);
  expect(setTime(2 ** 45)).toBe(S.timestampWarning);
});

test("secrets of 31 and 40 bytes come in two chunks; intervals are the slot's own", () => {
  for (const length of [30, 31, 40]) {
    const token = pro();
    token.authenticate();
    const secret = Uint8Array.from({ length }, (_, at) => at + 1);
    expect(program(token, 0x2e, { counterOrInterval: 60n, config: 0 }, secret)).toBe(S.ok);
    token.setTime(7205);
    const expected = generateSync({ strategy: "hotp", secret, counter: 120 });
    expect(token.code(0x2e)).toBe(expected);
  }
});

test("reads slots and names, and says what is not programmed or no slot", () => {
  const { ask } = programmed();
  const slot = ask({ kind: "read-slot", slot: 0x20 });
  expect(decodeNitrokeySlotAnswer(slot.payload)).toEqual({
    name: "a name",
    config: 1,
    tokenId: "ub",
    counterOrInterval: 30n,
  });
  const name = ask({ kind: "read-slot-name", slot: 0x10 });
  expect(decodeNitrokeyNameAnswer(name.payload)).toBe("a name");
  for (const kind of ["read-slot", "read-slot-name"] as const) {
    expect(ask({ kind, slot: 0x21 }).status).toBe(S.notProgrammed);
    for (const none of [0x00, 0x0f, 0x14, 0x1f, 0x2f]) {
      expect(ask({ kind, slot: none }).status).toBe(S.wrongSlot);
    }
  }
});

test("writing wants the temporary password, a name, a slot and an interval", () => {
  const token = pro();
  expect(program(token, 0x10)).toBe(S.notAuthorized);
  token.authenticate();
  expect(program(token, 0x10)).toBe(S.ok);
  expect(program(token, 0x10, { password: utf8("other") })).toBe(S.notAuthorized);
  expect(program(token, 0x14)).toBe(S.wrongSlot);
  expect(program(token, 0x20, { counterOrInterval: 0n })).toBe(S.notSupported);
  expect(program(token, 0x20)).toBe(S.ok);
  const nameless = { kind: "write-to-slot", password: ADMIN, slot: 0x21, config: 0 } as const;
  expect(token.ask({ ...nameless, counterOrInterval: 30n, tokenId: "" }).status).toBe(S.noName);
  token.token.powerOff();
  token.token.powerOn();
  expect(program(token, 0x10)).toBe(S.notAuthorized);
});

test("erases slots", () => {
  const { ask, code } = programmed();
  expect(ask({ kind: "erase-slot", slot: 0x10, password: USER }).status).toBe(S.notAuthorized);
  expect(ask({ kind: "erase-slot", slot: 0x10, password: ADMIN }).status).toBe(S.ok);
  expect(code(0x10)).toBe(S.notProgrammed);
  expect(ask({ kind: "erase-slot", slot: 0x30, password: ADMIN }).status).toBe(S.wrongSlot);
});

test("a PIN has three tries, which neither power nor the other PIN gives back", () => {
  const { authenticate, userAuthenticate, ask, token } = pro();
  const triesOf = (command: number) => ask({ kind: "unknown", command }).payload[0];
  expect(authenticate("wrong")).toBe(S.wrongPassword);
  expect(triesOf(0x09)).toBe(2);
  expect(authenticate()).toBe(S.ok);
  expect(triesOf(0x09)).toBe(3);
  for (let turn = 0; turn < 3; turn++) {
    expect(authenticate("wrong")).toBe(S.wrongPassword);
    token.powerOff();
    token.powerOn();
  }
  expect(triesOf(0x09)).toBe(0);
  expect(authenticate()).toBe(S.wrongPassword);
  expect(triesOf(0x0f)).toBe(3);
  expect(userAuthenticate()).toBe(S.ok);
});

test("a power cut while a PIN is judged gives no try back", () => {
  for (const progress of [0, 0.5, 1]) {
    const { authenticate, ask, token } = pro();
    const tries = () => ask({ kind: "unknown", command: 0x09 }).payload[0];
    authenticate("wrong");
    token.failWrite(1, progress);
    authenticate();
    expect(token.powered).toBe(false);
    token.powerOn();
    expect(tries()).toBe(progress < 1 ? 2 : 1);
    const before = ask({ kind: "get-status" }).status;
    expect(before).toBe(S.ok);
  }
});

test("codes may want the user's PIN, for a session or for one code each", () => {
  const token = programmed();
  const { ask, code, userAuthenticate } = token;
  const config = (byte: number) =>
    ask({ kind: "write-config", config: Uint8Array.of(255, 255, 255, 1, byte), password: ADMIN });
  expect(config(0).status).toBe(S.ok);
  const status = decodeNitrokeyStatusAnswer(ask({ kind: "get-status" }).payload);
  expect(hex(status.generalConfig)).toBe("FFFFFF0100");
  expect(code(0x10)).toBe(S.notAuthorized);
  expect(userAuthenticate()).toBe(S.ok);
  expect(code(0x10, utf8("other"))).toBe(S.notAuthorized);
  expect(code(0x10, USER)).toBe("755224");
  expect(code(0x10, USER)).toBe("287082");
  config(1);
  expect(code(0x10, USER)).toBe("359152");
  expect(code(0x10, USER)).toBe(S.notAuthorized);
});

test("verifies codes of the reserved slot up to ten ahead, each once", () => {
  const token = pro();
  token.authenticate();
  expect(token.ask({ kind: "verify-otp-code", code: 755224 }).status).toBe(S.notProgrammed);
  program(token, 0x13, { config: 0 });
  const verify = (code: number) =>
    decodeNitrokeyVerifyAnswer(token.ask({ kind: "verify-otp-code", code }).payload);
  expect(verify(755224)).toEqual({ isValid: true, offset: 0 });
  expect(verify(755224)).toEqual({ isValid: false, offset: 0 });
  expect(verify(520489)).toEqual({ isValid: true, offset: 8 });
  const codeOf = (counter: number) =>
    Number(generateSync({ strategy: "hotp", secret: rfc4226Secret(), counter }));
  expect(verify(codeOf(21))).toEqual({ isValid: false, offset: 0 });
  expect(verify(codeOf(20))).toEqual({ isValid: true, offset: 10 });
  expect(token.code(0x13)).toBe(S.wrongSlot);
});

test("a counter is past a code before it is given out: power failures repeat none", () => {
  const { code, token } = programmed();
  const given: unknown[] = [];
  for (const progress of [0, 0.25, 0.5, 1]) {
    token.failWrite(1, progress);
    code(0x10);
    expect(token.powered).toBe(false);
    token.powerOn();
    given.push(code(0x10));
  }
  expect(given).toEqual(["755224", "287082", "359152", "338314"]);
});

test("wrong CRCs, unknown commands and those of old firmware get their statuses", () => {
  const { ask, hid } = pro();
  const broken = encodeNitrokeyCommand({ kind: "get-status" });
  broken[60] = (broken[60] ?? 0) ^ 1;
  hid.setFeatureReport(broken);
  expect(hid.getFeatureReport()[6]).toBe(S.wrongCrc);
  expect(ask({ kind: "unknown", command: 0x7f }).status).toBe(S.unknownCommand);
  const password = ADMIN;
  expect(ask({ kind: "authorize", crc: 1, password }).status).toBe(S.notSupported);
  hid.setFeatureReport(new Uint8Array(63));
  expect(hid.getFeatureReport()[6]).toBe(S.notSupported);
});
