import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { YUBIKEY5_CCID_DESCRIPTOR } from "../../core/wire/ccid.ts";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import {
  CONTACT_ATR,
  type FakeCard,
  fakeCard,
  laterAnswer,
  SELECTED,
} from "../testing/fake-card.ts";
import { configure, controlHex, readHex } from "../testing/usb-host.ts";
import { CcidFunction } from "./ccid-function.ts";
import { TIME_EXTENSION_MS } from "./ccid-slot.ts";
import { UsbDevice } from "./device.ts";

const IDENTITY = {
  vendorId: 0x1050,
  productId: 0x0404,
  bcdDevice: 0x0543,
  manufacturer: "Yubico",
  product: "YubiKey CCID",
};
const POWER_ON = "62000000000004000000";
const ATR_BLOCK = `80170000000004000000${hex(CONTACT_ATR)}`;
const STATUS = "65000000000006000000";

interface Reader {
  readonly device: UsbDevice;
  readonly reader: CcidFunction;
  readonly card: FakeCard;
  readonly clock: SimulatedClock;
  /** Sends a message and takes the next one; "pending" when there is none. */
  ask(message: string): string;
}

function powered(descriptor = YUBIKEY5_CCID_DESCRIPTOR): Reader {
  const made = unpowered(descriptor);
  made.ask(POWER_ON);
  return made;
}

function unpowered(descriptor = YUBIKEY5_CCID_DESCRIPTOR): Reader {
  const card = fakeCard();
  const clock = new SimulatedClock();
  const reader = new CcidFunction({ card, clock, descriptor });
  const device = new UsbDevice(IDENTITY, [reader]);
  configure(device);
  const ask = (message: string): string => {
    device.transferOut(2, bytes(message));
    return readHex(device, 2);
  };
  return { device, reader, card, clock, ask };
}

/** XfrBlock with sequence 5. */
function transfer(apdu: string, level = "0000"): string {
  const data = bytes(apdu);
  const length = hex(Uint8Array.of(data.length & 0xff, data.length >> 8, 0, 0));
  return `6F${length}000500${level}${hex(data)}`;
}

