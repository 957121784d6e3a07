import { expect, test } from "vitest";
import { calculateOf, codeOf, SELECT_OATH, testSmartToken } from "./applets/testing/smart-token.ts";
import { parseTokenState } from "./token-state.ts";

function used() {
  const card = testSmartToken({ serial: 4711 });
  card.put("time");
  card.put("event", { type: "hotp", digits: 6 });
  card.ask(calculateOf("event"));
  return card;
}

test("a token goes on from its state, serial number, id and counters included", () => {
  const before = used();
  const text = JSON.stringify(before.token.snapshot());
  const after = testSmartToken({ state: parseTokenState(JSON.parse(text)) });
  expect(after.token.info.serial).toBe(4711);
  expect(after.send(SELECT_OATH)).toBe(before.send(SELECT_OATH));
  expect(codeOf(after.ask(calculateOf("event")))).toBe("287082");
  expect(codeOf(after.ask(calculateOf("time", 1n)))).toBe("94287082");
});

test("a token is put back to an earlier state, and is then switched on", () => {
  const { token, ask, send } = used();
  const state = token.snapshot();
  expect(codeOf(ask(calculateOf("event")))).toBe("287082");
  send("0004DEAD");
  token.restore(state);
  expect(token.powered).toBe(true);
  expect(send("00A1000000")).toBe("6D00");
  send(SELECT_OATH);
  expect(codeOf(ask(calculateOf("event")))).toBe("287082");
  expect(token.snapshot()).not.toEqual(state);
});

test("refuses states that are none, naming the field and not its content", () => {
  const { token } = used();
  const state = token.snapshot();
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [null, /object/],
    [{ ...state, kind: "x" }, /kind/],
    [{ ...state, version: 2 }, /version/],
    [{ ...state, serial: 0 }, /serial/],
    [{ ...state, records: null }, /records/],
    [{ ...state, records: { 0: 5 } }, /records/],
  ];
  for (const [value, message] of bad) expect(() => parseTokenState(value)).toThrow(message);
});

test("refuses another profile's state, and records that cannot be, leaving the token as it is", () => {
  const { token, send } = used();
  const state = token.snapshot();
  const listed = send("00A1000000");
  const bad = [
    { ...state, profile: "yubikey4" },
    { ...state, records: { 9999: "AAAA" } },
    { ...state, records: { x: "AAAA" } },
    { ...state, records: { 0: "" } },
    { ...state, records: { 1: "AAAA" } },
  ];
  for (const broken of bad) expect(() => token.restore(broken)).toThrow(RangeError);
  expect(send("00A1000000")).toBe(listed);
  for (const broken of bad) expect(() => testSmartToken({ state: broken })).toThrow(RangeError);
});
