// RESET: everything goes, and needs no access key for it.

import type { ConformanceCase } from "../../case.ts";
import { hmacOf, NAME, type OathCard, oathCase } from "./card.ts";
import { hex, INS, join, object, printHex, SW, TAG } from "./frames.ts";

const KEY = hex("331c8b1028eff8d66fae0e01a8f84f3d");

/** RESET; where it waits for a touch, it gets one. */
function reset(card: OathCard, press: () => Promise<void>) {
  return card.waited(card.send(INS.reset, 0xde, 0xad), press);
}

/** Cases of this section. */
export const RESET_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "reset/takes-all",
    title: "RESET takes all credentials and makes another device id; the session goes on, unlocked",
    requirement: "RESET clears credentials and key, regenerates the id; the session is unlocked.",
    section: "instructions (RESET)",
    async run(card, t) {
      if (!card.model.hasReset) t.skip("this token has no RESET");
      await card.written();
      await card.written({ name: "counted", type: 0x11 });
      const id = printHex(card.told(TAG.name) ?? hex(""));
      const answer = await reset(card, async () => t.rig?.pressButton());
      card.sw("RESET", answer, SW.ok);
      t.equal("data of its answer", answer.data.length, 0);
      const listed = await card.list();
      card.sw("LIST at once", listed, SW.ok);
      t.equal("what it lists", printHex(listed.data), "");
      await card.select();
      t.holds("the device id is another", printHex(card.told(TAG.name) ?? hex("")) !== id);
      await card.powerCycle();
      card.sw(
        "the credential after a power cycle",
        await card.remove(NAME),
        card.model.unknownName,
      );
    },
  }),
  oathCase({
    id: "reset/while-locked",
    title: "RESET needs no VALIDATE, and takes the access key away",
    requirement: "RESET: no authentication needed.",
    section: "instructions (RESET)",
    async run(card, t) {
      if (!card.model.hasReset) t.skip("this token has no RESET");
      if (!card.model.hasAccessKey) t.skip("this token has no access key");
      const challenge = hex("AABBCCDDEEFF0011");
      const data = join(
        object(TAG.key, join([0x21], KEY)),
        object(TAG.challenge, challenge),
        object(TAG.full, hmacOf("sha1", KEY, challenge)),
      );
      card.sw("SET CODE", await card.send(INS.setCode, 0, 0, data), SW.ok);
      await card.select();
      card.sw("LIST while locked", await card.list(), SW.securityNotSatisfied);
      card.sw("RESET", await reset(card, async () => t.rig?.pressButton()), SW.ok);
      card.sw("LIST in the same session", await card.list(), SW.ok);
      await card.select();
      t.equal("74", card.told(TAG.challenge), undefined);
    },
  }),
  oathCase({
    id: "reset/parameters",
    title: "RESET without DE AD is answered 6B00, and takes nothing",
    requirement: "RESET: P1 P2 are DE AD; wrong P1/P2 is 6B00.",
    section: "instructions (RESET)",
    async run(card, t) {
      if (!card.model.hasReset) t.skip("this token has no RESET");
      await card.written();
      for (const [p1, p2] of [
        [0, 0],
        [0xde, 0],
        [0xad, 0xde],
      ] as const) {
        card.sw(`P1 P2 ${p1} ${p2}`, await card.send(INS.reset, p1, p2), SW.wrongP1P2);
      }
      card.sw("the credential is there", await card.remove(NAME), SW.ok);
    },
  }),
  oathCase({
    id: "reset/absent",
    title: "a token without RESET answers 6D00, and keeps what it holds",
    requirement: "CanoKey: no RESET, 6D00.",
    section: "vendor differences",
    async run(card, t) {
      if (card.model.hasReset) t.skip("this token has RESET");
      await card.written();
      card.sw("RESET", await card.send(INS.reset, 0xde, 0xad), SW.unknownInstruction);
      card.sw("the credential is there", await card.remove(NAME), SW.ok);
    },
  }),
];
