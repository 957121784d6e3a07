import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecoded } from "../decoded.ts";
import { bytes, hex, utf8 } from "../testing/frames.ts";
import {
  decodeNitrokeyCodeAnswer,
  decodeNitrokeyNameAnswer,
  decodeNitrokeySlotAnswer,
  decodeNitrokeyStatusAnswer,
  decodeNitrokeyVerifyAnswer,
  encodeNitrokeyCodeAnswer,
  encodeNitrokeyNameAnswer,
  encodeNitrokeySlotAnswer,
  encodeNitrokeyStatusAnswer,
  encodeNitrokeyVerifyAnswer,
} from "./answers.ts";
import { decodeNitrokeyCommand, encodeNitrokeyCommand, type NitrokeyCommand } from "./commands.ts";
import { describeNitrokey } from "./log.ts";
import { decodeNitrokeyResponse, encodeNitrokeyResponse } from "./reports.ts";

const password = Uint8Array.from({ length: 25 }, (_, at) => 0xa0 + at);
const none = new Uint8Array(25);

/** First bytes and CRC field; the first three are the worked examples of the HID document, B2. */
const COMMANDS: readonly (readonly [string, string | undefined, NitrokeyCommand])[] = [
  ["00", "DFB76EEF", { kind: "get-status" }],
  ["0B013B00000000000000", "1CF523B4", { kind: "set-time", mode: 1, timeSeconds: 59n }],
  [
    "0420",
    "151C701F",
    {
      kind: "get-code",
      slot: 0x20,
      challenge: 0n,
      lastTime: 0n,
      lastInterval: 0,
      password: none,
    },
  ],
  ["0211", undefined, { kind: "read-slot-name", slot: 0x11 }],
  ["0311", undefined, { kind: "read-slot", slot: 0x11 }],
  [`0612${hex(password)}`, undefined, { kind: "erase-slot", slot: 0x12, password }],
  [
    `07${hex(none)}${hex(password)}`,
    undefined,
    { kind: "first-authenticate", pin: none, password },
  ],
  [`0E${hex(none)}${hex(password)}`, undefined, { kind: "user-authenticate", pin: none, password }],
  [
    `17${hex(password)}5301${"AB".repeat(30)}`,
    undefined,
    {
      kind: "send-otp-data",
      password,
      dataType: "secret",
      chunk: 1,
      data: new Uint8Array(30).fill(0xab),
    },
  ],
  [
    `01${hex(password)}201E0000000000000005${hex(utf8("token"))}`,
    undefined,
    {
      kind: "write-to-slot",
      password,
      slot: 0x20,
      counterOrInterval: 30n,
      config: 5,
      tokenId: "token",
    },
  ],
  [
    `050102030001${hex(password)}`,
    undefined,
    { kind: "write-config", config: bytes("0102030001"), password },
  ],
  ["18EAB49E05", undefined, { kind: "verify-otp-code", code: 94_287_082 }],
  [`08DFB76EEF${hex(password)}`, undefined, { kind: "authorize", crc: 0xef6eb7df, password }],
  ["7F", undefined, { kind: "unknown", command: 0x7f }],
];

test.each(COMMANDS)("writes and reads %s", (head, crc, command) => {
  const report = encodeNitrokeyCommand(command);
  expect(report).toHaveLength(64);
  expect(hex(report.subarray(0, 60))).toBe(head.padEnd(120, "0"));
  if (crc !== undefined) expect(hex(report.subarray(60))).toBe(crc);
  expect(decodeNitrokeyCommand(report)).toMatchObject({ kind: "command", command });
});

test("writes and reads a slot as firmware 0.7 does", () => {
  const command: NitrokeyCommand = {
    kind: "write-to-slot-legacy",
    slot: 0x10,
    name: "mail",
    secret: utf8("12345678901234567890"),
    config: 1,
    tokenId: "",
    counterOrInterval: 7n,
  };
  const report = encodeNitrokeyCommand(command);
  expect(decodeNitrokeyCommand(report, true)).toMatchObject({ kind: "command", command });
  expect(formatDecoded(describeNitrokey("to-token", report, true))).toMatch(
    /^write-to-slot-legacy slot=16 name=mail secret=<20 bytes, sha256:[0-9a-f]{8}> config=1 /,
  );
});

test("tells a wrong CRC, and a report of another size", () => {
  const report = encodeNitrokeyCommand({ kind: "read-slot", slot: 0x10 });
  report[1] = 0x11;
  expect(decodeNitrokeyCommand(report)).toMatchObject({ kind: "wrong-crc", number: 3 });
  expect(decodeNitrokeyCommand(report.subarray(1)).kind).toBe("malformed");
  expect(decodeNitrokeyResponse(report.subarray(1)).kind).toBe("malformed");
});