describe("a reader", () => {
  it("answers the example exchange of the CCID document byte by byte", () => {
    const { ask } = unpowered();
    expect(ask(POWER_ON)).toBe(ATR_BLOCK);
    expect(ask("6F0C000000000500000000A4040007A0000005272101")).toBe(
      `80110000000005000000${hex(SELECTED)}`,
    );
    expect(ask(STATUS)).toBe("81000000000006000000");
  });

  it("tells the state of the card, and powers it off", () => {
    const { ask, card } = unpowered();
    expect(ask(STATUS)).toBe("81000000000006010000");
    ask(POWER_ON);
    const { resets } = card;
    expect(ask("63000000000007000000")).toBe("81000000000007010000");
    expect(card.resets).toBe(resets + 1);
    expect(ask(transfer("00A40400"))).toBe("8000000000000541FE00");
  });

  it("answers parameters of T=1, and takes others of T=1 only", () => {
    const { ask } = powered();
    const initial = "1110001500FE00";
    expect(ask("6C000000000008000000")).toBe(`82070000000008000001${initial}`);
    expect(ask("61070000000009010000 18100015 00FE00")).toBe("820700000000090000011810001500FE00");
    expect(ask("6C00000000000A000000")).toBe("8207000000000A0000011810001500FE00");
    expect(ask("6D00000000000B000000")).toBe(`8207000000000B000001${initial}`);
    expect(ask("61050000000009000000 1100001500")).toBe("82000000000009400701");
    expect(ask("61050000000009010000 1100001500")).toBe("82000000000009400101");
  });

  it.each([
    ["a slot it has not", "65000000000106000000", "81000000000106420500"],
    ["a type it does not know", "70000000000006000000", "81000000000006410000"],
    ["Escape", "6B010000000006000000 00", "83000000000006410000"],
    ["SetDataRate", "73080000000006000000 0000000000000000", "84000000000006410000"],
    ["Secure", "69010000000006000000 00", "80000000000006410000"],
    ["Mechanical", "71000000000006010000", "81000000000006410000"],
    ["a voltage above 3", "62000000000006040000", "80000000000006410700"],
    ["payload where there is none", "65010000000006000000 00", "81000000000006410100"],
    ["a command to a card without power", transfer("00A40400"), "8000000000000541FE00"],
  ])("answers %s with its error and the slot's status", (_, message, answer) => {
    const { ask } = unpowered();
    expect(ask(message)).toBe(answer);
    expect(ask(STATUS)).toBe("81000000000006010000");
  });

  it("refuses a voltage that its descriptor does not offer", () => {
    const { ask } = unpowered({ ...YUBIKEY5_CCID_DESCRIPTOR, voltageSupport: 1 });
    expect(ask("62000000000004030000")).toBe("80000000000004410700");
    expect(ask("62000000000004010000")).toBe(ATR_BLOCK);
  });

  it("refuses a message above its dwMaxCCIDMessageLength, and reads on behind it", () => {
    const { ask, device } = powered();
    const long = `6FF70B00000005000000${"00".repeat(0xbf7)}`;
    expect(ask(long)).toBe("80000000000005400100");
    expect(readHex(device, 2)).toBe("pending");
    expect(ask(STATUS)).toBe("81000000000006000000");
  });

  it("takes a message in any pieces", () => {
    const { device } = powered();
    for (const byte of bytes(transfer("00A4040007A0000005272101"))) {
      expect(readHex(device, 2)).toBe("pending");
      device.transferOut(2, Uint8Array.of(byte));
    }
    expect(readHex(device, 2)).toBe(`80110000000005000000${hex(SELECTED)}`);
  });

  it("refuses an empty command, and levels that are none", () => {
    const { ask } = powered();
    expect(ask(transfer(""))).toBe("80000000000005400100");
    for (const level of ["0400", "0200", "0300", "1000"]) {
      expect(ask(transfer("00", level))).toBe("80000000000005400800");
    }
  });

  it("joins the parts of a command, and cuts a long answer until all of it was fetched", () => {
    const { ask, card } = powered({ ...YUBIKEY5_CCID_DESCRIPTOR, maxMessageBytes: 14 });
    card.answer = (apdu) => apdu;
    expect(ask(transfer("01020304", "0100"))).toBe("80000000000005000010");
    expect(ask(transfer("05060708", "0300"))).toBe("80000000000005000010");
    expect(ask(transfer("09", "0200"))).toBe("8004000000000500000101020304");
    expect(ask(transfer("", "1000"))).toBe("8004000000000500000305060708");
    expect(ask(transfer("", "1000"))).toBe("8001000000000500000209");
    expect(ask(transfer("", "1000"))).toBe("80000000000005400800");
    expect(card.commands.map(hex)).toEqual(["010203040506070809"]);
  });

  it("does not keep parts without end", () => {
    const { ask, card } = powered();
    const part = "00".repeat(3062);
    expect(ask(transfer(part, "0100"))).toBe("80000000000005000010");
    const answers = Array.from({ length: 22 }, () => ask(transfer(part, "0300")));
    expect(answers).toContain("80000000000005400100");
    expect(card.commands).toEqual([]);
  });
});

