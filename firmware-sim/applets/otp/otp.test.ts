import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { RFC4226_VECTORS, rfc4226Secret } from "../../../core/oath/vectors.ts";
import {
  CONFIG_FLAGS,
  EXTENDED_FLAGS,
  hmacChallenge,
  OTP_COMMANDS,
  otpResetReport,
  otpResponse,
  type SlotConfig,
  TICKET_FLAGS,
} from "../../../core/wire/hid-otp.ts";
import { bytes, hex } from "../../../core/wire/testing/frames.ts";
import type { HidApplication } from "../applet.ts";
import {
  readOtpAnswer,
  readTyped,
  slotConfig,
  writeOtpCommand,
  writePayload,
} from "../testing/otp-host.ts";
import { type TestOptions, testSmartToken } from "../testing/smart-token.ts";

const HMAC = {
  ticketFlags: TICKET_FLAGS.challengeResponse,
  configFlags: CONFIG_FLAGS.challengeHmac | CONFIG_FLAGS.hmacShorterThan64,
};
const HOTP = { ticketFlags: TICKET_FLAGS.oathHotp };
const CODE = Uint8Array.of(1, 2, 3, 4, 5, 6);

function keyboard(options: TestOptions = {}) {
  const token = testSmartToken(options);
  const hid = token.token.otpKeyboard;
  if (hid === undefined) throw new Error("no keyboard");
  return { ...token, hid };
}

function write(hid: HidApplication, slot: 1 | 2, config?: SlotConfig, accessCode?: Uint8Array) {
  const command = slot === 1 ? OTP_COMMANDS.writeSlot1 : OTP_COMMANDS.writeSlot2;
  writeOtpCommand(hid, command, writePayload(config, accessCode));
  return statusOf(hid);
}

/** Sequence and touch level, as in the status report. */
function statusOf(hid: HidApplication): string {
  const event = readOtpAnswer(hid);
  if (event.kind !== "status") return event.kind;
  return `${event.status.sequence} ${event.status.touchLevel}`;
}

function respond(hid: HidApplication, slot: 1 | 2, challenge: Uint8Array): string {
  const { slot: command, payload } = hmacChallenge(slot, challenge);
  writeOtpCommand(hid, command, payload);
  const event = readOtpAnswer(hid);
  if (event.kind !== "response") return event.kind;
  const response = otpResponse(event.bytes, 20);
  return response.kind === "data" ? hex(response.data) : response.problem;
}

test("answers the challenge of the document byte for byte", () => {
  const { hid } = keyboard();
  write(hid, 2, slotConfig(HMAC));
  expect(hex(hid.getFeatureReport())).toBe("0005040301020000");
  for (const report of ["0000000000000080", "0100000000000081", "0038B98E00000089"]) {
    hid.setFeatureReport(bytes(report));
  }
  const reads = Array.from({ length: 6 }, () => hex(hid.getFeatureReport()));
  expect(reads).toEqual([
    "75A48A19D4CBE140",
    "00644E8AC1397E41",
    "EA747A2D33AB1B42",
    "6E00000000000043",
    "0000000000000040",
    "0005040301020000",
  ]);
});

test("a reset report ends the answer", () => {
  for (const byte of [0x8f, 0xff] as const) {
    const { hid } = keyboard();
    write(hid, 2, slotConfig(HMAC));
    const { slot, payload } = hmacChallenge(2, bytes("01"));
    writeOtpCommand(hid, slot, payload);
    hid.getFeatureReport();
    hid.setFeatureReport(otpResetReport(byte));
    expect(statusOf(hid)).toBe("1 2");
  }
});

test("challenges of every length are answered as RFC 2104 has it", () => {
  const { hid } = keyboard();
  write(hid, 1, slotConfig(HMAC));
  for (let length = 1; length <= 63; length++) {
    const challenge = Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);
    const expected = createHmac("sha1", rfc4226Secret()).update(challenge).digest("hex");
    expect(respond(hid, 1, challenge), `${length}`).toBe(expected.toUpperCase());
  }
});

test("a slot of fixed length takes all 64 bytes", () => {
  const { hid } = keyboard();
  write(hid, 1, slotConfig({ ...HMAC, configFlags: CONFIG_FLAGS.challengeHmac }));
  const payload = new Uint8Array(64);
  payload[0] = 9;
  const expected = createHmac("sha1", rfc4226Secret()).update(payload).digest("hex");
  expect(respond(hid, 1, bytes("09"))).toBe(expected.toUpperCase());
});

