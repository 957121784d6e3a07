// The forms of a command APDU that hosts send, commands in parts, and what is wrong with others.

import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase } from "../../case.ts";
import { eightBytes, NAME, oathCase, putData } from "./card.ts";
import {
  command,
  extended,
  hex,
  INS,
  join,
  OATH_AID,
  object,
  printHex,
  SW,
  TAG,
  text,
} from "./frames.ts";

const SECTION = "APDU forms";
/** Longest command of short form. */
const SHORT_BYTES = 261;

/** Cases of this section. */
export const FORM_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "forms/four-bytes",
    title: "a command of four bytes is answered with data, as one of five bytes is",
    requirement: "4-byte commands (case 1) must still return data.",
    section: SECTION,
    async run(card, t) {
      await card.written();
      const entry = printHex(object(TAG.nameList, join([0x21], text(NAME))));
      const four = await card.raw(hex("00A10000"));
      card.sw("00 A1 00 00", four, SW.ok);
      t.equal("00 A1 00 00", printHex(four.data), entry);
      const five = await card.raw(hex("00A1000000"));
      t.equal("00 A1 00 00 00", printHex(five.data), entry);
    },
  }),
  oathCase({
    id: "forms/with-le",
    title: "a short command with data may have Le or none",
    requirement: "Short, Lc, with no Le, is accepted, and with Le as well.",
    section: SECTION,
    isHarmless: true,
    async run(card) {
      const select = command(INS.select, 4, 0, OATH_AID);
      card.sw("without Le", await card.raw(select), SW.ok);
      card.sw("with Le", await card.raw(join(select, [0])), SW.ok);
    },
  }),
  oathCase({
    id: "forms/extended",
    title: "commands of extended form are taken, also for the SELECT after a RESET",
    requirement: "Extended, 3-byte Lc, no Le: sent by hosts over USB.",
    section: SECTION,
    async run(card, t) {
      if (card.apdus.maxCommandBytes <= SHORT_BYTES) t.skip("short APDUs only on this way");
      const first = await card.raw(extended(INS.select, 4, 0, OATH_AID));
      if (first.sw === SW.wrongLength) t.skip("the token takes short APDUs only");
      card.sw("extended SELECT", first, SW.ok);
      card.sw("extended PUT", await card.raw(extended(INS.put, 0, 0, putData())), SW.ok);
      const data = join(object(TAG.name, text(NAME)), object(TAG.challenge, eightBytes(1n)));
      const answer = await card.raw(extended(INS.calculate, 0, 1, data));
      card.code("extended CALCULATE", answer, rfc4226Secret(), totpParameters({ digits: 8 }), 1n);
    },
  }),
  oathCase({
    id: "forms/deselecting-junk",
    title: "the four bytes A4 04 00 08, by which hosts leave a NEO, do no harm",
    requirement: "Junk `A4 04 00 08`: any status word is accepted.",
    section: SECTION,
    isHarmless: true,
    async run(card, t) {
      const { data } = await card.raw(hex("A4040008"));
      t.equal("data of the answer", data.length, 0);
      card.sw("SELECT afterwards", await card.select(), SW.ok);
    },
  }),
  oathCase({
    id: "forms/lengths",
    title: "commands whose length is not what Lc says are answered 6700, and do nothing",
    requirement: "6700: wrong length.",
    section: "status words",
    async run(card) {
      const put = command(INS.put, 0, 0, putData());
      const wrong: readonly (readonly [string, Uint8Array])[] = [
        ["a byte less than Lc", put.slice(0, -1)],
        ["two bytes more than Lc", join(put, [0, 0])],
        ["an extended length cut short", hex("00A100000001")],
      ];
      for (const [what, bytes] of wrong) card.sw(what, await card.raw(bytes), SW.wrongLength);
      card.sw("nothing was written", await card.remove(NAME), card.model.unknownName);
    },
  }),
  oathCase({
    id: "forms/shorter-than-a-header",
    title: "less than four bytes are answered 6700, where the way to the card carries them",
    requirement: "A command has at least CLA, INS, P1 and P2; 6700: wrong length.",
    section: "status words",
    level: "SHOULD",
    async run(card, t) {
      for (const bytes of [hex("00"), hex("00A100")]) {
        const answer = await card.raw(bytes).catch((error: unknown) => {
          if (!(error instanceof DeviceError)) throw error;
          return t.skip(`the way to the card carries no such command: ${error.message}`);
        });
        card.sw(`${bytes.length} bytes`, answer, SW.wrongLength);
      }
      card.sw("SELECT afterwards", await card.select(), SW.ok);
    },
  }),
  oathCase({
    id: "forms/class",
    title: "a class byte other than 00 is answered 6E00",
    requirement: "6E00: wrong CLA.",
    section: "status words",
    isHarmless: true,
    async run(card) {
      for (const cla of [0x80, 0xa0, 0xff]) {
        const answer = await card.raw(command(INS.list, 0, 0, undefined, cla));
        card.sw(`CLA ${cla.toString(16)}`, answer, SW.wrongClass);
      }
    },
  }),
  oathCase({
    id: "forms/unknown-instructions",
    title: "instructions that are not there are answered 6D00, GET RESPONSE among them",
    requirement: "Unknown INS: 6D00. GET RESPONSE (C0) is not used by the OATH applet.",
    section: "instructions",
    isHarmless: true,
    async run(card) {
      for (const ins of [0x00, 0x06, 0x10, 0x7f, 0xa0, 0xa6, 0xc0, 0xff]) {
        const what = `INS ${ins.toString(16).padStart(2, "0")}`;
        card.sw(what, await card.send(ins, 0, 0), SW.unknownInstruction);
      }
    },
  }),
  oathCase({
    id: "forms/parameters",
    title: "wrong P1 or P2 are answered 6B00, whatever the instruction",
    requirement: "Wrong P1/P2: 6B00.",
    section: "instructions",
    async run(card) {
      const { model } = card;
      const wrong: (readonly [number, number, number])[] = [
        [INS.put, 1, 0],
        [INS.put, 0, 1],
        [INS.delete, 0, 1],
        [INS.setCode, 1, 0],
        [INS.list, 1, 0],
        [INS.list, 0, 1],
        [INS.calculate, 1, 0],
        [INS.calculate, 0, 2],
        [INS.validate, 0, 1],
        [INS.select, 4, 1],
      ];
      if (model.hasReset) wrong.push([INS.reset, 0, 0], [INS.reset, 0xde, 0xae]);
      if (model.renameIns !== undefined) wrong.push([model.renameIns, 0, 1]);
      if (model.calculatesAll) wrong.push([INS.calculateAll, 0, 2], [INS.calculateAll, 1, 0]);
      for (const [ins, p1, p2] of wrong) {
        const what = [ins, p1, p2].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
        card.sw(what, await card.send(ins, p1, p2, putData()), SW.wrongP1P2);
      }
    },
  }),
  oathCase({
    id: "forms/command-in-parts",
    title: "a command in parts of any size is one command; each part but the last is answered 9000",
    requirement: "Command chaining, CLA 10: chunks each answered 9000, then CLA 00.",
    section: SECTION,
    async run(card, t) {
      const data = putData();
      if (!card.model.takesChains) {
        const first = await card.raw(command(INS.put, 0, 0, data.slice(0, 5), 0x10));
        return card.sw("a part, on a token that takes none", first, 0x6884);
      }
      const parameters = totpParameters({ digits: 8 });
      for (const size of [1, 7, data.length - 1, data.length]) {
        for (let at = 0; at + size < data.length; at += size) {
          const part = await card.raw(command(INS.put, 0, 0, data.slice(at, at + size), 0x10));
          if (part.sw !== SW.ok || part.data.length > 0) card.sw(`part at ${at}`, part, SW.ok);
        }
        const rest = data.slice(data.length - (data.length % size || size));
        card.sw(
          `the last of parts of ${size}`,
          await card.raw(command(INS.put, 0, 0, rest)),
          SW.ok,
        );
        const answer = await card.calculate(NAME, eightBytes(1n));
        card.code(`written in parts of ${size}`, answer, rfc4226Secret(), parameters, 1n);
        await card.remove(NAME);
      }
      t.note("parts of 1, of 7, of all but one byte, and the whole");
    },
  }),
  oathCase({
    id: "forms/abandoned-parts",
    title: "parts that a host left behind are forgotten when another command comes",
    requirement:
      "A command that does not continue the chain stands for itself (ISO 7816-4 §5.3.3).",
    section: SECTION,
    level: "SHOULD",
    async run(card, t) {
      if (!card.model.takesChains) t.skip("the token takes no commands in parts");
      await card.raw(command(INS.put, 0, 0, putData().slice(0, 9), 0x10));
      const listed = await card.list();
      card.sw("LIST in between", listed, SW.ok);
      t.equal("what it lists", printHex(listed.data), "");
      const rest = await card.raw(command(INS.put, 0, 0, putData().slice(9)));
      card.sw("the rest of what was left", rest, SW.wrongSyntax);
    },
  }),
];