describe("a card that waits for a touch", () => {
  it("gets its time extended until it answers", async () => {
    const { ask, card, clock, device } = powered();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    expect(ask(transfer("00A2000000"))).toBe("pending");
    for (let round = 0; round < 3; round++) {
      await clock.advance(TIME_EXTENSION_MS * 1000);
      expect(readHex(device, 2)).toBe("80000000000005800200");
    }
    give(bytes("9000"));
    await clock.advance(10 * TIME_EXTENSION_MS * 1000);
    expect(readHex(device, 2)).toBe("800200000000050000009000");
    expect(readHex(device, 2)).toBe("pending");
  });

  it("is busy for other commands", () => {
    const { ask, card } = powered();
    card.answer = () => laterAnswer().promise;
    ask(transfer("00A2000000"));
    expect(ask(STATUS)).toBe("8100000000000640E000");
    expect(ask(transfer("00A2000000"))).toBe("8000000000000540E000");
  });

  it("is left alone by an abort on both pipes, in either order", async () => {
    for (const first of ["control", "bulk"]) {
      const { ask, card, clock, device } = powered();
      const { promise, give } = laterAnswer();
      card.answer = () => promise;
      ask(transfer("00A2000000"));
      const control = (): void => expect(controlHex(device, "21 01 00 05 00 00 00 00")).toBe("");
      const bulk = (): void => expect(ask("72000000000005000000")).toBe("81000000000005000000");
      if (first === "control") {
        control();
        expect(ask(STATUS)).toBe("8100000000000640FF00");
        bulk();
      } else {
        bulk();
        control();
      }
      give(bytes("9000"));
      await clock.advance(2 * TIME_EXTENSION_MS * 1000);
      expect(ask(STATUS)).toBe("81000000000006000000");
      expect(readHex(device, 2)).toBe("pending");
    }
  });

  it("fails when the card is taken out, and its answer comes too late", async () => {
    const { ask, card, clock, device, reader } = powered();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    ask(transfer("00A2000000"));
    reader.setCardPresent(false);
    expect(readHex(device, 2)).toBe("8000000000000542FE00");
    give(bytes("9000"));
    await clock.advance(2 * TIME_EXTENSION_MS * 1000);
    expect(readHex(device, 2)).toBe("pending");
  });

  it("fails as hardware if the card breaks its promise", async () => {
    const { ask, card, clock, device } = powered();
    card.answer = () => Promise.reject(new Error("broken"));
    expect(ask(transfer("00A2000000"))).toBe("pending");
    await clock.advance(1);
    expect(readHex(device, 2)).toBe("8000000000000540FB00");
  });

  it("answers nothing after a reset of the bus", async () => {
    const { ask, card, clock, device } = powered();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    ask(transfer("00A2000000"));
    device.reset();
    configure(device);
    give(bytes("9000"));
    await clock.advance(2 * TIME_EXTENSION_MS * 1000);
    expect(readHex(device, 2)).toBe("pending");
    expect(clock.pendingAlarms).toBe(0);
  });
});

describe("the other pipes of a reader", () => {
  it("tell that the card was put in and taken out, the last of it only", () => {
    const { device, reader, ask } = unpowered();
    expect(readHex(device, 3)).toBe("5003");
    expect(readHex(device, 3)).toBe("pending");
    reader.setCardPresent(false);
    expect(ask(STATUS)).toBe("81000000000006020000");
    expect(ask(POWER_ON)).toBe("8000000000000442FE00");
    expect(readHex(device, 3)).toBe("5002");
    reader.setCardPresent(true);
    reader.setCardPresent(false);
    reader.setCardPresent(true);
    expect(readHex(device, 3)).toBe("5003");
    expect(readHex(device, 3)).toBe("pending");
  });

  it("stall clock frequencies and data rates that the descriptor does not announce", () => {
    const { device } = unpowered();
    expect(controlHex(device, "A1 02 00 00 00 00 04 00")).toBe("stall");
    expect(controlHex(device, "A1 03 00 00 00 00 04 00")).toBe("stall");
  });

  it("tell those that it announces", () => {
    const announced = { numClockSupported: 1, numDataRatesSupported: 1 };
    const { device } = unpowered({ ...YUBIKEY5_CCID_DESCRIPTOR, ...announced });
    expect(controlHex(device, "A1 02 00 00 00 00 04 00")).toBe("A00F0000");
    expect(controlHex(device, "A1 03 00 00 00 00 04 00")).toBe("00B00400");
  });

  it("let a host that lost its place in a message begin anew", () => {
    const { device, ask } = unpowered();
    expect(ask("6FFF00000000050000")).toBe("pending");
    expect(controlHex(device, "21 01 00 05 00 00 00 00")).toBe("");
    expect(ask("72000000000005000000")).toBe("81000000000005010000");
  });

  it("stall an abort of another slot, and unknown requests", () => {
    const { device } = unpowered();
    expect(controlHex(device, "21 01 01 05 00 00 00 00")).toBe("stall");
    expect(controlHex(device, "21 04 00 00 00 00 00 00")).toBe("stall");
  });
});
