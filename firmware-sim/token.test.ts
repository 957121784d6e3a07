import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../core/oath/vectors.ts";
import { NonVolatileMemory } from "./memory.ts";
import { createOscillator } from "./oscillators/create.ts";
import { putHotp, putTotp, refusalOf, START_SECONDS, testToken } from "./testing/token.ts";

test.each(RFC6238_VECTORS)("shows RFC 6238 Appendix B at $seconds s", (vector) => {
  const { token } = testToken();
  for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
    const parameters = totpParameters({ algorithm, digits: 8 });
    token.put({ name: algorithm, secret: rfc6238Secret(algorithm), parameters });
    token.setTime(vector.seconds);
    const code = vector.codes[algorithm];
    const { timeStep, seconds } = vector;
    expect(token.totp(algorithm)).toEqual({ code, movingFactor: timeStep, tokenSeconds: seconds });
  }
});

test("counts through RFC 4226 Appendix D", () => {
  const { token } = testToken();
  putHotp(token);
  for (const { counter, code } of RFC4226_VECTORS) {
    expect(token.hotp()).toEqual({ code, movingFactor: counter, tokenSeconds: START_SECONDS });
  }
  expect(token.list()[0]?.counter).toBe(10n);
});

test("makes a code for a counter the host names, and does not count it", () => {
  const { token } = testToken();
  putHotp(token);
  expect(token.hotp("event", 9n).code).toBe("520489");
  expect(token.codeAt("event", 9n).code).toBe("520489");
  expect(token.hotp("event").movingFactor).toBe(0n);
});

test("makes a code for a moving factor of a time-based credential too, where a port offers it", () => {
  const { token } = testToken();
  putTotp(token);
  expect(token.codeAt("time", 1n).code).toBe("287082");
  expect(refusalOf(() => token.hotp("time", 1n))).toBe("wrong-kind");
});

test("the last counter is given out once, and never wraps", () => {
  const { token } = testToken();
  putHotp(token, "event", 2n ** 64n - 1n);
  expect(token.hotp().movingFactor).toBe(2n ** 64n - 1n);
  expect(refusalOf(() => token.hotp())).toBe("counter-exhausted");
  token.powerOff();
  token.powerOn();
  expect(refusalOf(() => token.hotp())).toBe("counter-exhausted");
  expect(refusalOf(() => token.hotp("event", 2n ** 64n))).toBe("bad-parameters");
  expect(refusalOf(() => token.codeAt("event", -1n))).toBe("bad-parameters");
});

test("makes codes from its own drifting time", async () => {
  const oscillator = createOscillator("perfect", { ratePpm: 25 });
  const { token, world } = testToken({ oscillator });
  putTotp(token);
  await world.advance(365 * 86_400e6);
  const { code, tokenSeconds } = token.totp();
  const expectedSeconds = START_SECONDS + Math.floor(365 * 86_400 * (1 + 25e-6));
  expect(tokenSeconds).toBe(expectedSeconds);
  const secret = rfc4226Secret();
  expect(code).toBe(generateSync({ strategy: "totp", secret, epoch: expectedSeconds }));
  expect(token.offsetUs() / 1e6).toBeCloseTo(788.4, 3);
  expect(token.ratePpm()).toBeCloseTo(25, 5);
});

test("has no code before T0, nor outside its time range", async () => {
  const { token, world } = testToken({ model: "display-token", showSeconds: 0 });
  const { toSeconds } = token.profile.timeRange;
  putTotp(token, "time", totpParameters({ t0: START_SECONDS + 60 }));
  expect(refusalOf(() => token.totp())).toBe("before-t0");
  await world.advance(60e6);
  expect(token.totp().movingFactor).toBe(0n);
  token.setTime(toSeconds);
  expect(refusalOf(() => token.totp())).toBe("none");
  await world.advance(1e6);
  expect(refusalOf(() => token.totp())).toBe("time-out-of-range");
});

test("without a name the first credential of the kind is meant", () => {
  const { token } = testToken();
  expect(refusalOf(() => token.totp())).toBe("no-credential");
  putHotp(token, "event");
  expect(refusalOf(() => token.totp())).toBe("wrong-kind");
  putTotp(token, "time");
  putTotp(token, "other", totpParameters({ digits: 8 }));
  expect(token.totp().code).toHaveLength(6);
  expect(token.totp("other").code).toHaveLength(8);
  expect(token.hotp().code).toBe("755224");
  expect(refusalOf(() => token.totp("event"))).toBe("wrong-kind");
  expect(refusalOf(() => token.totp("none"))).toBe("no-credential");
  expect(refusalOf(() => token.hotp("none"))).toBe("no-credential");
});

test("a credential of the same name is replaced, counter and all", () => {
  const { token } = testToken();
  putHotp(token, "event", 5n);
  token.hotp();
  putHotp(token, "event", 0n);
  expect(token.hotp().code).toBe("755224");
  expect(token.list()).toHaveLength(1);
});

test("a time-based credential has no counter", () => {
  const { token } = testToken();
  const parameters = totpParameters();
  token.put({ name: "time", secret: rfc4226Secret(), parameters, counter: 7n });
  expect(token.list()[0]?.counter).toBe(0n);
});

test("keeps a copy of the secret, and lists copies", () => {
  const { token } = testToken();
  const secret = rfc4226Secret();
  token.put({ name: "event", secret, parameters: hotpParameters() });
  secret.fill(0);
  token.list()[0]?.secret.fill(0);
  expect(token.hotp().code).toBe("755224");
});

test("a removed credential is gone, also after a power cycle", () => {
  const { token } = testToken();
  putHotp(token, "a");
  putHotp(token, "b");
  token.remove("a");
  token.powerOff();
  token.powerOn();
  expect(token.list().map(({ name }) => name)).toEqual(["b"]);
  expect(refusalOf(() => token.remove("a"))).toBe("no-credential");
});

test("a memory of another size is refused", () => {
  const memory = new NonVolatileMemory(3);
  expect(() => testToken({ memory })).toThrow(/software needs a memory of 32 slots/);
});

test("no refusal tells the secret", () => {
  const { token } = testToken();
  const secret = new TextEncoder().encode("hush-hush");
  const acts = [
    () => token.put({ name: "", secret, parameters: hotpParameters() }),
    () => token.put({ name: "a", secret, parameters: { ...hotpParameters(), digits: 99 } }),
    () => token.put({ name: "a", secret, parameters: hotpParameters(), counter: -1n }),
  ];
  for (const act of acts) {
    expect(act).toThrow(/must/);
    expect(act).not.toThrow(/hush|68757368/);
  }
});
