// Power fails while memory is written: old or new, never half, and no HOTP code twice.

import { expect, test } from "vitest";
import { bytes, utf8 } from "../../core/wire/testing/frames.ts";
import { accessProof, type YkoathRequest } from "../../core/wire/ykoath.ts";
import {
  apduOf,
  calculateOf,
  codeOf,
  putOf,
  SELECT_OATH,
  type TestSmartToken,
  testSmartToken,
} from "./testing/smart-token.ts";

const PROGRESSES = Array.from({ length: 21 }, (_, at) => at / 20);
const KEY = new Uint8Array(16).fill(5);
const CHALLENGE = new Uint8Array(8).fill(6);
const SET_CODE: YkoathRequest = {
  kind: "set-code",
  keyType: 0x21,
  key: KEY,
  challenge: CHALLENGE,
  response: accessProof(KEY, CHALLENGE),
};

/** A card with a TOTP and a HOTP credential. */
function prepared(): TestSmartToken {
  const card = testSmartToken();
  card.put("time");
  card.put("event", { type: "hotp", digits: 6 });
  return card;
}

/** What a host can see after power came back, without using up codes. */
function seenBy({ send, ask }: TestSmartToken): string {
  const select = send(SELECT_OATH).replace(/7408.{16}/, "74..");
  const all = { kind: "calculate-all", challenge: bytes("0000000000000001") } as const;
  return [select, send("00A1000000"), ask({ ...all, truncated: false })].join(" ");
}

const WRITES: readonly YkoathRequest[] = [
  putOf("new"),
  { ...putOf("time"), secret: new Uint8Array(64).fill(0xff), digits: 6 },
  { ...putOf("event"), type: "hotp", digits: 8, initialMovingFactor: 0xffff_ffff },
  { kind: "delete", name: utf8("time") },
  { kind: "rename", from: utf8("time"), to: utf8("renamed") },
  SET_CODE,
  { kind: "reset" },
];

test.each(WRITES)(
  "power that fails in $kind leaves what was there or what was meant",
  (request) => {
    const old = seenBy(prepared());
    const done = prepared();
    expect(done.ask(request)).toBe("9000");
    const next = seenBy(done);
    expect(next).not.toBe(old);
    for (const progress of PROGRESSES) {
      const card = prepared();
      card.token.failWrite(1, progress);
      expect(card.ask(request)).toBe("6F00");
      expect(card.token.powered).toBe(false);
      card.token.powerOn();
      expect(seenBy(card), `at ${progress}`).toBe(progress < 1 ? old : next);
    }
  },
);

test("power that fails at any later write of RESET has reset all the same", () => {
  for (const progress of PROGRESSES) {
    for (const write of [2, 3]) {
      const card = prepared();
      card.token.failWrite(write, progress);
      expect(card.send("0004DEAD")).toBe("6F00");
      card.token.powerOn();
      card.send(SELECT_OATH);
      expect(card.send("00A1000000")).toBe("9000");
      expect(Object.keys(card.token.snapshot().records), "no secret stays behind").toEqual(["0"]);
    }
  }
});

test("whenever power fails, no HOTP code is given out twice", () => {
  for (const progress of PROGRESSES) {
    const card = prepared();
    const given: string[] = [];
    for (let turn = 0; turn < 9; turn++) {
      if (turn % 3 === 1) card.token.failWrite(1, progress);
      const answer = card.ask(calculateOf("event"));
      if (answer.endsWith("9000")) given.push(codeOf(answer));
      else expect(answer).toBe("6F00");
      card.token.powerOn();
      card.send(SELECT_OATH);
    }
    expect(given).toHaveLength(6);
    expect(new Set(given).size).toBe(6);
  }
});

test("power that fails after a touch loses the answer, not the card", async () => {
  const card = testSmartToken({ touch: "button" });
  card.put("event", { type: "hotp", digits: 6, property: 2 });
  card.token.failWrite(1);
  const answer = card.sendLater(apduOf(calculateOf("event")));
  card.token.press();
  expect(await answer).toBe("6F00");
  card.token.powerOn();
  card.send(SELECT_OATH);
  const again = card.sendLater(apduOf(calculateOf("event")));
  card.token.press();
  expect(codeOf(await again)).toBe("755224");
});

test("a failure that was planned goes with the chip that is exchanged", () => {
  const card = testSmartToken();
  card.put("kept");
  const state = card.token.snapshot();
  card.token.failWrite(1);
  card.token.restore(state);
  card.send(SELECT_OATH);
  expect(card.put("after")).toBe("9000");
});

test("reading wears nothing out", () => {
  const card = prepared();
  const before = card.token.writes;
  seenBy(card);
  card.ask(calculateOf("time", 1n));
  expect(card.token.writes).toBe(before);
});

test("ports hear of the power, once a change", () => {
  const { token } = testSmartToken();
  const heard: boolean[] = [];
  const stop = token.onPower((powered) => heard.push(powered));
  token.powerOn();
  token.powerOff();
  token.powerOff();
  token.powerOn();
  stop();
  token.powerOff();
  expect(heard).toEqual([false, true]);
});
