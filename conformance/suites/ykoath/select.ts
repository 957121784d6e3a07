// SELECT: what the applet tells of itself, and by which identifiers it is found.

import type { ConformanceCase } from "../../case.ts";
import { oathCase } from "./card.ts";
import { command, hex, INS, join, OATH_AID, objectsOf, printHex, SW, TAG } from "./frames.ts";

const SECTION = "instructions (SELECT)";

/** Cases of this section. */
export const SELECT_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "select/tells-version-and-id",
    title: "SELECT tells a version of three bytes and a device id of eight",
    requirement: "SELECT answers 79 (version, 3 bytes) and 71 (device id, 8 bytes).",
    section: SECTION,
    isHarmless: true,
    async run(card, t) {
      const answer = await card.select();
      card.sw("SELECT", answer, SW.ok);
      t.holds("the answer is made of whole objects", objectsOf(answer.data) !== undefined);
      t.equal("bytes of 79", card.told(TAG.version)?.length, 3);
      t.equal("bytes of 71", card.told(TAG.name)?.length, 8);
    },
  }),
  oathCase({
    id: "select/no-challenge-without-key",
    title: "without an access key SELECT tells neither a challenge nor an algorithm",
    requirement: "74 and 7B are there when an access key is set: presence means locked.",
    section: "pitfalls",
    async run(card, t) {
      card.sw("SELECT", await card.select(), SW.ok);
      t.equal("74", card.told(TAG.challenge), undefined);
      t.equal("7B", card.told(TAG.keyAlgorithm), undefined);
    },
  }),
  oathCase({
    id: "select/device-id-stays",
    title: "the device id is the same after another SELECT and after a power cycle",
    requirement: "71 of SELECT is the salt that passwords are derived with.",
    section: "access key",
    async run(card, t) {
      const id = printHex(card.told(TAG.name) ?? hex(""));
      t.equal("bytes of it", id.length / 2, 8);
      await card.select();
      t.equal("selected again", printHex(card.told(TAG.name) ?? hex("")), id);
      await card.powerCycle();
      t.equal("after a power cycle", printHex(card.told(TAG.name) ?? hex("")), id);
    },
  }),
  oathCase({
    id: "select/longer-identifier",
    title: "the applet is found by its identifier with a byte more, as a NEO's instance has",
    requirement: "The identifier is matched by its prefix of 7 bytes.",
    section: "identifiers",
    level: "SHOULD",
    isHarmless: true,
    async run(card) {
      const longer = join(OATH_AID, [0x01]);
      card.sw("SELECT of …21 01 01", await card.send(INS.select, 4, 0, longer), SW.ok);
    },
  }),
  oathCase({
    id: "select/other-applets",
    title: "identifiers of other applets do not select this one, not even a similar one",
    requirement: "An absent applet is answered 6A82, 6999, 6D00 or 6B00.",
    section: "status words",
    isHarmless: true,
    async run(card, t) {
      for (const aid of ["A000000527210701", "A0000005272102", "D27600012401", "A00000052721"]) {
        const answer = await card.send(INS.select, 4, 0, hex(aid));
        const version = objectsOf(answer.data)?.find(({ tag }) => tag === TAG.version);
        // Other applets may be there on a real token: they do not answer as OATH does.
        t.equal(`${aid}: no answer of OATH`, answer.sw === SW.ok && version !== undefined, false);
        if (answer.sw !== SW.ok)
          card.sw(aid, answer, 0x6a82, 0x6999, SW.unknownInstruction, 0x6b00);
      }
      card.sw("OATH afterwards", await card.select(), SW.ok);
    },
  }),
  oathCase({
    id: "select/shares-its-instruction",
    title: "instruction A4 with P1 = 00 is CALCULATE ALL, and does not select",
    requirement: "INS A4 is shared by SELECT and CALCULATE ALL: P1 = 04 means SELECT.",
    section: "instructions",
    isHarmless: true,
    async run(card) {
      const answer = await card.raw(command(INS.select, 0, 0, OATH_AID));
      card.sw("A4 00 00 with an identifier", answer, SW.wrongSyntax, SW.unknownInstruction);
    },
  }),
];