test("the sequence counts writes, and is 0 when both slots are empty", () => {
  const { hid } = keyboard();
  expect(statusOf(hid)).toBe("0 0");
  expect(write(hid, 1, slotConfig(HMAC))).toBe("1 1");
  expect(write(hid, 2, slotConfig(HOTP))).toBe("2 11");
  expect(write(hid, 1)).toBe("3 10");
  expect(write(hid, 2)).toBe("0 0");
  expect(write(hid, 1, slotConfig(HMAC))).toBe("1 1");
  for (let turn = 2; turn <= 255; turn++) write(hid, 1, slotConfig(HMAC));
  expect(statusOf(hid)).toBe("255 1");
  expect(write(hid, 1, slotConfig(HMAC))).toBe("1 1");
});

test("an empty slot, a slot of another kind and a broken frame are rejected by a status", () => {
  const { hid } = keyboard();
  write(hid, 1, slotConfig(HOTP));
  expect(respond(hid, 1, CODE)).toBe("status");
  expect(respond(hid, 2, CODE)).toBe("status");
  expect(write(hid, 2, slotConfig())).toBe("1 5");
  hid.setFeatureReport(bytes("0000000000000080"));
  hid.setFeatureReport(bytes("0030FFFF00000089"));
  expect(statusOf(hid)).toBe("1 5");
});

test("an access code guards writing, updating, deleting and swapping", () => {
  const { hid } = keyboard();
  expect(write(hid, 1, slotConfig({ ...HMAC, accessCode: CODE }))).toBe("1 1");
  expect(write(hid, 1, slotConfig(HMAC))).toBe("1 1");
  expect(write(hid, 1)).toBe("1 1");
  expect(write(hid, 1, undefined, Uint8Array.of(1, 2, 3, 4, 5, 7))).toBe("1 1");
  const swap = (code?: Uint8Array) => {
    writeOtpCommand(hid, OTP_COMMANDS.swapSlots, writePayload(undefined, code));
    return statusOf(hid);
  };
  expect(swap()).toBe("1 1");
  expect(swap(CODE)).toBe("2 2");
  expect(write(hid, 2, undefined, CODE)).toBe("0 0");
});

test("an update changes how a code is typed, and neither secret nor counter", () => {
  const { hid, token } = keyboard();
  write(hid, 1, slotConfig(HOTP));
  token.press();
  expect(readTyped(hid)).toBe("755224");
  const update = slotConfig({ ticketFlags: TICKET_FLAGS.appendEnter, key: new Uint8Array(16) });
  writeOtpCommand(hid, OTP_COMMANDS.updateSlot1, writePayload(update));
  expect(statusOf(hid)).toBe("2 5");
  token.press();
  expect(readTyped(hid)).toBe("287082\n");
  const locked = slotConfig({ ...HOTP, extendedFlags: 0 });
  expect(write(hid, 2, locked)).toBe("3 15");
  writeOtpCommand(hid, OTP_COMMANDS.updateSlot2, writePayload(update));
  expect(statusOf(hid)).toBe("3 15");
});

test("types the codes of RFC 4226 Appendix D, slot 2 at a long touch", () => {
  const { hid, token } = keyboard();
  write(hid, 1, slotConfig(HOTP));
  write(hid, 2, slotConfig({ ...HOTP, configFlags: CONFIG_FLAGS.hotp8Digits }, 16));
  for (const { code } of RFC4226_VECTORS) {
    token.press();
    expect(readTyped(hid)).toBe(code);
  }
  token.press("long");
  const mac = createHmac("sha1", rfc4226Secret()).update(bytes("0000000000000010")).digest();
  const value = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  expect(readTyped(hid)).toBe(String(value % 1e8).padStart(8, "0"));
});

test.each([
  [0, "000012345678"],
  [CONFIG_FLAGS.hotpFixedModhex1, "cc0012345678"],
  [CONFIG_FLAGS.hotpFixedModhex2, "cccc12345678"],
  [CONFIG_FLAGS.hotpFixedModhex, "ccccbdefghij"],
])("types the token id in front, with ModHex flags %i as %s", (flags, prefix) => {
  const { hid, token } = keyboard();
  const ticketFlags =
    TICKET_FLAGS.oathHotp |
    TICKET_FLAGS.tabFirst |
    TICKET_FLAGS.appendTab1 |
    TICKET_FLAGS.appendTab2;
  const fixed = bytes("000012345678");
  write(hid, 1, slotConfig({ fixed, ticketFlags, configFlags: flags }));
  token.press();
  expect(readTyped(hid)).toBe(`\t${prefix}\t755224\t`);
});

test("types digits on the keypad when told to, and tells ports of it", () => {
  const { hid, token } = keyboard();
  write(hid, 1, slotConfig({ ...HOTP, extendedFlags: EXTENDED_FLAGS.numericKeypad }));
  let heard = 0;
  const stop = hid.onInput(() => heard++);
  token.press();
  stop();
  expect(heard).toBe(1);
  expect(hid.takeInputReport()?.[2]).toBe(0x5f);
  token.press();
  expect(heard).toBe(1);
});

