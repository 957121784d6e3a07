// CALCULATE: truncated and whole responses, challenges of every length, counters of HOTP.

import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { eightBytes, hmacOf, NAME, oathCase } from "./card.ts";
import { INS, join, object, objectsOf, SW, TAG, text } from "./frames.ts";

const SECTION = "instructions (CALCULATE)";
const EIGHT = totpParameters({ digits: 8 });
const HOTP = hotpParameters({ digits: 8 });
const EMPTY: Uint8Array = new Uint8Array(0);
/** Highest initial moving factor. */
const LAST_FACTOR = 0xffff_ffff;

function movingFactor(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return object(TAG.movingFactor, new Uint8Array(bytes));
}

/** Cases of this section. */
export const CALCULATE_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "calculate/every-offset",
    title: "truncated responses are right for every offset",
    requirement: "4 bytes at offset last_byte & 0F of the HMAC; hosts mask bit 31.",
    section: SECTION,
    async run(card, t) {
      await card.written();
      const offsets = new Set<number>();
      for (let step = 0n; offsets.size < 16 && step < 400n; step++) {
        const hmac = hmacOf("sha1", rfc4226Secret(), eightBytes(step));
        const offset = (hmac.at(-1) ?? 0) & 0x0f;
        if (offsets.has(offset)) continue;
        offsets.add(offset);
        const answer = await card.calculate(NAME, eightBytes(step));
        card.code(`offset ${offset}`, answer, rfc4226Secret(), EIGHT, step);
      }
      t.equal("offsets", offsets.size, 16);
    },
  }),
  oathCase({
    id: "calculate/bit-31-clear",
    title: "truncated responses have bit 31 clear, as RFC 4226 asks of the value",
    requirement: "YubiKey clears bit 31 (mask 7F on the first byte).",
    section: SECTION,
    level: "SHOULD",
    async run(card, t) {
      await card.written();
      for (let step = 0n; step < 16n; step++) {
        const { data } = await card.calculate(NAME, eightBytes(step));
        const top = objectsOf(data)?.[0]?.value[1] ?? 0xff;
        t.holds(`step ${step}`, top < 0x80, top);
      }
    },
  }),
  oathCase({
    id: "calculate/full-responses",
    title: "with P2 = 00 the whole HMAC comes, of 20, 32 or 64 bytes",
    requirement: "75: digits and the full HMAC.",
    section: "tags",
    async run(card) {
      const { hasSha512 } = card.model;
      const hashes = ["sha1", "sha256", ...(hasSha512 ? ["sha512"] : [])] as const;
      for (const [at, hash] of hashes.entries()) {
        const secret = patternSecret(20 + at);
        await card.written({ name: hash, secret, digits: 7, type: 0x21 + at });
        const expected = hmacOf(hash as "sha1", secret, eightBytes(58_907_520n));
        const answer = await card.calculate(hash, eightBytes(58_907_520n), "full");
        card.hmac(hash, answer, expected, 7);
      }
    },
  }),
  oathCase({
    id: "calculate/challenge-lengths",
    title: "challenges of 1 to 64 bytes (CanoKey: 8) are taken as they are; 65 bytes are refused",
    requirement: "74: any 1 to 64 bytes accepted by CALCULATE.",
    section: "tags",
    async run(card) {
      await card.written();
      const { challengeBytes } = card.model;
      for (const bytes of [1, 7, 8, 9, 50, 63, 64]) {
        const challenge = patternSecret(bytes);
        const answer = await card.calculate(NAME, challenge, "full");
        if (bytes > challengeBytes) card.sw(`${bytes} bytes`, answer, SW.wrongSyntax);
        else card.hmac(`${bytes} bytes`, answer, hmacOf("sha1", rfc4226Secret(), challenge), 8);
      }
      card.sw("65 bytes", await card.calculate(NAME, patternSecret(65)), SW.wrongSyntax);
    },
  }),
  oathCase({
    id: "calculate/time-steps",
    title: "time steps beyond 32 bits give the right codes",
    requirement: "74: 8 bytes for TOTP.",
    section: "tags",
    async run(card) {
      await card.written();
      for (const step of [0n, 1n, 0x7fff_ffffn, 0xffff_ffffn, 0x1_0000_0000n, (1n << 63n) - 1n]) {
        const answer = await card.calculate(NAME, eightBytes(step));
        card.code(`step 0x${step.toString(16)}`, answer, rfc4226Secret(), EIGHT, step);
      }
    },
  }),
  oathCase({
    id: "calculate/empty-challenge",
    title: "TOTP with an empty challenge, or any credential with none, is answered 6A80",
    requirement: "TOTP with an empty challenge: 6A80. The challenge object must be present.",
    section: SECTION,
    async run(card) {
      await card.written();
      await card.written({ name: "counted", type: 0x11 });
      card.sw("TOTP, 74 00", await card.calculate(NAME, EMPTY), SW.wrongSyntax);
      for (const name of [NAME, "counted"]) {
        const data = object(TAG.name, text(name));
        const answer = await card.send(INS.calculate, 0, 1, data);
        card.sw(`${name}, no 74`, answer, SW.wrongSyntax);
      }
      const swapped = join(object(TAG.challenge, eightBytes(1n)), object(TAG.name, text(NAME)));
      card.sw("74 first", await card.send(INS.calculate, 0, 1, swapped), SW.wrongSyntax);
    },
  }),
  oathCase({
    id: "calculate/unreadable",
    title: "a credential whose memory is worn is answered 6581, is listed, and can be written anew",
    requirement: "6581: memory failure, corrupted credential. Hosts LIST, try again, delete it.",
    section: "status words",
    async run(card, t) {
      await card.written();
      await card.written({ name: "other" });
      await t.rig?.inject({ kind: "wear", credential: NAME });
      for (const round of ["first", "again"]) {
        const answer = await card.calculate(NAME, eightBytes(1n));
        card.sw(`CALCULATE, ${round}`, answer, SW.memoryFailure);
      }
      if (card.model.calculatesAll) {
        card.sw("CALCULATE ALL", await card.calculateAll(eightBytes(1n)), SW.memoryFailure);
      }
      const others = await card.calculate("other", eightBytes(1n));
      card.code("the credential beside it", others, rfc4226Secret(), EIGHT, 1n);
      const listed = objectsOf((await card.list()).data) ?? [];
      t.equal("credentials that LIST names", listed.length, 2);
      card.sw("DELETE", await card.remove(NAME), SW.ok);
      await card.written();
      const answer = await card.calculate(NAME, eightBytes(1n));
      card.code("written anew", answer, rfc4226Secret(), EIGHT, 1n);
    },
  }),
  oathCase({
    id: "calculate/counts",
    title: "each CALCULATE of HOTP gives the next counter's code, whatever the challenge is",
    requirement: "First CALCULATE uses counter = IMF (CanoKey: IMF + 1), then counter + 1.",
    section: "instructions (HOTP)",
    async run(card) {
      await card.written({ type: 0x11 });
      const challenges = [EMPTY, eightBytes(99n), eightBytes(0n), EMPTY];
      for (const [at, challenge] of challenges.entries()) {
        const factor = BigInt(card.model.firstCounter + at);
        const answer = await card.calculate(NAME, challenge);
        card.code(`code ${at + 1}`, answer, rfc4226Secret(), HOTP, factor);
      }
    },
  }),
  oathCase({
    id: "calculate/counter-kept",
    title: "the counter of HOTP outlasts SELECT and a power cycle",
    requirement: "State must survive power-off.",
    section: "selecting sequences",
    async run(card) {
      await card.written({ type: 0x11 });
      const first = BigInt(card.model.firstCounter);
      await card.calculate(NAME, EMPTY);
      await card.select();
      const second = await card.calculate(NAME, EMPTY);
      card.code("after SELECT", second, rfc4226Secret(), HOTP, first + 1n);
      await card.powerCycle();
      const third = await card.calculate(NAME, EMPTY);
      card.code("after a power cycle", third, rfc4226Secret(), HOTP, first + 2n);
    },
  }),
  oathCase({
    id: "calculate/initial-moving-factor",
    title: "HOTP begins at its initial moving factor, and counts past 2^32",
    requirement: "7A: initial moving factor, 4 bytes; then counter + 1.",
    section: "tags",
    async run(card) {
      for (const factor of [0, 1, 5, 0x7fff_ffff, LAST_FACTOR]) {
        const name = `from ${factor}`;
        await card.written({ name, type: 0x11, after: movingFactor(factor) });
        for (let code = 0; code < 2; code++) {
          const counter = BigInt(factor + card.model.firstCounter + code);
          const answer = await card.calculate(name, EMPTY);
          card.code(`${name}, code ${code + 1}`, answer, rfc4226Secret(), HOTP, counter);
        }
      }
    },
  }),
  oathCase({
    id: "calculate/replacing-resets-the-counter",
    title: "PUT of the same name sets the counter to the new factor, or to 0 without one",
    requirement: "PUT resets it to the new IMF (0 if absent).",
    section: "instructions (HOTP)",
    async run(card, t) {
      if (!card.model.replaces) t.skip("the token replaces no credential");
      await card.written({ type: 0x11, after: movingFactor(7) });
      await card.calculate(NAME, EMPTY);
      await card.written({ type: 0x11, after: movingFactor(3) });
      card.code("IMF 3", await card.calculate(NAME, EMPTY), rfc4226Secret(), HOTP, 3n);
      await card.written({ type: 0x11 });
      card.code("no IMF", await card.calculate(NAME, EMPTY), rfc4226Secret(), HOTP, 0n);
    },
  }),
  oathCase({
    id: "calculate/only-increasing",
    title: "with property 01 a challenge below the last one is answered 6982, also after power-off",
    requirement: "Only-increasing: 6982 when a smaller challenge than the last arrives.",
    section: SECTION,
    async run(card, t) {
      const put = await card.put({ after: [TAG.property, 0x01] });
      if (put.sw === SW.wrongSyntax) t.skip("the token does not take the property");
      const at = (step: bigint) => card.calculate(NAME, eightBytes(step));
      card.code("step 1000", await at(1000n), rfc4226Secret(), EIGHT, 1000n);
      card.sw("step 999", await at(999n), SW.securityNotSatisfied);
      card.code("step 1000 again", await at(1000n), rfc4226Secret(), EIGHT, 1000n);
      card.code("step 2^32", await at(1n << 32n), rfc4226Secret(), EIGHT, 1n << 32n);
      card.sw("step 1001", await at(1001n), SW.securityNotSatisfied);
      await card.powerCycle();
      card.sw("step 1001 after power-off", await at(1001n), SW.securityNotSatisfied);
    },
  }),
  oathCase({
    id: "calculate/after-a-touch",
    title: "a touch credential gives its code after a touch",
    requirement: "CALCULATE on a touch credential blocks until touch.",
    section: SECTION,
    async run(card, t) {
      const put = await card.put({ after: [TAG.property, 0x02] });
      if (put.sw === SW.wrongSyntax) t.skip("the token does not take the property");
      const pressed = async (): Promise<void> => t.rig?.pressButton();
      const answer = await card.waited(card.calculate(NAME, eightBytes(1n)), pressed);
      card.code("its code", answer, rfc4226Secret(), EIGHT, 1n);
    },
  }),
  oathCase({
    id: "calculate/not-touched",
    title: "a touch credential that nobody touches is answered 6982, and works afterwards",
    requirement: "Touch timeout (about 15 s): 6982.",
    section: SECTION,
    async run(card, t) {
      const put = await card.put({ after: [TAG.property, 0x02] });
      if (put.sw === SW.wrongSyntax) t.skip("the token does not take the property");
      const answer = await card.waited(card.calculate(NAME, eightBytes(1n)));
      if (answer.sw === SW.ok) t.skip("the emulated token touches itself");
      card.sw("without a touch", answer, SW.securityNotSatisfied);
      const pressed = async (): Promise<void> => t.rig?.pressButton();
      const touched = await card.waited(card.calculate(NAME, eightBytes(1n)), pressed);
      card.code("touched", touched, rfc4226Secret(), EIGHT, 1n);
    },
  }),
];