test("writes and reads the answer of the document", () => {
  const payload = encodeNitrokeyCodeAnswer({ code: 94_287_082, config: 1, tokenId: "" });
  expect(hex(payload.subarray(0, 5))).toBe("EAB49E0501");
  const report = encodeNitrokeyResponse({
    deviceStatus: 0,
    lastCommand: 4,
    lastCommandCrc: 0x1f701c15,
    commandStatus: 0,
    payload,
  });
  expect(hex(report.subarray(0, 12))).toBe("0004151C701F00EAB49E0501");
  const response = decodeNitrokeyResponse(report);
  expect(response).toMatchObject({ kind: "response", commandStatus: 0, crcMatches: true });
  if (response.kind !== "response") throw new Error("malformed");
  expect(decodeNitrokeyCodeAnswer(response.payload)).toEqual({
    code: 94_287_082,
    config: 1,
    tokenId: "",
  });
});

test("reads a response with a wrong CRC, and says so", () => {
  expect(decodeNitrokeyResponse(new Uint8Array(64))).toMatchObject({
    kind: "response",
    crcMatches: false,
  });
});

test("reads back the other answers that it writes", () => {
  const status = {
    minor: 8,
    major: 0,
    cardSerial: bytes("01020304"),
    generalConfig: bytes("FFFFFF0001"),
  };
  expect(decodeNitrokeyStatusAnswer(encodeNitrokeyStatusAnswer(status))).toEqual(status);
  expect(decodeNitrokeyNameAnswer(encodeNitrokeyNameAnswer("mail"))).toBe("mail");
  const slot = { name: "mail", config: 1, tokenId: "ubhe12345678", counterOrInterval: 2n ** 63n };
  expect(decodeNitrokeySlotAnswer(encodeNitrokeySlotAnswer(slot))).toEqual(slot);
  const verify = { isValid: true, offset: 3 };
  expect(decodeNitrokeyVerifyAnswer(encodeNitrokeyVerifyAnswer(verify))).toEqual(verify);
});

test.each([
  ["name", () => encodeNitrokeyNameAnswer("x".repeat(16))],
  [
    "timeSeconds",
    () => encodeNitrokeyCommand({ kind: "set-time", mode: 1, timeSeconds: 2n ** 64n }),
  ],
  [
    "password",
    () => encodeNitrokeyCommand({ kind: "erase-slot", slot: 16, password: new Uint8Array(26) }),
  ],
])("writes nothing whose %s does not fit", (field, write) => {
  expect(write).toThrow(new RegExp(`^${field} must be`));
});

test("reads back every time that it writes", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (timeSeconds) => {
      const command = { kind: "set-time", mode: 0, timeSeconds } as const;
      expect(decodeNitrokeyCommand(encodeNitrokeyCommand(command))).toMatchObject({ command });
    }),
  );
});

test("shows no PIN, password or secret, nor the fingerprint of a PIN", () => {
  const secretive = COMMANDS.map(([, , command]) => encodeNitrokeyCommand(command));
  const lines = secretive.map((report) => formatDecoded(describeNitrokey("to-token", report)));
  expect(lines.join("\n")).not.toMatch(/A0A1A2|ABAB|sha256/);
  expect(lines[5]).toBe("erase-slot slot=18 password=<25 bytes>");
  expect(lines[8]).toBe(
    "send-otp-data password=<25 bytes> dataType=secret chunk=1 data=<30 bytes>",
  );
});

test("shows answers by their fields, and those that may repeat a secret by their length", () => {
  const answer = (lastCommand: number, payload: Uint8Array) =>
    formatDecoded(
      describeNitrokey(
        "from-token",
        encodeNitrokeyResponse({
          deviceStatus: 0,
          lastCommand,
          lastCommandCrc: 1,
          commandStatus: 0,
          payload,
        }),
      ),
    );
  expect(answer(4, encodeNitrokeyCodeAnswer({ code: 755_224, config: 0, tokenId: "" }))).toBe(
    "response device=ready to=get-code status=ok code=755224 config=0",
  );
  expect(answer(2, encodeNitrokeyNameAnswer("mail"))).toBe(
    'response device=ready to=read-slot-name status=ok name="mail"',
  );
  expect(answer(0x17, utf8("secret"))).toBe(
    "response device=ready to=send-otp-data status=ok payload=<53 bytes>",
  );
});
