// Damaged frames for everything that a host talks to, for tests: nothing throws, nothing is kept
// without bound, and whoever comes next is served.

import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { CcidAssembler, decodeCcidAnswer } from "../../core/wire/ccid.ts";
import { bytes, mutations, utf8 } from "../../core/wire/testing/frames.ts";
import { encodeImportRequest, encodeUrbRequest, submitUrb } from "../../core/wire/usbip.ts";
import { UsbipConnection } from "../ports/usbip-connection.ts";
import { VpcdSession } from "../ports/vpcd-client.ts";
import { CcidFunction } from "../usb/ccid-function.ts";
import { UsbDevice } from "../usb/device.ts";
import { fakeCard } from "./fake-card.ts";
import { configure, controlHex, readHex } from "./usb-host.ts";
import { busOf } from "./usbip-bus.ts";

/** The random seed of all of them. */
export const FUZZ_RANDOM_SEED = 20_261_125;
/** Most transfers that the right frames below leave waiting. */
const MAX_WAITING = 10;

const DEVID = 0x1_0002;
const POWER_ON = bytes("62000000000004000000");
const SELECT = bytes("6F0C000000000500000000A4040007A0000005272101");

function control(setup: string, seqnum: number): Uint8Array {
  const packet = bytes(setup);
  const isIn = ((packet[0] ?? 0) & 0x80) !== 0;
  const direction = isIn ? "in" : "out";
  const length = isIn ? (packet[6] ?? 0) : 0;
  return encodeUrbRequest(
    submitUrb({ seqnum, devid: DEVID, direction, endpoint: 0, length, setup: packet }),
  );
}

function out(endpoint: number, data: Uint8Array, seqnum: number): Uint8Array {
  const { length } = data;
  return encodeUrbRequest(
    submitUrb({ seqnum, devid: DEVID, direction: "out", endpoint, length, data }),
  );
}

/** What a host sends once it has attached a device. */
const URBS: readonly Uint8Array[] = [
  control("8006000100001200", 2),
  control("A101000300000800", 3),
  out(2, POWER_ON, 4),
  out(2, SELECT, 5),
  out(5, utf8("help\n"), 6),
  encodeUrbRequest(
    submitUrb({ seqnum: 7, devid: DEVID, direction: "in", endpoint: 2, length: 4096 }),
  ),
  encodeUrbRequest({ kind: "unlink", seqnum: 8, devid: DEVID, unlinkSeqnum: 7 }),
];

/** What came of it. */
export interface FuzzCounts {
  /** Answers given. */
  readonly answers: number;
  /** Connections given up. */
  readonly closed: number;
}

/** One connection a frame: attach, configure, the damaged frame, then right ones. */
export function fuzzUsbipConnections(count: number): FuzzCounts {
  const { bus, tokens } = busOf();
  const frames = [...URBS, encodeImportRequest("1-1"), bytes("0111800500000000")];
  let answers = 0;
  let closed = 0;
  for (const frame of mutations(frames, count, FUZZ_RANDOM_SEED)) {
    const connection = new UsbipConnection({
      bus,
      send: () => answers++,
      close: () => closed++,
    });
    connection.receive(encodeImportRequest("1-1"));
    if (connection.busid !== "1-1") throw new Error("the device is not free again");
    connection.receive(control("0009010000000000", 1));
    connection.receive(frame);
    for (const urb of URBS) connection.receive(urb);
    if (connection.pendingTransfers > MAX_WAITING) throw new Error("too many transfers wait");
    connection.closed();
    for (const { card, otpKeyboard } of tokens) {
      card.commands.length = 0;
      otpKeyboard.written.length = 0;
    }
  }
  return { answers, closed };
}

/** One reader for all messages: each answer is one, and after an abort the slot is there. */
export function fuzzCcidReader(count: number): FuzzCounts {
  const card = fakeCard();
  const reader = new CcidFunction({ card, clock: new SimulatedClock() });
  const identity = { vendorId: 1, productId: 1, bcdDevice: 1, manufacturer: "m", product: "p" };
  const device = new UsbDevice(identity, [reader]);
  configure(device);
  const frames = [POWER_ON, SELECT, bytes("65000000000006000000"), bytes("72000000000005000000")];
  let answers = 0;
  for (const frame of mutations(frames, count, FUZZ_RANDOM_SEED)) {
    device.transferOut(2, frame);
    answers += takeAnswers(device).length;
    controlHex(device, "21 01 00 09 00 00 00 00");
    device.transferOut(2, bytes("72000000000009000000"));
    const last = takeAnswers(device).at(-1);
    if (!/^810000000000090[01]0000$/.test(last ?? "")) throw new Error(`not aborted: ${last}`);
    card.commands.length = 0;
  }
  return { answers, closed: 0 };
}

function takeAnswers(device: UsbDevice): readonly string[] {
  const answers: string[] = [];
  for (let answer = readHex(device, 2); answer !== "pending"; answer = readHex(device, 2)) {
    const [message] = new CcidAssembler().feed(bytes(answer));
    const isOne = message?.kind === "message";
    if (!isOne || decodeCcidAnswer(message.bytes).kind !== "answer") {
      throw new Error(`no answer: ${answer}`);
    }
    answers.push(answer);
  }
  return answers;
}

/** One connection a frame: only whole frames are sent. */
export function fuzzVpcdSessions(count: number): FuzzCounts {
  const frames = ["000104", "000101", "000C00A4040007A0000005272101", "000400A10000"].map(bytes);
  let answers = 0;
  let closed = 0;
  for (const frame of mutations(frames, count, FUZZ_RANDOM_SEED)) {
    const session = new VpcdSession({ card: fakeCard() }, (sent) => {
      const [high = 0, low = 0] = sent;
      if (sent.length !== 2 + ((high << 8) | low)) throw new Error("a frame with a wrong length");
      answers++;
    });
    if (!session.receive(frame)) closed++;
  }
  return { answers, closed };
}
