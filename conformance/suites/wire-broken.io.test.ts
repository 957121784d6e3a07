import { expect, test } from "vitest";
import type { Status } from "../report.ts";
import { CCID_SUITE } from "./ccid/suite.ts";
import { messagesChanged } from "./testing/broken-frames.ts";
import { judgeOne } from "./testing/judge-one.ts";

const CAUGHT: readonly Status[] = ["fail", "warn", "info"];

/** With the byte at `place` set. */
function withByte(message: Uint8Array, place: number, value: number): Uint8Array {
  return message.map((byte, at) => (at === place ? value : byte));
}

type Change = (answer: Uint8Array, command: Uint8Array) => Uint8Array;

const DEFECTS: Readonly<Record<string, Change>> = {
  "answers with a bSeq of its own": (answer) => withByte(answer, 6, (answer[6] ?? 0) ^ 1),
  "puts 81 into bError of what went well": (answer) =>
    (answer[7] ?? 0) >> 6 === 0 ? withByte(answer, 8, 0x81) : answer,
  "never says that a command failed": (answer) => withByte(answer, 7, (answer[7] ?? 0) & 0x3f),
  "fails with bError FB, whatever it is": (answer) =>
    (answer[7] ?? 0) >> 6 === 1 ? withByte(answer, 8, 0xfb) : answer,
  "says that the card is active when it is off": (answer) =>
    withByte(answer, 7, (answer[7] ?? 0) & 0xfc),
  "answers everything by a slot status": (answer) => withByte(answer, 0, 0x81),
  "multiplies by 0": (answer) => ((answer[7] ?? 0) >> 6 === 2 ? withByte(answer, 8, 0) : answer),
  "changes the data": (answer) =>
    answer.length > 10 ? withByte(answer, answer.length - 1, 0x55) : answer,
};

test.each([
  ["ccid/slot/sequence", "answers with a bSeq of its own"],
  ["ccid/slot/status", "puts 81 into bError of what went well"],
  ["ccid/slot/power-off", "says that the card is active when it is off"],
  ["ccid/slot/wrong-slot", "never says that a command failed"],
  ["ccid/messages/unknown-types", "fails with bError FB, whatever it is"],
  ["ccid/messages/matching-answers", "answers everything by a slot status"],
  ["ccid/transfers/time-extension", "multiplies by 0"],
  ["ccid/transfers/busy", "fails with bError FB, whatever it is"],
  ["ccid/messages/in-pieces", "changes the data"],
] as const)("%s catches a reader that %s", async (id, what) => {
  const token = messagesChanged("usb:emulated", DEFECTS[what] ?? ((answer) => answer));
  const { status } = await judgeOne(id, token);
  expect(CAUGHT).toContain(status);
});

test("every case about messages fails on a broken reader", async () => {
  const uncaught: string[] = [];
  for (const { id } of CCID_SUITE.cases) {
    let isCaught = false;
    for (const change of Object.values(DEFECTS)) {
      const { status } = await judgeOne(id, messagesChanged("usb:emulated", change));
      isCaught = CAUGHT.includes(status);
      if (isCaught) break;
    }
    if (!isCaught) uncaught.push(id);
  }
  expect(uncaught).toEqual([]);
});
