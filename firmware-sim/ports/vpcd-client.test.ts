import { describe, expect, it } from "vitest";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import {
  CONTACT_ATR,
  CONTACTLESS_ATR,
  fakeCard,
  laterAnswer,
  SELECTED,
} from "../testing/fake-card.ts";
import { VpcdSession } from "./vpcd-client.ts";

function sessionOf(by?: "contact" | "contactless") {
  const card = fakeCard();
  const sent: string[] = [];
  const session = new VpcdSession({ card, ...(by === undefined ? {} : { by }) }, (frame) =>
    sent.push(hex(frame)),
  );
  return { card, sent, session, receive: (frame: string) => session.receive(bytes(frame)) };
}

describe("a card in a vpcd reader", () => {
  it("answers the worked example of the vpcd document", () => {
    const { receive, sent, card } = sessionOf("contactless");
    receive("000104");
    receive("000101");
    receive("000104");
    receive("000C00A4040007A0000005272101");
    receive("000100");
    const atr = `0012${hex(CONTACTLESS_ATR)}`;
    expect(sent).toEqual([atr, atr, `0011${hex(SELECTED)}`]);
    expect(card.resets).toBe(2);
  });

  it("has the ATR of a card in a slot unless told otherwise", () => {
    const { receive, sent } = sessionOf();
    receive("000104");
    expect(sent).toEqual([`0017${hex(CONTACT_ATR)}`]);
  });

  it("does not answer what has no answer", () => {
    const { receive, sent, card } = sessionOf();
    for (const frame of ["000100", "000101", "000102", "000103", "0000"]) receive(frame);
    expect(sent).toEqual([]);
    expect(card.resets).toBe(3);
  });

  it("takes frames in any pieces, and several at once", () => {
    const { receive, sent } = sessionOf();
    for (const byte of ["00", "0C", "00A40400", "07A0000005272101", "0001040001"]) receive(byte);
    receive("04");
    expect(sent).toHaveLength(3);
  });

  it("keeps the order while the card waits for a touch", async () => {
    const { receive, sent, card } = sessionOf();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    receive("000500A2000000");
    receive("000104");
    expect(sent).toEqual([]);
    give(bytes("9000"));
    await promise;
    await Promise.resolve();
    expect(sent).toEqual(["00029000", `0017${hex(CONTACT_ATR)}`]);
  });

  it("answers 6F00 if the card breaks its promise", async () => {
    const { receive, sent, card } = sessionOf();
    card.answer = () => Promise.reject(new Error("broken"));
    receive("000500A2000000");
    await new Promise(setImmediate);
    expect(sent).toEqual(["00026F00"]);
  });

  it("gives up a reader that asks on and on without an answer", () => {
    const { receive, card } = sessionOf();
    card.answer = () => laterAnswer().promise;
    receive("000500A2000000");
    const taken = Array.from({ length: 30 }, () => receive("000104"));
    expect(taken[0]).toBe(true);
    expect(taken.at(-1)).toBe(false);
  });

  it("sends nothing once it is closed", async () => {
    const { session, receive, sent, card } = sessionOf();
    const { promise, give } = laterAnswer();
    card.answer = () => promise;
    receive("000500A2000000");
    session.close();
    give(bytes("9000"));
    await new Promise(setImmediate);
    expect(sent).toEqual([]);
  });
});
