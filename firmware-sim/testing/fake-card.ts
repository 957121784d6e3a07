// Cards and HID applications for tests of ports: they do what the test says.

import { bytes } from "../../core/wire/testing/frames.ts";
import type { Card, Eventually, HidApplication } from "../applets/applet.ts";

/** A YubiKey 5's, over USB and over NFC. */
export const CONTACT_ATR: Uint8Array = bytes("3BFD1300008131FE158073C021C057597562694B657940");
export const CONTACTLESS_ATR: Uint8Array = bytes("3B8D80018073C021C057597562694B6579F9");
export const SELECT_OATH: Uint8Array = bytes("00A4040007A0000005272101");
/** What the worked examples of the CCID and vpcd documents answer to it. */
export const SELECTED: Uint8Array = bytes("790305040371080001020304050607" + "9000");

/** A card that answers SELECT as the documents do, and anything else as told. */
export interface FakeCard extends Card {
  /** Commands that came. */
  readonly commands: Uint8Array[];
  /** How often it was reset. */
  resets: number;
  answer: (apdu: Uint8Array) => Eventually<Uint8Array>;
}

/** Makes one; other commands than SELECT are answered 6D00 unless told otherwise. */
export function fakeCard(): FakeCard {
  const select = Buffer.from(SELECT_OATH);
  const card: FakeCard = {
    commands: [],
    resets: 0,
    answer: () => bytes("6D00"),
    atr: (by) => (by === "contact" ? CONTACT_ATR : CONTACTLESS_ATR),
    transmit: (apdu) => {
      card.commands.push(apdu);
      return select.equals(apdu) ? SELECTED : card.answer(apdu);
    },
    reset: () => {
      card.resets++;
    },
  };
  return card;
}

/** An answer that comes when the test says so. */
export function laterAnswer(): {
  readonly promise: Promise<Uint8Array>;
  readonly give: (answer: Uint8Array) => void;
} {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  return { promise, give: resolve };
}

/** A HID application that gives back the last feature report, and types what the test says. */
export interface FakeHid extends HidApplication {
  readonly written: Uint8Array[];
  resets: number;
  type(...reports: readonly Uint8Array[]): void;
}

/** Makes one. */
export function fakeHid(featureReportBytes = 8): FakeHid {
  const listeners = new Set<() => void>();
  const inputs: Uint8Array[] = [];
  const hid: FakeHid = {
    featureReportBytes,
    written: [],
    resets: 0,
    setFeatureReport: (report) => void hid.written.push(report),
    getFeatureReport: () => hid.written.at(-1) ?? new Uint8Array(featureReportBytes),
    takeInputReport: () => inputs.shift(),
    onInput: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reset: () => {
      hid.resets++;
    },
    type: (...reports) => {
      inputs.push(...reports);
      for (const listener of listeners) listener();
    },
  };
  return hid;
}
