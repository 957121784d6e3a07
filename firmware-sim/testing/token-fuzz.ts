// Damaged commands, reports, lines and events for the insides of tokens, for tests: nothing throws,
// and every answer is one that is specified. @see port-fuzz.ts for what is around them

import { createRandom, type Random } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { encodeOtpFrame, OTP_REPORT_DESCRIPTOR, otpFrameReports } from "../../core/wire/hid-otp.ts";
import { encodeNitrokeyReport } from "../../core/wire/hid-reports.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { bytes, hex, mutations } from "../../core/wire/testing/frames.ts";
import { COMMANDS, NITROKEY, OTP_FRAME } from "../../core/wire/testing/fuzz-frames.ts";
import {
  SELECT_OATH,
  type TestSmartToken,
  testSmartToken,
} from "../applets/testing/smart-token.ts";
import { openUhidDevice } from "../ports/uhid.ts";
import { UHID_EVENT_BYTES } from "../ports/uhid-events.ts";
import { FUZZ_RANDOM_SEED } from "./port-fuzz.ts";

const SPECIFIED: ReadonlySet<number> = new Set(Object.values(STATUS_WORDS));
/** Commands to the other applications, ones that grow the answers, and those of single models. */
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
  "00B4000006800431323334",
  "00B2000006800431323334",
  "00B300000A8004313233348102 3939",
  "00B1000009710161 7504000B8618",
  "00B5000003710161",
  "000100001B 710161 7310 4206 3132333435363738393031323334 7804 83026D65",
  "0055000003710161",
].map(bytes);
/** Frames between two looks whether a device still answers as it should. */
const LOOK_EVERY = 500;

/** Damaged commands, half of them with a length that is right again: others all end at it. */
export function* damagedCommands(
  from: readonly Uint8Array[],
  count: number,
): Generator<Uint8Array> {
  let round = 0;
  for (const apdu of mutations(from, count, FUZZ_RANDOM_SEED)) {
    if (round++ % 2 === 0 && apdu.length > 5 && apdu.length <= 260) apdu[4] = apdu.length - 5;
    yield apdu;
  }
}

/** @throws {Error} when the answer to `apdu` has no status word that is specified */
export function assertSpecified(answer: Uint8Array, apdu: Uint8Array): void {
  const sw = ((answer.at(-2) ?? 0) << 8) | (answer.at(-1) ?? 0);
  if (SPECIFIED.has(sw) || sw >> 8 === 0x61) return;
  throw new Error(`${hex(apdu)} was answered ${sw.toString(16)}`);
}

/** Once in a while what a host does besides: select again, power, touch, a failing write. */
function disturb({ token, send }: TestSmartToken, random: Random): void {
  switch (random.integer(0, 60)) {
    case 0:
      token.powerOff();
      token.powerOn();
      break;
    case 1:
      token.failWrite(random.integer(1, 3), random.unit());
      break;
    case 2:
      token.press();
      break;
    case 3:
    case 4:
    case 5:
      token.powerOn();
      if (token.card !== undefined) send(SELECT_OATH);
      break;
    default:
  }
}

/** Commands to the card of a model. @returns records in its memory after it */
export function fuzzCard(model: string, count: number): number {
  const made = testSmartToken({ model });
  const random = createRandom(FUZZ_RANDOM_SEED);
  for (const apdu of damagedCommands([...COMMANDS, ...MORE], count)) {
    const answer = made.token.card?.transmit(apdu);
    if (!(answer instanceof Uint8Array)) throw new Error(`${hex(apdu)}: it waits without need`);
    assertSpecified(answer, apdu);
    disturb(made, random);
  }
  const state = made.token.snapshot();
  made.token.restore(state);
  return Object.keys(state.records).length;
}