test("a counter is past a code before it is typed: power failures repeat none", () => {
  const { hid, token } = keyboard();
  write(hid, 1, slotConfig(HOTP));
  const typed: string[] = [];
  for (const progress of [0, 0.5, 1]) {
    token.failWrite(1, progress);
    token.press();
    expect(token.powered).toBe(false);
    token.powerOn();
    token.press();
    typed.push(readTyped(hid));
  }
  expect(typed).toEqual(["755224", "287082", "969429"]);
});

test("waits for a touch, tells the seconds left, and answers at the press", async () => {
  const { hid, token, world } = keyboard({ touch: "button" });
  const configFlags = HMAC.configFlags | CONFIG_FLAGS.challengeTouch;
  expect(write(hid, 2, slotConfig({ ...HMAC, configFlags }))).toBe("1 10");
  const { slot, payload } = hmacChallenge(2, bytes("0000000000000001"));
  writeOtpCommand(hid, slot, payload);
  expect(hex(hid.getFeatureReport())).toBe("000000000000002F");
  await world.advance(14_000_001);
  expect(hex(hid.getFeatureReport())).toBe("0000000000000021");
  token.press();
  expect(hex(hid.getFeatureReport())).toBe("75A48A19D4CBE140");
  writeOtpCommand(hid, slot, payload);
  await world.advance(15_000_000);
  expect(statusOf(hid)).toBe("1 10");
  writeOtpCommand(hid, slot, payload);
  hid.setFeatureReport(otpResetReport());
  expect(token.isTouchAwaited).toBe(false);
});

test("tells serial number and device information", () => {
  const { hid } = keyboard({ serial: 12_345_678 });
  writeOtpCommand(hid, OTP_COMMANDS.serialNumber, new Uint8Array(0));
  const serial = readOtpAnswer(hid);
  expect(serial.kind === "response" && hex(serial.bytes)).toMatch(/^00BC614E/);
  writeOtpCommand(hid, OTP_COMMANDS.deviceInfo, new Uint8Array(0));
  const info = readOtpAnswer(hid);
  expect(info.kind === "response" && hex(info.bytes)).toMatch(/^27010121020400BC614E/);
  writeOtpCommand(hid, OTP_COMMANDS.deviceInfo, Uint8Array.of(1));
  expect(statusOf(hid)).toBe("0 0");
});

test("slots survive the power, and are the same behind keyboard and applet", () => {
  const { hid, send, token } = keyboard({ serial: 12_345_678 });
  expect(send("00A4040007A0000005272001")).toBe("0504030000009000");
  const config = hex(writePayload(slotConfig(HMAC)));
  expect(send(`000103003A${config}`)).toBe("0504030102009000");
  expect(statusOf(hid)).toBe("1 2");
  token.powerOff();
  token.powerOn();
  expect(respond(hid, 2, bytes("0000000000000001"))).toBe(
    "75A48A19D4CBE100644E8AC1397EEA747A2D33AB",
  );
  send("00A4040007A0000005272001");
  const challenge = `0000000000000001${"00".repeat(56)}`;
  const answer = "75A48A19D4CBE100644E8AC1397EEA747A2D33AB9000";
  expect(send(`0001380040${challenge}`)).toBe(answer);
  expect(send("0001100000")).toBe("00BC614E9000");
  expect(send("0003000000")).toBe("0504030102009000");
  expect(send(`0001300040${challenge}`)).toBe("6A80");
  expect(send("0001200000")).toBe("6B00");
  expect(send("0001100100")).toBe("6B00");
  expect(send("0004000000")).toBe("6D00");
  expect(send(`0001380041${challenge}00`)).toBe("6700");
});

test("the applet waits for a touch, too, and refuses a wrong access code by 6982", async () => {
  const { send, sendLater, token, world } = keyboard({ touch: "button" });
  send("00A4040007A0000005272001");
  const configFlags = HMAC.configFlags | CONFIG_FLAGS.challengeTouch;
  const config = hex(writePayload(slotConfig({ ...HMAC, configFlags, accessCode: CODE })));
  send(`000101003A${config}`);
  expect(send(`000101003A${config}`)).toBe("6982");
  const challenge = `000130004000000000000000 01${"00".repeat(56)}`;
  const touched = sendLater(challenge);
  token.press();
  expect((await touched).slice(-4)).toBe("9000");
  const late = sendLater(challenge);
  await world.advance(15_000_000);
  expect(await late).toBe("6982");
});

test("a token without power takes and types nothing", () => {
  const { hid, token } = keyboard();
  write(hid, 1, slotConfig(HOTP));
  token.powerOff();
  token.press();
  expect(hid.takeInputReport()).toBeUndefined();
  expect(write(hid, 2, slotConfig(HOTP))).toBe("1 5");
});
