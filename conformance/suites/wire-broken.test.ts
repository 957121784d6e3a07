import { describe, expect, test } from "vitest";
import type { OathProfile } from "../../firmware-sim/applets/smart-profile.ts";
import type { Status } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { HID_OTP_SUITE } from "./hid-otp/suite.ts";
import { apdusChanged, mutant, reportsChanged } from "./testing/broken-frames.ts";
import { judgeOne } from "./testing/judge-one.ts";
import { YKOATH_SUITE } from "./ykoath/suite.ts";

const CAUGHT: readonly Status[] = ["fail", "warn", "info"];

async function expectCaught(id: string, token: TokenSource): Promise<void> {
  const { status } = await judgeOne(id, token);
  expect(CAUGHT, `${id} on ${token.name}`).toContain(status);
}

/** A response without data. */
function bare(sw: number): Uint8Array {
  return Uint8Array.of(sw >> 8, sw & 0xff);
}

function isSelect(command: Uint8Array): boolean {
  return command[1] === 0xa4 && command[2] === 4;
}

function swOf(answer: Uint8Array): number {
  return ((answer.at(-2) ?? 0) << 8) | (answer.at(-1) ?? 0);
}

const WRONG_MODELS: readonly (readonly [string, string, Partial<OathProfile>])[] = [
  ["ykoath/put/no-space", "holds 31 credentials", { credentials: 31 }],
  ["ykoath/put/digits", "takes no 8 digits", { digits: { low: 6, high: 7 } }],
  ["ykoath/put/hashes", "has no SHA-512", { algorithms: ["SHA1", "SHA256"] }],
  ["ykoath/put/key-lengths", "takes 32 bytes of key", { secretBytes: 32 }],
  ["ykoath/put/touch-gate", "has no touch", { properties: 1 }],
  ["ykoath/put/same-name", "does not replace", { duplicatePut: 0x6985 }],
  ["ykoath/delete/unknown-name", "says 6A82 of unknown names", { unknownName: 0x6a82 }],
  ["ykoath/rename/gate", "renames before 5.3", { version: [5, 2, 7] }],
  ["ykoath/rename/keeps-all-else", "renames by B7", { renameInstruction: 0xb7 }],
  ["ykoath/calculate/counts", "begins at counter 1", { firstCounterOffset: 1 }],
  ["ykoath/calculate/initial-moving-factor", "begins at IMF + 1", { firstCounterOffset: 1 }],
  ["ykoath/calculate/challenge-lengths", "takes 8 bytes of challenge", { challengeBytes: 8 }],
  ["ykoath/calculate-all/order-and-placeholders", "has none", { calculateAll: "absent" }],
  [
    "ykoath/calculate-all/order-and-placeholders",
    "sends 77 and 7C without digits",
    { calculateAll: "empty-placeholders" },
  ],
  ["ykoath/forms/command-in-parts", "takes no parts", { takesChainedCommands: false }],
  ["ykoath/chaining/long-answer", "sends 1,000 bytes at once", { responseBytes: 1000 }],
  ["ykoath/chaining/exact-size", "cuts at 255 bytes", { responseBytes: 255 }],
  ["ykoath/access/mutual", "has no access key", { accessKey: "absent" }],
  ["ykoath/reset/takes-all", "has no RESET", { reset: "absent" }],
];

/** What is wrong with answers on their way. */
const CHANGED: readonly (readonly [string, string, (sw: number, ins: number) => number])[] = [
  ["ykoath/put/syntax", "6A80 becomes 9000", (sw) => (sw === 0x6a80 ? 0x9000 : sw)],
  ["ykoath/calculate/unreadable", "6581 becomes 6F00", (sw) => (sw === 0x6581 ? 0x6f00 : sw)],
  ["ykoath/put/property-has-no-length", "6A80 becomes 9000", (sw) => (sw === 0x6a80 ? 0x9000 : sw)],
  ["ykoath/rename/onto-a-name", "6984 becomes 9000", (sw) => (sw === 0x6984 ? 0x9000 : sw)],
  ["ykoath/access/closed", "6982 becomes 9000", (sw) => (sw === 0x6982 ? 0x9000 : sw)],
  ["ykoath/access/no-key-set", "6984 becomes 6A80", (sw) => (sw === 0x6984 ? 0x6a80 : sw)],
  ["ykoath/forms/class", "6E00 becomes 6D00", (sw) => (sw === 0x6e00 ? 0x6d00 : sw)],
  ["ykoath/forms/parameters", "6B00 becomes 6A80", (sw) => (sw === 0x6b00 ? 0x6a80 : sw)],
  ["ykoath/calculate/only-increasing", "6982 becomes 9000", (sw) => (sw === 0x6982 ? 0x9000 : sw)],
  ["ykoath/chaining/nothing-left", "A5 is always 9000", (sw, ins) => (ins === 0xa5 ? 0x9000 : sw)],
];

