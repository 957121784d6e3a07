import { expect, test } from "vitest";
import { hotpParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { createOscillator } from "./oscillators/create.ts";
import { putHotp, putTotp, refusalOf, START_SECONDS, testToken } from "./testing/token.ts";

const PROGRESSES = Array.from({ length: 41 }, (_, at) => at / 40);

test("a token without power refuses everything and shows nothing", () => {
  const { token } = testToken();
  putTotp(token);
  putHotp(token);
  token.powerOff();
  expect(token.powered).toBe(false);
  const acts = [
    () => token.totp(),
    () => token.hotp(),
    () => token.codeAt("time", 0n),
    () => token.list(),
    () => token.remove("time"),
    () => token.setTime(START_SECONDS),
    () => putTotp(token),
  ];
  for (const act of acts) expect(refusalOf(act)).toBe("off");
  token.pressButton();
  expect(token.displayText()).toBe("");
});

test("credentials and counters survive power cycles, and a move to another token", () => {
  const { token, memory } = testToken();
  putTotp(token);
  putHotp(token, "event", 41n);
  token.hotp();
  const before = token.list();
  for (let cycle = 0; cycle < 3; cycle++) {
    token.powerOff();
    token.powerOn();
    expect(token.list()).toEqual(before);
  }
  expect(testToken({ memory }).token.list()).toEqual(before);
  expect(token.hotp().movingFactor).toBe(42n);
});

test("power that fails while a credential is written leaves the old one or the new one", () => {
  for (const progress of PROGRESSES) {
    const { token } = testToken();
    putHotp(token, "event", 7n);
    token.failWrite(1, progress);
    const secret = new Uint8Array(64).fill(0xff);
    const parameters = hotpParameters({ digits: 8 });
    expect(refusalOf(() => token.put({ name: "event", secret, parameters }))).toBe("off");
    expect(token.powered).toBe(false);
    token.powerOn();
    const [stored, ...others] = token.list();
    expect(others).toEqual([]);
    const old = { secret: rfc4226Secret(), parameters: hotpParameters(), counter: 7n };
    const next = { secret, parameters, counter: 0n };
    const expected = progress < 1 ? old : next;
    expect(stored, `at ${progress}`).toEqual({ name: "event", ...expected });
  }
});

test("power that fails while a credential is removed leaves it or none", () => {
  for (const progress of PROGRESSES) {
    const { token } = testToken();
    putHotp(token);
    token.failWrite(1, progress);
    expect(refusalOf(() => token.remove("event"))).toBe("off");
    token.powerOn();
    expect(token.list()).toHaveLength(progress < 1 ? 1 : 0);
  }
});

test("whenever power fails, no event-based code is given out twice", () => {
  for (const progress of PROGRESSES) {
    const { token } = testToken();
    putHotp(token);
    const given: bigint[] = [];
    for (let turn = 0; turn < 12; turn++) {
      if (turn % 3 === 1) token.failWrite(1, progress);
      const refusal = refusalOf(() => given.push(token.hotp().movingFactor));
      expect(refusal).toBe(turn % 3 === 1 ? "off" : "none");
      token.powerOn();
    }
    expect(new Set(given).size).toBe(8);
    expect(given).toEqual(given.toSorted((a, b) => (a < b ? -1 : 1)));
  }
});

test("power fails in the n-th next write", () => {
  const { token } = testToken();
  putHotp(token);
  token.failWrite(3);
  expect([token.hotp().movingFactor, token.hotp().movingFactor]).toEqual([0n, 1n]);
  expect(refusalOf(() => token.hotp())).toBe("off");
  token.powerOn();
  expect(token.hotp().movingFactor).toBe(2n);
});

test("reading time-based codes and counters named by the host wears nothing out", () => {
  const { token, memory } = testToken();
  putTotp(token);
  putHotp(token);
  const before = memory.writes;
  token.totp();
  token.hotp("event", 5n);
  token.codeAt("time", 5n);
  token.list();
  token.displayText();
  expect(memory.writes).toBe(before);
});

test("a backed clock goes on while the power is off; another one starts again", async () => {
  const oscillator = createOscillator("perfect");
  const backed = testToken({ oscillator });
  const bare = testToken({ oscillator, profile: { clockSurvivesPowerOff: false } });
  for (const { token, world } of [backed, bare]) {
    token.powerOff();
    await world.advance(3600e6);
    token.powerOn();
  }
  expect(backed.token.nowUs()).toBe((START_SECONDS + 3600) * 1e6);
  expect(bare.token.nowUs()).toBe(0);
});

test("switching off or on twice is as good as once", () => {
  const { token } = testToken();
  token.powerOn();
  token.powerOff();
  token.powerOff();
  token.powerOn();
  expect(token.powered).toBe(true);
});
