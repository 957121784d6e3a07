// Reports and frames: the status, the order of reports, CRCs, resets in the middle.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import { hmacOf } from "../ykoath/card.ts";
import { hex, printHex } from "../ykoath/frames.ts";
import { COMMAND, crc16, frame, reportsOf, slotCase } from "./slots.ts";

/** Time step 1. */
const CHALLENGE = hex("0000000000000001");
const RESPONSE = hmacOf("sha1", rfc4226Secret(), CHALLENGE);

/** Cases of this section. */
export const FRAME_CASES: readonly ConformanceCase[] = [
  slotCase({
    id: "reports/status",
    title:
      "an idle token tells its version, its sequence and which slots are filled, and nothing else",
    requirement: "Status: 0, version (3), programming sequence, touch level (LE16), 0.",
    section: "reports",
    async run(slots, t) {
      const first = await slots.status();
      t.equal("version", first.version, t.device.info.firmware);
      t.equal("an empty token: sequence and slots", [first.sequence, first.touchLevel & 3], [0, 0]);
      t.equal("asked again", await slots.status(), first);
    },
  }),
  slotCase({
    id: "reports/worked-example",
    title: "the challenge of time step 1 is answered report by report as documented",
    requirement: "22 bytes (20 and CRC) in 4 reports, then one report 00…00 40.",
    section: "challenge-response",
    async run(slots, t) {
      await slots.write(2, { secret: rfc4226Secret() });
      await slots.sendAll([
        hex("0000000000000080"),
        hex("0100000000000081"),
        hex("0038B98E00000089"),
      ]);
      const answer = await slots.read();
      t.equal("reports", answer !== "touch" && answer.kind === "data" && answer.reports, [
        "75A48A19D4CBE140",
        "00644E8AC1397E41",
        "EA747A2D33AB1B42",
        "6E00000000000043",
        "0000000000000040",
      ]);
      await slots.reset();
      await slots.status();
    },
  }),
  slotCase({
    id: "reports/skipped-reports",
    title: "reports of zeros may be left out or sent: the answer is the same",
    requirement: "An all-zero report is skipped unless it is seq 0 or seq 9.",
    section: "command frame",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      for (const which of ["needed", "all"] as const) {
        await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE), which));
        const answer = await slots.read();
        await slots.answers(`${which} reports`, answer, RESPONSE);
      }
    },
  }),
  slotCase({
    id: "reports/begun-anew",
    title: "report 0 clears what an unfinished frame left behind",
    requirement: "The device must zero its 70-byte buffer when seq 0 arrives.",
    section: "command frame",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      const other = frame(COMMAND.hmac2, new Uint8Array(64).fill(0xaa));
      await slots.sendAll(reportsOf(other).slice(0, 9));
      await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE)));
      const answer = await slots.read();
      await slots.answers("the second frame", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/wrong-crc",
    title: "a frame whose CRC is wrong has no answer and writes nothing",
    requirement: "65: CRC16 of the 64 payload bytes. Rejection is no data.",
    section: "command frame",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      for (const [what, slot, error] of [
        ["a challenge, one bit wrong", COMMAND.hmac2, 0x0001],
        ["a challenge, the CRC complemented", COMMAND.hmac2, 0xffff],
        ["an erasure of the slot", COMMAND.write2, 0x8000],
      ] as const) {
        await slots.rejected(what, async () => {
          await slots.sendAll(reportsOf(frame(slot, CHALLENGE, error)));
          return slots.read();
        });
      }
      const answer = await slots.ask(COMMAND.hmac2, CHALLENGE);
      await slots.answers("the slot afterwards", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/out-of-order",
    title: "a last report without a first, and sequences above 9, begin nothing",
    requirement: "Byte 7 is 80 and a sequence from 0 to 9.",
    section: "reports",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      const [first = hex(""), second = hex(""), last = hex("")] = reportsOf(
        frame(COMMAND.hmac2, CHALLENGE),
      );
      await slots.rejected("the last report alone", async () => {
        await slots.set(last);
        return slots.read();
      });
      for (const flags of [0x8a, 0x9e, 0x00, 0x49]) {
        await slots.rejected(`a report with byte 7 of ${flags.toString(16)}`, async () => {
          await slots.set(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, flags));
          return slots.read();
        });
      }
      await slots.sendAll([first, second, last]);
      const answer = await slots.read();
      await slots.answers("a frame in order afterwards", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/reset-in-a-frame",
    title: "a reset in the middle of a frame forgets it: the reports after it make none",
    requirement: "8F or FF in byte 7 with zero data: reset or abort.",
    section: "reports",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      const reports = reportsOf(frame(COMMAND.hmac2, CHALLENGE));
      for (const byte of [0x8f, 0xff] as const) {
        await slots.rejected(`reset by ${byte.toString(16)}`, async () => {
          await slots.sendAll(reports.slice(0, 2));
          await slots.reset(byte);
          await slots.sendAll(reports.slice(2));
          return slots.read();
        });
      }
      const answer = await slots.ask(COMMAND.hmac2, CHALLENGE);
      await slots.answers("a whole frame", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/reset-in-an-answer",
    title:
      "a reset in the middle of an answer ends it: the status comes, and the next answer is whole",
    requirement: "Any reset write leads to IDLE.",
    section: "state machine",
    async run(slots, t) {
      await slots.write(2, { secret: rfc4226Secret() });
      const before = await slots.status();
      for (const reads of [1, 2, 4]) {
        await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE)));
        for (let read = 0; read < reads; read++) await slots.get();
        await slots.reset();
        t.equal(`after ${reads} reports`, await slots.status(), before);
      }
      const answer = await slots.ask(COMMAND.hmac2, CHALLENGE);
      await slots.answers("the next answer", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/frame-in-an-answer",
    title: "a command in the middle of an answer replaces it",
    requirement: "Whatever the host writes, it no longer reads the last answer.",
    section: "state machine",
    level: "SHOULD",
    async run(slots) {
      await slots.write(2, { secret: rfc4226Secret() });
      await slots.sendAll(reportsOf(frame(COMMAND.hmac2, hex("FF"))));
      await slots.get();
      const answer = await slots.ask(COMMAND.hmac2, CHALLENGE);
      await slots.answers("the second command", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "reports/unknown-commands",
    title: "commands that do not exist have no answer and change nothing",
    requirement: "Rejection is no data: the status with unchanged sequence.",
    section: "commands",
    async run(slots) {
      for (const slot of [0x00, 0x02, 0x7e, 0xff]) {
        await slots.rejected(`command ${slot.toString(16)}`, () => slots.ask(slot, CHALLENGE));
      }
    },
  }),
  slotCase({
    id: "reports/serial-number",
    title: "the serial number comes in four bytes, high byte first, with its CRC",
    requirement: "10: serial number, 4 bytes BE and CRC.",
    section: "commands",
    async run(slots, t) {
      const { serial } = t.device.info;
      if (serial === undefined) t.skip("the token does not tell its serial number");
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(Number(serial));
      await slots.answers("10", await slots.ask(COMMAND.serial), new Uint8Array(bytes));
    },
  }),
  slotCase({
    id: "reports/device-info",
    title: "device information begins with its length, and has a CRC",
    requirement: "13: length byte, management objects and CRC.",
    section: "commands",
    level: "SHOULD",
    async run(slots, t) {
      const answer = await slots.ask(COMMAND.deviceInfo);
      const bytes =
        answer.kind === "data" ? answer.bytes : t.skip("the token has no device information");
      const length = bytes[0] ?? 0;
      t.holds("there is some", length > 0, length);
      const guarded = bytes.slice(0, 1 + length + 2);
      t.equal("bytes", guarded.length, 1 + length + 2);
      t.equal("residue of the CRC", crc16(guarded).toString(16), "f0b8");
      t.note(`information: ${printHex(bytes.slice(0, 1 + length))}`);
      await slots.reset();
    },
  }),
];
