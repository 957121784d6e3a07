// What the serial driver reads and writes as text: addresses, errors of the operating system,
// versions, answers.

import { expect, test } from "vitest";
import { formatSerialAddress, parseSerialAddress } from "./address.ts";
import { parseTimeAnswer, parseTotpAnswer } from "./answers.ts";
import { parseCredentialLine } from "./credential-line.ts";
import { portError } from "./port-errors.ts";
import { parseVersion } from "./version-line.ts";

test.each([
  ["/dev/ttyACM0", "/dev/ttyACM0", 115_200],
  ["COM3", "COM3", 115_200],
  ["/dev/ttyUSB0?baud=9600", "/dev/ttyUSB0", 9600],
])("reads and writes the address %s", (text, path, baudRate) => {
  expect(parseSerialAddress(text)).toEqual({ path, baudRate });
  expect(formatSerialAddress({ path, baudRate })).toBe(text);
});

test.each([
  "",
  "?baud=9600",
  "/dev/x?baud=",
  "/dev/x?baud=0",
  "/dev/x?speed=1",
  "a\nb",
  "x".repeat(5000),
])("refuses the address %j and says how one is written", (text) => {
  expect(() => parseSerialAddress(text)).toThrow(
    expect.objectContaining({ code: "not-found", hint: expect.stringContaining("?baud=9600") }),
  );
});

test.each([
  ["Error: Permission denied, cannot open /dev/ttyUSB0", "no-access", /dialout.*uaccess/],
  ["Error Resource temporarily unavailable Cannot lock port", "no-access", /close the program/],
  ["Error: No such file or directory, cannot open /dev/x", "not-found", /devices list/],
  ["Error: No such device or address, cannot open /dev/tty", "not-found", /devices list/],
  ["Error: Inappropriate ioctl for device", "not-found", /devices list/],
  ["Opening COM3: File not found", "not-found", /devices list/],
  ["Opening COM3: Access denied", "no-access", /dialout/],
  ["Something nobody has seen", "no-access", /devices list/],
])("%s: %s, and what to do", (message, code, hint) => {
  const error = portError("/dev/x", new Error(message));
  expect(error.code).toBe(code);
  expect(error.hint).toMatch(hint);
  expect(error.message).toContain("/dev/x");
});

const VERSION =
  "oathbed-shell 1 profile=p firmware=1.0 credentials=8 algorithms=SHA1,SHA512 digits=6,8 " +
  "step=1-3600 secret=1-128 time=0-253402300799 button=yes";

test("reads a version, with words it does not know and in any order", () => {
  const expected = {
    profile: "p",
    firmware: "1.0",
    credentials: 8,
    algorithms: ["SHA1", "SHA512"],
    digits: [6, 8],
    stepSeconds: { low: 1, high: 3600 },
    secretBytes: { low: 1, high: 128 },
    timeRange: { fromSeconds: 0, toSeconds: 253_402_300_799 },
    button: true,
  };
  expect(parseVersion(`${VERSION}\n`)).toEqual(expected);
  const [name, number, ...words] = VERSION.split(" ");
  const mixed = [name, number, "colour=red", ...words.reverse()].join(" ");
  expect(parseVersion(`${mixed}\n`)).toEqual(expected);
});

test.each(["", "\n", "1.0.0\n", "Unknown command\n", "oathbed-shell\n", "two\nlines\n"])(
  "%j is no version of this shell",
  (body) => {
    expect(parseVersion(body)).toBeUndefined();
  },
);

test.each([
  ["oathbed-shell 2 profile=p\n", /version 2 of the shell, not 1/],
  ["oathbed-shell 1\n", /not a version that tells step/],
  [VERSION.replace("credentials=8", "credentials=-8"), /whole numbers/],
  [VERSION.replace("SHA512", "MD5"), /hash algorithm/],
  [VERSION.replace("step=1-3600", "step=1-2-3"), /tells step/],
])("a version that cannot be read is an error of the protocol: %s", (body, message) => {
  expect(() => parseVersion(body)).toThrow(message);
});

test("reads a time and a code with its moving factor", () => {
  expect(parseTimeAnswer("Date: 1970/1/1 - 0:0:59\nTimestamp: 59\n")).toBe(59);
  expect(parseTotpAnswer("Timestamp: 59\nCounter: 1\n94287082")).toEqual({
    code: "94287082",
    tokenSeconds: 59,
    movingFactor: 1n,
  });
});

test.each([
  "",
  "94287082\n",
  "Timestamp: 59\nCounter: 1\n",
  "Timestamp: 59\nCounter: 1\n9428708q\n",
  "Timestamp: 59\nCounter: 1\n94287082\nmore\n",
  "Timestamp: -1\nCounter: 1\n94287082\n",
  "Timestamp: 59\nCounter: 1\n９４２８７０８２\n",
])("%j is no code, and the error does not show it", (body) => {
  expect(() => parseTotpAnswer(body)).toThrow(/^the answer is not a time-based code$/);
});

test("reads a line of the list, whatever the name", () => {
  expect(parseCredentialLine("a%20b%3A%F0%9F%94%91 totp SHA256 8 60 100")).toEqual({
    name: "a b:🔑",
    parameters: { kind: "totp", algorithm: "SHA256", digits: 8, stepSeconds: 60, t0: 100 },
  });
  expect(parseCredentialLine("c hotp SHA1 6 0 0")).toEqual({
    name: "c",
    parameters: { kind: "hotp", algorithm: "SHA1", digits: 6 },
  });
});

test.each(["", "a", "a motp SHA1 6 30 0", "a totp MD5 6 30 0", "%ZZ totp SHA1 6 30 0"])(
  "%j is no line of a list",
  (line) => {
    expect(() => parseCredentialLine(line)).toThrow(expect.objectContaining({ code: "protocol" }));
  },
);
