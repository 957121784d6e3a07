// CALCULATE ALL: order, placeholders, one challenge for all.

import { hotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { eightBytes, hmacOf, type OathCard, oathCase } from "./card.ts";
import { INS, join, object, printHex, SW, TAG, text } from "./frames.ts";

const SECTION = "instructions (CALCULATE ALL)";
const STEP = 58_907_520n;

function allCase(
  what: string,
  title: string,
  requirement: string,
  run: (card: OathCard, t: TokenContext) => Promise<void>,
): TokenCase {
  return oathCase({
    id: `calculate-all/${what}`,
    title,
    requirement,
    section: SECTION,
    run: async (card, t) => {
      if (!card.model.calculatesAll) t.skip("this token has no CALCULATE ALL");
      await run(card, t);
    },
  });
}

/** `76`: digits, and the four bytes that RFC 4226 §5.3 cuts out, bit 31 clear. */
function truncated(secret: Uint8Array, digits: number): Uint8Array {
  const hmac = hmacOf("sha1", secret, eightBytes(STEP));
  const at = (hmac.at(-1) ?? 0) & 0x0f;
  const [first = 0, ...rest] = hmac.subarray(at, at + 4);
  return object(TAG.truncated, [digits, first & 0x7f, ...rest]);
}

/** Cases of this section. */
export const CALCULATE_ALL_CASES: readonly ConformanceCase[] = [
  allCase(
    "order-and-placeholders",
    "all credentials come in the order of storage: codes of TOTP, 77 for HOTP, 7C for touch",
    "71 then 75, 76, 77 (HOTP, digits) or 7C (touch, digits); storage order.",
    async (card, t) => {
      const { hasTouch } = card.model;
      const expected: Uint8Array[] = [];
      const named = (name: string, response: Uint8Array): void => {
        expected.push(object(TAG.name, text(name)), response);
      };
      await card.written({ name: "zulu", secret: patternSecret(20), digits: 6 });
      named("zulu", truncated(patternSecret(20), 6));
      await card.written({ name: "counted", type: 0x11, digits: 7 });
      named("counted", object(TAG.hotp, [7]));
      if (hasTouch) {
        await card.written({ name: "touched", after: [TAG.property, 0x02], digits: 8 });
        named("touched", object(TAG.touch, [8]));
      }
      await card.written({ name: "60/alpha", secret: patternSecret(21) });
      named("60/alpha", truncated(patternSecret(21), 8));
      const answer = await card.calculateAll(eightBytes(STEP));
      card.sw("CALCULATE ALL", answer, SW.ok);
      t.equal("its objects", printHex(answer.data), printHex(join(...expected)));
    },
  ),
  allCase(
    "full-responses",
    "with P2 = 00 whole HMACs come, and the placeholders stay",
    "P2 00: full responses (75).",
    async (card, t) => {
      await card.written({ name: "timed" });
      await card.written({ name: "counted", type: 0x11 });
      const hmac = hmacOf("sha1", rfc4226Secret(), eightBytes(STEP));
      const expected = join(
        object(TAG.name, text("timed")),
        object(TAG.full, join([8], hmac)),
        object(TAG.name, text("counted")),
        object(TAG.hotp, [8]),
      );
      const answer = await card.calculateAll(eightBytes(STEP), "full");
      t.equal("CALCULATE ALL", printHex(answer.data), printHex(expected));
    },
  ),
  allCase(
    "counts-nothing",
    "HOTP does not advance, however often all is calculated",
    "CALCULATE ALL never advances HOTP and never waits for touch.",
    async (card) => {
      await card.written({ name: "counted", type: 0x11 });
      for (let time = 0; time < 3; time++) await card.calculateAll(eightBytes(STEP));
      const first = await card.calculate("counted", new Uint8Array(0));
      const factor = BigInt(card.model.firstCounter);
      card.code("the first code", first, rfc4226Secret(), hotpParameters({ digits: 8 }), factor);
    },
  ),
  allCase(
    "empty",
    "an empty token answers 9000 without data",
    "An answer of no credentials is empty.",
    async (card, t) => {
      const answer = await card.calculateAll(eightBytes(STEP));
      card.sw("CALCULATE ALL", answer, SW.ok);
      t.equal("its data", printHex(answer.data), "");
    },
  ),
  allCase(
    "needs-a-challenge",
    "without a challenge, or with an object too many, it is answered 6A80",
    "CALCULATE ALL: 74; wrong syntax is 6A80.",
    async (card) => {
      await card.written();
      card.sw("no data", await card.send(INS.calculateAll, 0, 1), SW.wrongSyntax);
      const named = join(object(TAG.name, text("a")), object(TAG.challenge, eightBytes(1n)));
      card.sw("a name in front", await card.send(INS.calculateAll, 0, 1, named), SW.wrongSyntax);
    },
  ),
  oathCase({
    id: "calculate-all/absent",
    title: "a token without CALCULATE ALL answers 6D00, and SELECT still works",
    requirement: "Nitrokey 3: CALCULATE ALL is often absent; unknown INS is 6D00.",
    section: "vendor differences",
    isHarmless: true,
    async run(card, t) {
      if (card.model.calculatesAll) t.skip("this token has CALCULATE ALL");
      card.sw("CALCULATE ALL", await card.calculateAll(eightBytes(1n)), SW.unknownInstruction);
      card.sw("SELECT", await card.select(), SW.ok);
    },
  }),
];