/** Reports to OTP slots: each is answered by eight bytes. */
export function fuzzOtpSlots(count: number): void {
  const made = testSmartToken();
  const hid = made.token.otpKeyboard;
  const random = createRandom(FUZZ_RANDOM_SEED);
  for (const report of mutations(otpFrameReports(OTP_FRAME), count, FUZZ_RANDOM_SEED)) {
    hid?.setFeatureReport(report);
    if (hid?.getFeatureReport().length !== 8) throw new Error(`${hex(report)}: no report`);
    if (random.integer(0, 9) === 0) {
      // A frame whose CRC is right, of a command and a payload that need not be.
      const slot = random.integer(0, 0x40);
      const payload = altered(OTP_FRAME.subarray(0, 64), random);
      for (const right of otpFrameReports(encodeOtpFrame({ slot, payload }))) {
        hid.setFeatureReport(right);
      }
    }
    disturb(made, random);
  }
  made.token.powerOn();
  hid?.reset();
  if (hid?.getFeatureReport()[7] !== 0) throw new Error("it is not idle after a reset");
}

/** Reports to a Nitrokey Pro: each is answered by 64 bytes with a status that is specified. */
export function fuzzNitrokeyPro(count: number): void {
  const made = testSmartToken({ model: "nitrokey-pro" });
  const hid = made.token.nitrokey;
  const random = createRandom(FUZZ_RANDOM_SEED);
  let round = 0;
  for (const report of mutations(NITROKEY, count, FUZZ_RANDOM_SEED)) {
    // Every other CRC is right again.
    const isSealed = round++ % 2 === 0 && report.length >= 60;
    const sealed = isSealed ? encodeNitrokeyReport(report[0] ?? 0, report.subarray(1, 60)) : report;
    hid?.setFeatureReport(sealed);
    const answer = hid?.getFeatureReport() ?? new Uint8Array(0);
    const isAnswer = answer.length === 64 && (answer[6] ?? 0xff) <= 10;
    if (!isAnswer) throw new Error(`${hex(sealed)} was answered ${hex(answer)}`);
    disturb(made, random);
  }
}

const REPORT = "0038B98E00000089";
/** What the kernel says: open, a feature report each way, an output report, close. */
const EVENTS = [
  "04000000",
  `0D000000 07000000 00 00 0800 ${REPORT}`,
  "09000000 08000000 00 00",
  `06000000 ${REPORT}`,
  "05000000",
].map(bytes);

/**
 * Events of /dev/uhid to a device: what it writes are whole events, one a request, and it answers
 * the next right one.
 *
 * @returns events written in answer
 */
export async function fuzzUhidDevice(count: number): Promise<number> {
  const waiting: Uint8Array[] = [];
  let written = 0;
  const clock = new SimulatedClock();
  const { otpKeyboard: application } = testSmartToken().token;
  if (application === undefined) throw new Error("a YubiKey 5 has a keyboard");
  const device = { name: "fuzz", vendorId: 1, productId: 1, version: 1 };
  await using _port = openUhidDevice({
    application,
    clock,
    device: { ...device, reportDescriptor: OTP_REPORT_DESCRIPTOR },
    openFile: () => ({
      read: () => waiting.shift(),
      write: (event) => {
        if (event.length !== UHID_EVENT_BYTES) throw new Error("an event of another length");
        written++;
      },
      close: () => {},
    }),
  });
  let round = 0;
  for (const event of mutations(EVENTS, count, FUZZ_RANDOM_SEED)) {
    waiting.push(event);
    if (++round % LOOK_EVERY !== 0) continue;
    await takenAll(clock, waiting);
    const before = written;
    waiting.push(bytes("09000000 08000000 00 00"));
    await takenAll(clock, waiting);
    if (written !== before + 1) throw new Error("a right request has no answer, or several");
  }
  return written;
}

async function takenAll(clock: SimulatedClock, waiting: readonly Uint8Array[]): Promise<void> {
  for (let looks = 0; waiting.length > 0; looks++) {
    if (looks > LOOK_EVERY) throw new Error("the file is not read any more");
    await clock.advance(10_000);
  }
}

function altered(frame: Uint8Array, random: Random): Uint8Array {
  const copy = frame.slice();
  for (let step = random.integer(0, 3); step > 0; step--) {
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 0xff);
  }
  return copy;
}
