import { expect, test } from "vitest";
import { apduOf, calculateOf, codeOf, SELECT_OATH, testSmartToken } from "./testing/smart-token.ts";
import { TOUCH_TIMEOUT_MS } from "./touch.ts";

const TOUCHED = apduOf(calculateOf("touch", 1n));

function waiting(touch: "auto" | "button" | "never" = "button") {
  const token = testSmartToken({ touch });
  token.put("touch", { property: 2 });
  token.put("time");
  return token;
}

test("touched whenever it wants it, a card answers at once", () => {
  expect(codeOf(waiting("auto").send(TOUCHED))).toBe("94287082");
});

test("a press gives the code that waits", async () => {
  const { sendLater, token } = waiting();
  const answer = sendLater(TOUCHED);
  expect(token.isTouchAwaited).toBe(true);
  token.press();
  expect(token.isTouchAwaited).toBe(false);
  expect(codeOf(await answer)).toBe("94287082");
});

test("waits 15 seconds, no less and no more, and then answers 6982", async () => {
  const { sendLater, token, world } = waiting("never");
  const answer = sendLater(TOUCHED);
  await world.advance(TOUCH_TIMEOUT_MS * 1000 - 1);
  expect(token.isTouchAwaited).toBe(true);
  await world.advance(1);
  expect(token.isTouchAwaited).toBe(false);
  expect(await answer).toBe("6982");
  expect(world.pendingAlarms).toBe(0);
});

test("a press before does not count", async () => {
  const { sendLater, token, world } = waiting();
  token.press();
  const answer = sendLater(TOUCHED);
  await world.advance(TOUCH_TIMEOUT_MS * 1000);
  expect(await answer).toBe("6982");
});

test("another command ends the wait, and is answered", async () => {
  const { sendLater, send, token, world } = waiting();
  const first = sendLater(TOUCHED);
  expect(codeOf(send(apduOf(calculateOf("time", 1n))))).toBe("94287082");
  expect(await first).toBe("6982");
  const second = sendLater(TOUCHED);
  const third = sendLater(TOUCHED);
  expect(await second).toBe("6982");
  token.press();
  expect(codeOf(await third)).toBe("94287082");
  expect(world.pendingAlarms).toBe(0);
});

test("reset and power off end the wait", async () => {
  const { sendLater, send, token } = waiting();
  const first = sendLater(TOUCHED);
  token.card?.reset();
  expect(await first).toBe("6982");
  send(SELECT_OATH);
  const second = sendLater(TOUCHED);
  token.powerOff();
  expect(await second).toBe("6982");
  token.press();
  token.powerOn();
  expect(token.isTouchAwaited).toBe(false);
});

test("a HOTP credential with touch advances at the touch, not before", async () => {
  const { put, sendLater, token, world } = waiting();
  put("event", { type: "hotp", digits: 6, property: 2 });
  const calculate = apduOf(calculateOf("event"));
  const late = sendLater(calculate);
  await world.advance(TOUCH_TIMEOUT_MS * 1000);
  expect(await late).toBe("6982");
  const touched = sendLater(calculate);
  token.press();
  expect(codeOf(await touched)).toBe("755224");
});

test("refusals do not wait", () => {
  const { put, send } = waiting("never");
  put("up", { property: 3 });
  expect(send(apduOf(calculateOf("nobody", 1n)))).toBe("6984");
  expect(send(apduOf(calculateOf("touch")))).toBe("6A80");
});

test("the policy can be changed", () => {
  const { send, token } = waiting("never");
  token.setTouchPolicy("auto");
  expect(token.touchPolicy).toBe("auto");
  expect(codeOf(send(TOUCHED))).toBe("94287082");
});