describe("a token with an OATH applet is caught", () => {
  test.each(WRONG_MODELS)("by %s when it %s", async (id, _what, different) => {
    await expectCaught(id, mutant(different));
  });

  test.each(CHANGED)("by %s when %s", async (id, _what, change) => {
    const token = apdusChanged("ykoath:yubikey5", (answer, command) => {
      const sw = change(swOf(answer), command[1] ?? 0);
      return Uint8Array.of(...answer.slice(0, -2), ...bare(sw));
    });
    await expectCaught(id, token);
  });

  test("by select/no-challenge-without-key when it tells an empty 74", async () => {
    const token = apdusChanged("ykoath:yubikey5", (answer, command) =>
      isSelect(command) ? Uint8Array.of(...answer.slice(0, -2), 0x74, 0, 0x90, 0) : answer,
    );
    await expectCaught("ykoath/select/no-challenge-without-key", token);
  });

  test("by every case, when it is broken enough", async () => {
    const flipped = (answer: Uint8Array): Uint8Array =>
      answer.map((byte, at) => (at === answer.length - 3 ? byte ^ 0x81 : byte));
    const tokens = ["yubikey5", "canokey", "nitrokey3"].flatMap((profile) => {
      const spec = `ykoath:${profile}`;
      const exceptSelect =
        (change: (answer: Uint8Array) => Uint8Array) =>
        (answer: Uint8Array, command: Uint8Array): Uint8Array =>
          isSelect(command) ? answer : change(answer);
      return [
        apdusChanged(spec, () => bare(0x6f00)),
        apdusChanged(
          spec,
          exceptSelect(() => bare(0x6f00)),
        ),
        apdusChanged(
          spec,
          exceptSelect(() => bare(0x9000)),
        ),
        apdusChanged(spec, exceptSelect(flipped)),
        apdusChanged(spec, flipped),
      ];
    });
    const uncaught: string[] = [];
    for (const { id } of YKOATH_SUITE.cases) {
      let isCaught = false;
      for (const token of tokens) {
        isCaught = CAUGHT.includes((await judgeOne(id, token)).status);
        if (isCaught) break;
      }
      if (!isCaught) uncaught.push(id);
    }
    expect(uncaught).toEqual([]);
  });
});

/** What is wrong with reports: from the token, and to it. */
const REPORTS: Readonly<Record<string, readonly [Get, Set?]>> = {
  "changes data": [(report) => (isPart(report) ? withByte(report, 2, 0x01) : report)],
  "has no end marker": [(report) => (report[7] === 0x40 ? withByte(report, 7, 0x40) : report)],
  "tells another sequence": [(report) => (report[7] === 0 ? withByte(report, 4, 0x01) : report)],
  "says 1 in byte 0 of the status": [
    (report) => (report[7] === 0 ? withByte(report, 0, 0x01) : report),
  ],
  "hears no reset": [
    (report) => report,
    (report) => (report[7] === 0x8f || report[7] === 0xff ? undefined : report),
  ],
  "tells no touch": [(report) => (((report[7] ?? 0) & 0x60) === 0x20 ? new Uint8Array(8) : report)],
  "clears nothing at report 0": [
    (report) => report,
    (report) => (report[7] === 0x80 ? withByte(report, 7, 0x01) : report),
  ],
};

type Get = (report: Uint8Array) => Uint8Array;
type Set = (report: Uint8Array) => Uint8Array | undefined;

function isPart(report: Uint8Array): boolean {
  return ((report[7] ?? 0) & 0x40) !== 0;
}

/** With bits of one byte turned over. */
function withByte(report: Uint8Array, place: number, bits: number): Uint8Array {
  return report.map((byte, at) => (at === place ? byte ^ bits : byte));
}

describe("a token with OTP slots is caught", () => {
  test.each([
    ["hid-otp/reports/worked-example", "changes data"],
    ["hid-otp/reports/status", "says 1 in byte 0 of the status"],
    ["hid-otp/reports/reset-in-an-answer", "hears no reset"],
    ["hid-otp/reports/reset-in-a-frame", "hears no reset"],
    ["hid-otp/slots/sequence", "tells another sequence"],
    ["hid-otp/touch/told-and-given", "tells no touch"],
    ["hid-otp/reports/begun-anew", "clears nothing at report 0"],
  ] as const)("by %s when it %s", async (id, what) => {
    const [get, set] = REPORTS[what] ?? [];
    await expectCaught(id, reportsChanged("hid:emulated", get ?? ((report) => report), set));
  });

  test("by every case, when it is broken enough", async () => {
    const uncaught: string[] = [];
    for (const { id } of HID_OTP_SUITE.cases) {
      let isCaught = false;
      for (const [get, set] of Object.values(REPORTS)) {
        const token = reportsChanged("hid:emulated", get, set);
        isCaught = CAUGHT.includes((await judgeOne(id, token)).status);
        if (isCaught) break;
      }
      if (!isCaught) uncaught.push(id);
    }
    expect(uncaught).toEqual([]);
  });
});
