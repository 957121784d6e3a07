// Challenges, slots and their protection, and the touch.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { hmacOf } from "../ykoath/card.ts";
import { hex, join } from "../ykoath/frames.ts";
import { COMMAND, config, frame, HMAC, reportsOf, slotCase } from "./slots.ts";

const CHALLENGE = hex("0000000000000001");
const SECRET = rfc4226Secret();
const RESPONSE = hmacOf("sha1", SECRET, CHALLENGE);
/** Steps of simulated time in which a touch times out. */
const MAX_STEPS = 200;
const STEP_US = 250_000;

/** 64 bytes: the challenge, then padding. */
function padded(challenge: Uint8Array, padding: number): Uint8Array {
  return join(challenge, new Uint8Array(64 - challenge.length).fill(padding));
}

/** Cases of this section. */
export const CHALLENGE_CASES: readonly ConformanceCase[] = [
  slotCase({
    id: "challenges/variable-length",
    title: "a slot of variable length leaves the padding out, whatever byte it is of",
    requirement: "LT64: strip every trailing byte equal to payload[63], then HMAC the rest.",
    section: "challenge-response",
    async run(slots) {
      await slots.write(2, { secret: SECRET });
      const cases: readonly (readonly [string, Uint8Array, number])[] = [
        ["1 byte", hex("01"), 0],
        ["8 bytes", CHALLENGE, 0],
        ["8 bytes padded with 01", hex("0000000000000100"), 1],
        ["8 bytes padded with FF", CHALLENGE, 0xff],
        ["62 bytes", patternSecret(62), 0],
        ["63 bytes", patternSecret(63), 0],
      ];
      for (const [what, challenge, padding] of cases) {
        const answer = await slots.ask(COMMAND.hmac2, padded(challenge, padding));
        await slots.answers(what, answer, hmacOf("sha1", SECRET, challenge));
      }
    },
  }),
  slotCase({
    id: "challenges/ends-in-the-padding",
    title: "a challenge that ends in the padding's byte loses that, too, as documented",
    requirement: "A challenge whose own last byte equals the padding is shortened too.",
    section: "challenge-response",
    async run(slots) {
      await slots.write(2, { secret: SECRET });
      const answer = await slots.ask(COMMAND.hmac2, padded(hex("0000000000000100"), 0));
      const stripped = hex("00000000000001");
      await slots.answers("…01 00 padded with 00", answer, hmacOf("sha1", SECRET, stripped));
    },
  }),
  slotCase({
    id: "challenges/fixed-length",
    title: "a slot of fixed length takes all 64 bytes, padding included",
    requirement: "Fixed mode: HMAC over all 64 payload bytes.",
    section: "challenge-response",
    async run(slots) {
      await slots.write(2, { secret: SECRET, flags: HMAC.fixed });
      for (const payload of [padded(CHALLENGE, 0), patternSecret(64)]) {
        const answer = await slots.ask(COMMAND.hmac2, payload);
        await slots.answers("64 bytes", answer, hmacOf("sha1", SECRET, payload));
      }
    },
  }),
  slotCase({
    id: "challenges/two-slots",
    title: "each slot answers with its own secret; an empty one rejects",
    requirement: "30 / 38: HMAC-SHA1 challenge of slot 1 / 2.",
    section: "commands",
    async run(slots, t) {
      await slots.write(2, { secret: SECRET });
      await slots.rejected("slot 1, empty", () => slots.ask(COMMAND.hmac1, CHALLENGE));
      const other = patternSecret(20);
      const { touchLevel } = await slots.write(1, { secret: other });
      t.equal("both are filled", touchLevel & 3, 3);
      const first = await slots.ask(COMMAND.hmac1, CHALLENGE);
      await slots.answers("slot 1", first, hmacOf("sha1", other, CHALLENGE));
      await slots.answers("slot 2", await slots.ask(COMMAND.hmac2, CHALLENGE), RESPONSE);
      await slots.ask(COMMAND.swap);
      await slots.answers("slot 1, swapped", await slots.ask(COMMAND.hmac1, CHALLENGE), RESPONSE);
    },
  }),
  slotCase({
    id: "slots/sequence",
    title: "each write moves the sequence on by one; when both slots are empty it is 0",
    requirement: "Programming sequence: 0 when no slot is configured; +1 at each write.",
    section: "reports",
    async run(slots, t) {
      const first = await slots.write(2, { secret: SECRET });
      t.holds("above 0", first.sequence > 0, first.sequence);
      const second = await slots.write(1, { secret: SECRET });
      t.equal("the next write", second.sequence, first.sequence + 1);
      const third = await slots.write(1, "nothing");
      t.equal("emptying one", [third.sequence, third.touchLevel & 3], [first.sequence + 2, 2]);
      const last = await slots.write(2, "nothing");
      t.equal("emptying the other", [last.sequence, last.touchLevel & 3], [0, 0]);
    },
  }),
  slotCase({
    id: "slots/kept-without-power",
    title: "slots and the sequence outlast a power cycle; an answer that was not read does not",
    requirement: "Slots are kept in memory that needs no power.",
    section: "state machine",
    async run(slots, t) {
      const written = await slots.write(2, { secret: SECRET });
      await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE)));
      await t.rig?.powerCycle();
      await t.reconnect();
      t.equal("the status", await slots.status(), written);
      await slots.answers("its answer", await slots.ask(COMMAND.hmac2, CHALLENGE), RESPONSE);
    },
  }),
  slotCase({
    id: "slots/access-code",
    title: "a slot with an access code is not written without it, and stays as it was",
    requirement: "Write config: 52-byte config and the slot's 6-byte access code.",
    section: "commands",
    async run(slots, t) {
      const accessCode = hex("A1A2A3A4A5A6");
      await slots.write(2, { secret: SECRET, accessCode });
      const other = patternSecret(20);
      const wrong: readonly (readonly [string, Uint8Array])[] = [
        ["no access code", config({ secret: other })],
        ["a wrong one", config({ secret: other, present: hex("A1A2A3A4A5A7") })],
        ["erasing without it", new Uint8Array(64)],
      ];
      for (const [what, payload] of wrong) {
        await slots.rejected(what, () => slots.ask(COMMAND.write2, payload));
      }
      await slots.answers("as it was", await slots.ask(COMMAND.hmac2, CHALLENGE), RESPONSE);
      const before = await slots.status();
      const after = await slots.write(2, { secret: other, present: accessCode });
      t.equal("with it, the sequence", after.sequence, before.sequence + 1);
      const answer = await slots.ask(COMMAND.hmac2, CHALLENGE);
      await slots.answers("with it", answer, hmacOf("sha1", other, CHALLENGE));
    },
  }),
  slotCase({
    id: "slots/damaged-configuration",
    title: "a configuration whose own CRC is wrong is not written",
    requirement: "The 52-byte configuration ends in its complemented CRC.",
    section: "commands",
    async run(slots) {
      await slots.write(2, { secret: SECRET });
      const damaged = config({ secret: patternSecret(20) }).map((byte, at) =>
        at === 30 ? byte ^ 1 : byte,
      );
      await slots.rejected("one bit wrong", () => slots.ask(COMMAND.write2, damaged));
      await slots.answers("as it was", await slots.ask(COMMAND.hmac2, CHALLENGE), RESPONSE);
    },
  }),
  slotCase({
    id: "touch/told-and-given",
    title: "a slot with touch tells the seconds left until it is touched, then answers",
    requirement: "Byte 7 is 20 and the seconds left until pressed.",
    section: "reports",
    async run(slots, t) {
      const { touchLevel } = await slots.write(2, { secret: SECRET, flags: HMAC.touched });
      t.equal("bits of slot 2: valid, touch", touchLevel & 0x0a, 0x0a);
      await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE)));
      const first = (await slots.get())[7] ?? 0;
      if ((first & 0x40) !== 0) t.skip("the emulated token touches itself");
      t.equal("byte 7: waiting for a touch", first & 0xe0, 0x20);
      await t.rig?.advance(3_000_000);
      const later = (await slots.get())[7] ?? 0;
      t.holds("the seconds get less", (later & 0x1f) < (first & 0x1f), [first, later]);
      await t.rig?.pressButton();
      const answer = await slots.read();
      await slots.answers("touched", answer, RESPONSE);
    },
  }),
  slotCase({
    id: "touch/timed-out",
    title: "a touch that does not come ends in the status, without an answer",
    requirement: "Touch timeout: no data after a wait was told (15 s).",
    section: "commands",
    async run(slots, t) {
      const before = await slots.write(2, { secret: SECRET, flags: HMAC.touched });
      await slots.sendAll(reportsOf(frame(COMMAND.hmac2, CHALLENGE)));
      let answer = await slots.read();
      if (answer !== "touch") t.skip("the emulated token touches itself");
      for (let step = 0; answer === "touch" && step < MAX_STEPS; step++) {
        await t.rig?.advance(STEP_US);
        answer = await slots.read();
      }
      t.equal("afterwards", answer, { kind: "status", status: before });
      await slots.answers("the next one", await slots.ask(COMMAND.hmac2, CHALLENGE), RESPONSE);
    },
  }),
];
