import { expect, test } from "vitest";
import { totpParameters } from "../core/oath/parameters.ts";
import { putHotp, putTotp, refusalOf, START_SECONDS, testToken } from "./testing/token.ts";

test("an always-on display shows the code of now, and changes with the step", async () => {
  const { token, world } = testToken();
  expect(token.displayText()).toBe("");
  putTotp(token);
  const first = token.displayText();
  expect(first).toBe(token.totp().code);
  await world.advance(29_999_999);
  expect(token.displayText()).toBe(first);
  await world.advance(1);
  expect(token.displayText()).toBe(token.totp().code);
  expect(token.displayText()).not.toBe(first);
});

test("a press-to-show token is dark and has no codes until the button is pressed", () => {
  const { token } = testToken({ showSeconds: 15 });
  putTotp(token, "time");
  putHotp(token, "event");
  expect(token.displayText()).toBe("");
  for (const act of [
    () => token.totp(),
    () => token.hotp(),
    () => token.hotp("event", 3n),
    () => token.codeAt("time", 3n),
  ]) {
    expect(refusalOf(act)).toBe("button-needed");
  }
  token.pressButton();
  expect(token.displayText()).toBe(token.totp().code);
});

test("a press lights the display for its seconds, to the microsecond", async () => {
  const { token, world } = testToken({ showSeconds: 15 });
  putTotp(token);
  token.pressButton();
  await world.advance(14_999_999);
  expect(token.displayText()).toHaveLength(6);
  expect(refusalOf(() => token.totp())).toBe("none");
  await world.advance(1);
  expect(token.displayText()).toBe("");
  expect(refusalOf(() => token.totp())).toBe("button-needed");
});

test("what a press has put there does not change while it is lit", async () => {
  const { token, world } = testToken({ showSeconds: 15, startSeconds: START_SECONDS + 29 });
  putTotp(token);
  token.pressButton();
  const shown = token.displayText();
  await world.advance(2e6);
  expect(token.displayText()).toBe(shown);
  expect(token.totp().code).not.toBe(shown);
});

test("a press makes the next event-based code, and the port gets that one once", () => {
  const { token } = testToken({ showSeconds: 15 });
  putHotp(token);
  token.pressButton();
  expect(token.displayText()).toBe("755224");
  expect(token.hotp()).toMatchObject({ code: "755224", movingFactor: 0n });
  expect(token.hotp()).toMatchObject({ code: "287082", movingFactor: 1n });
});

test("an event-based code that nobody fetched is lost when the display goes dark", async () => {
  const { token, world } = testToken({ showSeconds: 15 });
  putHotp(token);
  token.pressButton();
  await world.advance(15e6);
  token.pressButton();
  expect(token.displayText()).toBe("287082");
});

test("an always-on display shows an event-based code from a press on", () => {
  const { token } = testToken();
  putHotp(token);
  expect(token.displayText()).toBe("");
  token.pressButton();
  expect(token.displayText()).toBe("755224");
  token.pressButton();
  expect(token.displayText()).toBe("287082");
});

test("a press while it is lit goes on to the next credential, and round again", async () => {
  const { token, world } = testToken({ showSeconds: 15 });
  putTotp(token, "six");
  putTotp(token, "eight", totpParameters({ digits: 8 }));
  token.pressButton();
  expect(token.displayText()).toHaveLength(6);
  token.pressButton();
  expect(token.displayText()).toHaveLength(8);
  expect(token.totp().code).toHaveLength(8);
  await world.advance(15e6);
  token.pressButton();
  expect(token.displayText(), "dark: the same again").toHaveLength(8);
  token.pressButton();
  expect(token.displayText()).toHaveLength(6);
});

test("the first press on an always-on display goes to the second credential", () => {
  const { token } = testToken();
  putTotp(token, "six");
  putTotp(token, "eight", totpParameters({ digits: 8 }));
  expect(token.displayText()).toHaveLength(6);
  token.pressButton();
  expect(token.displayText()).toHaveLength(8);
  token.pressButton();
  expect(token.displayText()).toHaveLength(6);
});

test("a replaced or removed credential is not shown any more, nor its code given out", () => {
  const { token } = testToken({ showSeconds: 15 });
  putHotp(token, "event", 0n);
  token.pressButton();
  putHotp(token, "event", 5n);
  expect(token.displayText()).toBe("");
  token.pressButton();
  expect(token.hotp().movingFactor).toBe(5n);
  token.remove("event");
  expect(token.displayText()).toBe("");
  token.pressButton();
  expect(token.displayText()).toBe("");
});

test("shows Err when there is no code to show", () => {
  const parameters = totpParameters({ t0: START_SECONDS + 3600 });
  for (const showSeconds of [0, 15]) {
    const { token } = testToken({ showSeconds });
    putTotp(token, "time", parameters);
    token.pressButton();
    expect(token.displayText()).toBe("Err");
  }
  const { token } = testToken({ showSeconds: 15 });
  putHotp(token, "event", 2n ** 64n - 1n);
  token.pressButton();
  token.pressButton();
  expect(token.displayText()).toBe("Err");
});

test("power that fails at a press leaves it dark, and the code is not shown again", () => {
  const { token } = testToken({ showSeconds: 15 });
  putHotp(token);
  token.failWrite(1, 1);
  token.pressButton();
  expect(token.powered).toBe(false);
  token.powerOn();
  expect(token.displayText()).toBe("");
  token.pressButton();
  expect(token.displayText()).toBe("287082");
});

test("a power cycle makes it dark", () => {
  const { token } = testToken({ showSeconds: 15 });
  putTotp(token);
  token.pressButton();
  token.powerOff();
  token.powerOn();
  expect(token.displayText()).toBe("");
});
