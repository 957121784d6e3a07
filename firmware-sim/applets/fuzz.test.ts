// Whatever a host sends, every model answers with a status word that is specified, and goes on.

import { expect, test } from "vitest";
import { createRandom, type Random } from "../../core/time/random.ts";
import { encodeOtpFrame, otpFrameReports } from "../../core/wire/hid-otp.ts";
import { encodeNitrokeyReport } from "../../core/wire/hid-reports.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { bytes, hex, mutations } from "../../core/wire/testing/frames.ts";
import { COMMANDS, NITROKEY, OTP_FRAME } from "../../core/wire/testing/fuzz-frames.ts";
import { SMART_TOKEN_PROFILES } from "../profiles-smart.ts";
import { SELECT_OATH, testSmartToken } from "./testing/smart-token.ts";

const FRAMES = 10_000;
const RANDOM_SEED = 20_261_125;
const SPECIFIED: ReadonlySet<number> = new Set(Object.values(STATUS_WORDS));
const WITH_CARD = SMART_TOKEN_PROFILES.filter(({ nitrokeyPro }) => !nitrokeyPro);
/** Commands to the other applications, and ones that grow the answers. */
const MORE = [
  "00A4040008A000000527471117",
  "001D000000",
  "00A4040007A0000005272001",
  "0001100000",
  `000130004000${"11".repeat(63)}`,
  `000103003A${"22".repeat(58)}`,
  "0003000000",
  "00A1000000",
  "00A5000000",
  "00B7000006710161710162",
].map(bytes);

/** Damaged commands, half of them with a length that is right again: others all end at it. */
function* commands(from: readonly Uint8Array[]): Generator<Uint8Array> {
  let round = 0;
  for (const apdu of mutations(from, FRAMES, RANDOM_SEED)) {
    if (round++ % 2 === 0 && apdu.length > 5 && apdu.length <= 260) apdu[4] = apdu.length - 5;
    yield apdu;
  }
}

function mutated(frame: Uint8Array, random: Random): Uint8Array {
  const copy = frame.slice();
  for (let step = random.integer(0, 3); step > 0; step--) {
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 0xff);
  }
  return copy;
}

function assertSpecified(answer: Uint8Array, apdu: Uint8Array): void {
  const sw = ((answer.at(-2) ?? 0) << 8) | (answer.at(-1) ?? 0);
  if (SPECIFIED.has(sw) || sw >> 8 === 0x61) return;
  expect.unreachable(`${hex(apdu)} was answered ${sw.toString(16)}`);
}

/** Once in a while what a host does besides: select again, power, touch, a failing write. */
function disturb(token: ReturnType<typeof testSmartToken>, random: Random): void {
  const { token: smart } = token;
  switch (random.integer(0, 60)) {
    case 0:
      smart.powerOff();
      smart.powerOn();
      break;
    case 1:
      smart.failWrite(random.integer(1, 3), random.unit());
      break;
    case 2:
      smart.press();
      break;
    case 3:
    case 4:
    case 5:
      smart.powerOn();
      if (smart.card !== undefined) token.send(SELECT_OATH);
      break;
    default:
  }
}

test.each(WITH_CARD)(`$name answers ${FRAMES} damaged commands as specified`, ({ name }) => {
  const token = testSmartToken({ model: name });
  const random = createRandom(RANDOM_SEED);
  for (const apdu of commands([...COMMANDS, ...MORE])) {
    const answer = token.token.card?.transmit(apdu);
    if (!(answer instanceof Uint8Array)) return expect.unreachable("it waits without need");
    assertSpecified(answer, apdu);
    disturb(token, random);
  }
  const state = token.token.snapshot();
  expect(Object.keys(state.records).length).toBeLessThanOrEqual(102 + 28);
  expect(() => token.token.restore(state)).not.toThrow();
});

test.each(WITH_CARD)("$name answers random bytes as specified", async ({ name }) => {
  const { token } = testSmartToken({ model: name });
  const random = createRandom(RANDOM_SEED);
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
  for (const apdu of commands([waits, ...COMMANDS])) {
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
  const token = testSmartToken();
  const hid = token.token.otpKeyboard;
  const random = createRandom(RANDOM_SEED);
  const reports = otpFrameReports(OTP_FRAME);
  for (const report of mutations(reports, FRAMES, RANDOM_SEED)) {
    hid?.setFeatureReport(report);
    expect(hid?.getFeatureReport().length).toBe(8);
    if (random.integer(0, 9) === 0) {
      // A frame whose CRC is right, of a command and a payload that need not be.
      const slot = random.integer(0, 0x40);
      const payload = mutated(OTP_FRAME.subarray(0, 64), random);
      for (const right of otpFrameReports(encodeOtpFrame({ slot, payload }))) {
        hid?.setFeatureReport(right);
      }
    }
    disturb(token, random);
  }
  token.token.powerOn();
  hid?.reset();
  expect(hid?.getFeatureReport()[7]).toBe(0);
});

test(`a Nitrokey Pro takes ${FRAMES} damaged reports, and answers 64 bytes each`, () => {
  const token = testSmartToken({ model: "nitrokey-pro" });
  const hid = token.token.nitrokey;
  const random = createRandom(RANDOM_SEED);
  let round = 0;
  for (const report of mutations(NITROKEY, FRAMES, RANDOM_SEED)) {
    // Every other CRC is right again.
    const isSealed = round++ % 2 === 0 && report.length >= 60;
    const sealed = isSealed ? encodeNitrokeyReport(report[0] ?? 0, report.subarray(1, 60)) : report;
    hid?.setFeatureReport(sealed);
    const answer = hid?.getFeatureReport() ?? new Uint8Array(0);
    expect(answer.length).toBe(64);
    expect(answer[6]).toBeLessThanOrEqual(10);
    disturb(token, random);
  }
});
