// The access key: SET CODE, VALIDATE, and what is closed until the host has proven that it knows
// it.

import { totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import {
  type CardAnswer,
  eightBytes,
  hmacOf,
  NAME,
  type OathCard,
  oathCase,
  putData,
} from "./card.ts";
import { hex, INS, join, object, objectsOf, printHex, SW, TAG, text } from "./frames.ts";

/** Derived from "secret" with the device id 00 01 … 07 (worked example of the document). */
const KEY = hex("331c8b1028eff8d66fae0e01a8f84f3d");
const OTHER_KEY = hex("000102030405060708090a0b0c0d0e0f");
const HOST_CHALLENGE = hex("AABBCCDDEEFF0011");

interface SetCodeInput {
  readonly key?: Uint8Array;
  readonly challenge?: Uint8Array;
  readonly response?: Uint8Array;
}

function setCode(card: OathCard, input: SetCodeInput = {}): Promise<CardAnswer> {
  const { key = KEY, challenge = HOST_CHALLENGE } = input;
  const { response = hmacOf("sha1", key, challenge) } = input;
  const data = join(
    object(TAG.key, join([0x21], key)),
    object(TAG.challenge, challenge),
    object(TAG.full, response),
  );
  return card.send(INS.setCode, 0, 0, data);
}

function validate(card: OathCard, response: Uint8Array, challenge = HOST_CHALLENGE) {
  const data = join(object(TAG.full, response), object(TAG.challenge, challenge));
  return card.send(INS.validate, 0, 0, data);
}

/** The right proof for the challenge of the last SELECT. */
function proof(card: OathCard, key = KEY): Uint8Array {
  return hmacOf("sha1", key, card.told(TAG.challenge) ?? new Uint8Array(8));
}

/** A token with a credential and an access key, just selected. */
async function locked(card: OathCard): Promise<void> {
  await card.written();
  card.sw("SET CODE", await setCode(card), SW.ok);
  await card.select();
}

async function isLocked(card: OathCard, what: string): Promise<void> {
  card.sw(`LIST ${what}`, await card.list(), SW.securityNotSatisfied);
}

async function unlocked(card: OathCard): Promise<void> {
  card.sw("VALIDATE", await validate(card, proof(card)), SW.ok);
}

function accessCase(
  what: string,
  title: string,
  requirement: string,
  run: (card: OathCard, t: TokenContext) => Promise<void>,
): TokenCase {
  return oathCase({
    id: `access/${what}`,
    title,
    requirement,
    section: "access key",
    run: async (card, t) => {
      if (!card.model.hasAccessKey) t.skip("this token has a PIN instead of an access key");
      await run(card, t);
    },
  });
}

/** Cases of this section. */
export const ACCESS_CASES: readonly ConformanceCase[] = [
  accessCase(
    "fresh-challenge",
    "with an access key each SELECT tells a fresh challenge of eight bytes, and HMAC-SHA1",
    "When an access key exists, SELECT returns a fresh random 8-byte challenge.",
    async (card, t) => {
      await locked(card);
      const seen = new Set<string>();
      for (let time = 0; time < 4; time++) {
        await card.select();
        const challenge = card.told(TAG.challenge) ?? hex("");
        t.equal("bytes of 74", challenge.length, 8);
        seen.add(printHex(challenge));
        t.equal("algorithm of 7B", (card.told(TAG.keyAlgorithm)?.[0] ?? 0) & 0x0f, 1);
      }
      t.equal("different challenges", seen.size, 4);
    },
  ),
  accessCase(
    "closed",
    "until VALIDATE every instruction that needs it is answered 6982, and changes nothing",
    "PUT, DELETE, SET CODE, RENAME, LIST, CALCULATE, CALCULATE ALL, SEND REMAINING need it.",
    async (card) => {
      await locked(card);
      const closed = SW.securityNotSatisfied;
      const name = object(TAG.name, text(NAME));
      card.sw("PUT", await card.put({ name: "other" }), closed);
      card.sw("DELETE", await card.remove(NAME), closed);
      card.sw("SET CODE", await setCode(card, { key: OTHER_KEY }), closed);
      card.sw("removing the key", await card.send(INS.setCode, 0, 0, object(TAG.key)), closed);
      card.sw("LIST", await card.list(), closed);
      card.sw("CALCULATE", await card.calculate(NAME, eightBytes(1n)), closed);
      card.sw("CALCULATE ALL", await card.calculateAll(eightBytes(1n)), closed);
      card.sw("SEND REMAINING", await card.send(INS.sendRemaining, 0, 0), closed);
      const { renameIns } = card.model;
      if (renameIns !== undefined) {
        const data = join(name, object(TAG.name, text("other")));
        card.sw("RENAME", await card.send(renameIns, 0, 0, data), closed);
      }
      await unlocked(card);
      const answer = await card.calculate(NAME, eightBytes(1n));
      card.code("afterwards", answer, rfc4226Secret(), totpParameters({ digits: 8 }), 1n);
    },
  ),
  accessCase(
    "order-of-answers",
    "while it is locked, unknown instructions and wrong P1 or P2 are still told; syntax is not",
    "6D00 and 6B00 do not depend on authentication; 6982 comes before 6A80.",
    async (card) => {
      await locked(card);
      card.sw("an unknown INS", await card.send(0x7f, 0, 0), SW.unknownInstruction);
      card.sw("a wrong P2", await card.send(INS.put, 0, 1, putData()), SW.wrongP1P2);
      const wrong = object(0x55, [1]);
      card.sw("PUT of nonsense", await card.send(INS.put, 0, 0, wrong), SW.securityNotSatisfied);
      card.sw("VALIDATE of nonsense", await card.send(INS.validate, 0, 0, wrong), SW.wrongSyntax);
    },
  ),
  accessCase(
    "mutual",
    "VALIDATE unlocks with the right proof, and the card proves that it knows the key, too",
    "VALIDATE answers 75: HMAC-SHA1(key, host challenge).",
    async (card, t) => {
      await locked(card);
      const answer = await validate(card, proof(card));
      card.sw("VALIDATE", answer, SW.ok);
      const expected = object(TAG.full, hmacOf("sha1", KEY, HOST_CHALLENGE));
      t.equal("the card's proof", printHex(answer.data), printHex(expected));
      card.sw("LIST", await card.list(), SW.ok);
    },
  ),
  accessCase(
    "wrong-proof",
    "a wrong proof, or one that is cut or too long, is answered 6A80 and unlocks nothing",
    "Response length must equal the digest length (else 6A80); mismatch is 6A80.",
    async (card, t) => {
      await locked(card);
      const right = proof(card);
      const flipped = right.map((byte, at) => (at === 19 ? byte ^ 1 : byte));
      const wrong: readonly (readonly [string, Uint8Array])[] = [
        ["another key's", proof(card, OTHER_KEY)],
        ["one bit wrong", flipped],
        ["19 of 20 bytes", right.slice(0, 19)],
        ["21 bytes", join(right, [0])],
        ["no bytes", hex("")],
      ];
      for (const [what, response] of wrong) {
        const answer = await validate(card, response);
        card.sw(what, answer, SW.wrongSyntax);
        t.equal(`${what}: data`, answer.data.length, 0);
        await isLocked(card, `after it: ${what}`);
      }
    },
  ),
  accessCase(
    "short-host-challenge",
    "a host challenge of less than eight bytes is refused, and unlocks nothing",
    "Reject host challenges below 8 bytes.",
    async (card) => {
      await locked(card);
      card.sw("7 bytes", await validate(card, proof(card), hex("01020304050607")), SW.wrongSyntax);
      await isLocked(card, "after it");
    },
  ),
  accessCase(
    "old-challenge",
    "a proof for the challenge of an earlier SELECT does not unlock",
    "The challenge is a fresh one at each SELECT.",
    async (card) => {
      await locked(card);
      const old = proof(card);
      await card.select();
      card.sw("VALIDATE", await validate(card, old), SW.wrongSyntax);
      await isLocked(card, "after it");
    },
  ),
  accessCase(
    "ends-with-the-session",
    "SELECT and a power cycle lock again; the key and the credentials stay",
    "Drop authentication on SELECT and on power-off, keep everything else.",
    async (card) => {
      await locked(card);
      await unlocked(card);
      await card.select();
      await isLocked(card, "after SELECT");
      await unlocked(card);
      await card.powerCycle();
      await isLocked(card, "after a power cycle");
      await unlocked(card);
      const answer = await card.calculate(NAME, eightBytes(1n));
      card.code("its code", answer, rfc4226Secret(), totpParameters({ digits: 8 }), 1n);
    },
  ),
  accessCase(
    "no-key-set",
    "VALIDATE when no access key is set is answered 6984",
    "6984: VALIDATE when no key is set.",
    async (card) => {
      card.sw(
        "VALIDATE",
        await validate(card, hmacOf("sha1", KEY, HOST_CHALLENGE)),
        SW.noSuchObject,
      );
    },
  ),
  accessCase(
    "set-code-mismatch",
    "SET CODE with a response that the key does not give is answered 6984, and sets nothing",
    "6984: SET CODE response mismatch.",
    async (card, t) => {
      const response = hmacOf("sha1", OTHER_KEY, HOST_CHALLENGE);
      card.sw("another key's response", await setCode(card, { response }), SW.noSuchObject);
      const cut = hmacOf("sha1", KEY, HOST_CHALLENGE).slice(0, 19);
      card.sw("19 of 20 bytes", await setCode(card, { response: cut }), SW.wrongSyntax);
      const bare = object(TAG.key, join([0x21], KEY));
      card.sw("a key alone", await card.send(INS.setCode, 0, 0, bare), SW.wrongSyntax);
      await card.select();
      t.equal("74", card.told(TAG.challenge), undefined);
      card.sw("LIST", await card.list(), SW.ok);
    },
  ),
  accessCase(
    "removed",
    "the key is removed by an empty 73 and by no data at all; then nothing is locked",
    "SET CODE: `73 00` or empty removes.",
    async (card, t) => {
      for (const data of [object(TAG.key), new Uint8Array(0)]) {
        card.sw("SET CODE", await setCode(card), SW.ok);
        await card.select();
        await unlocked(card);
        const what = data.length === 0 ? "no data" : "73 00";
        card.sw(what, await card.send(INS.setCode, 0, 0, data), SW.ok);
        const { data: told } = await card.select();
        const tags = objectsOf(told)?.map(({ tag }) => tag) ?? [];
        t.equal(`${what}: 74 is told`, tags.includes(TAG.challenge), false);
        card.sw("LIST", await card.list(), SW.ok);
      }
    },
  ),
  oathCase({
    id: "access/absent",
    title: "a token without an access key answers VALIDATE and SET CODE 6985",
    requirement: "Nitrokey 3: no VALIDATE and SET CODE, 6985.",
    section: "vendor differences",
    async run(card, t) {
      if (card.model.hasAccessKey) t.skip("this token has an access key");
      const response = hmacOf("sha1", KEY, HOST_CHALLENGE);
      card.sw("VALIDATE", await validate(card, response), SW.conditionsNotSatisfied);
      card.sw("SET CODE", await setCode(card), SW.conditionsNotSatisfied);
    },
  }),
];
