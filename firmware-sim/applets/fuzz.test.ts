// Whatever a host sends, every model answers with a status word that is specified, and goes on.

import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { bytes } from "../../core/wire/testing/frames.ts";
import { COMMANDS } from "../../core/wire/testing/fuzz-frames.ts";
import { SMART_TOKEN_PROFILES } from "../profiles-smart.ts";
import { FUZZ_RANDOM_SEED } from "../testing/port-fuzz.ts";
import {
  assertSpecified,
  damagedCommands,
  fuzzCard,
  fuzzNitrokeyPro,
  fuzzOtpSlots,
} from "../testing/token-fuzz.ts";
import { SELECT_OATH, testSmartToken } from "./testing/smart-token.ts";

const FRAMES = 10_000;
const WITH_CARD = SMART_TOKEN_PROFILES.filter(({ nitrokeyPro }) => !nitrokeyPro);

test.each(WITH_CARD)(`$name answers ${FRAMES} damaged commands as specified`, ({ name }) => {
  expect(fuzzCard(name, FRAMES)).toBeLessThanOrEqual(102 + 28);
});

test.each(WITH_CARD)("$name answers random bytes as specified", async ({ name }) => {
  const { token } = testSmartToken({ model: name });
  const random = createRandom(FUZZ_RANDOM_SEED);
  await token.card?.transmit(bytes(SELECT_OATH));
  for (let round = 0; round < FRAMES; round++) {
    const apdu = random.bytes(random.integer(0, 40));
    if (round % 2 === 0) apdu[0] = 0;
    const answer = token.card?.transmit(apdu);
    if (!(answer instanceof Uint8Array)) return expect.unreachable("it waits without need");
    assertSpecified(answer, apdu);
  }
});

test("a card that nobody touches answers whatever comes while it waits", async () => {
  const token = testSmartToken({ touch: "never" });
  const answers: Promise<Uint8Array>[] = [];
  let round = 0;
  const waits = bytes("00A2000110 710474657374 74080000000000000001");
  for (const apdu of damagedCommands([waits, ...COMMANDS], FRAMES)) {
    if (round++ % 20 === 0) {
      token.send(SELECT_OATH);
      token.send("0004DEAD");
      token.put("test", { property: 2 });
    }
    const answer = token.token.card?.transmit(apdu);
    if (answer instanceof Promise) answers.push(answer);
    else assertSpecified(answer ?? new Uint8Array(0), apdu);
  }
  token.token.card?.reset();
  for (const answer of await Promise.all(answers)) assertSpecified(answer, waits);
  expect(answers.length).toBeGreaterThan(25);
  expect(token.world.pendingAlarms).toBe(0);
});

test(`OTP slots take ${FRAMES} damaged reports, and answer 8 bytes each`, () => {
  expect(() => fuzzOtpSlots(FRAMES)).not.toThrow();
});

test(`a Nitrokey Pro takes ${FRAMES} damaged reports, and answers 64 bytes each`, () => {
  expect(() => fuzzNitrokeyPro(FRAMES)).not.toThrow();
});
