// Answers longer than one response APDU: 61xx and SEND REMAINING.

import type { ConformanceCase } from "../../case.ts";
import { type CardAnswer, type OathCard, oathCase } from "./card.ts";
import { command, INS, join, object, printHex, printSw, SW, TAG, text } from "./frames.ts";

const SECTION = "response chaining";
/** Most data of a response to a short command. */
const RESPONSE_BYTES = 256;
const NAME_BYTES = 61;

/** Writes credentials that LIST needs `count` times 64 bytes for; returns what it answers. */
async function longList(card: OathCard, count: number): Promise<Uint8Array> {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < count; at++) {
    const name = String(at).padStart(NAME_BYTES, "n");
    await card.written({ name });
    entries.push(object(TAG.nameList, join([0x21], text(name))));
  }
  return join(...entries);
}

/** Cases of this section. */
export const CHAINING_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "chaining/long-answer",
    title: "a long answer comes in parts of at most 256 bytes that add up to the whole",
    requirement:
      "61xx: more data; send A5 and concatenate. xx is FF when 255 bytes or more are left.",
    section: SECTION,
    async run(card, t) {
      const whole = await longList(card, 20);
      let answer: CardAnswer = await card.raw(command(INS.list, 0, 0));
      let data = answer.data;
      let parts = 1;
      for (; answer.sw >> 8 === 0x61 && parts < 100; parts++) {
        const left = whole.length - data.length;
        const told = answer.sw & 0xff;
        if (told !== Math.min(left, 0xff)) t.note(`${printSw(answer.sw)} with ${left} bytes left`);
        t.holds(`part ${parts} is short`, answer.data.length <= RESPONSE_BYTES, answer.data.length);
        answer = await card.raw(command(INS.sendRemaining, 0, 0));
        data = join(data, answer.data);
      }
      card.sw(`the last of ${parts} parts`, answer, SW.ok);
      t.holds("there were several", parts > 4, parts);
      t.equal("what they add up to", printHex(data), printHex(whole));
    },
  }),
  oathCase({
    id: "chaining/exact-size",
    title: "an answer of exactly 256 bytes ends in 9000, and one of 320 in 61xx and 9000",
    requirement: "A response of exactly the maximum size must end 9000, not 6100.",
    section: "pitfalls",
    async run(card, t) {
      const whole = await longList(card, 4);
      t.equal("bytes of the list", whole.length, RESPONSE_BYTES);
      const answer = await card.raw(command(INS.list, 0, 0));
      card.sw("256 bytes", answer, SW.ok);
      t.equal("256 bytes", printHex(answer.data), printHex(whole));
      await card.written({ name: "m".repeat(NAME_BYTES) });
      const first = await card.raw(command(INS.list, 0, 0));
      t.equal("320 bytes: 61xx", first.sw >> 8, 0x61);
      const all = await card.collect(first);
      card.sw("320 bytes, the last part", all, SW.ok);
      t.equal("320 bytes", all.data.length, 320);
    },
  }),
  oathCase({
    id: "chaining/nothing-left",
    title: "SEND REMAINING with nothing left is refused",
    requirement: "SEND REMAINING answers the next part of A1, A2 or A4.",
    section: "instructions",
    level: "SHOULD",
    async run(card) {
      card.refused("at the beginning", await card.send(INS.sendRemaining, 0, 0));
      await longList(card, 6);
      await card.list();
      card.refused("after the last part", await card.send(INS.sendRemaining, 0, 0));
    },
  }),
  oathCase({
    id: "chaining/dropped-by-another-command",
    title: "another command in between drops what was left of an answer",
    requirement: "SEND REMAINING continues the answer before it.",
    section: SECTION,
    level: "SHOULD",
    async run(card, t) {
      await longList(card, 6);
      const first = await card.raw(command(INS.list, 0, 0));
      t.equal("61xx", first.sw >> 8, 0x61);
      await card.select();
      card.refused("SEND REMAINING after SELECT", await card.send(INS.sendRemaining, 0, 0));
      card.sw("LIST again", await card.list(), SW.ok);
    },
  }),
];
