import { expect, test } from "vitest";
import { RFC4226_VECTORS, RFC6238_VECTORS } from "../../core/oath/vectors.ts";
import { type TestShell, testShell } from "../testing/shell.ts";
import type { TestTokenOptions } from "../testing/token.ts";

const REFUSED = "\nError!\n";

function withKey(options: TestTokenOptions = {}): TestShell {
  const made = testShell("arduino", options);
  made.ask("key 12345678901234567890");
  return made;
}

test("sets a key of raw characters without a word, and shows it in the clear", () => {
  const { ask } = testShell("arduino");
  expect(ask("key")).toBe("");
  expect(ask("key a key  with spaces ")).toBe("");
  expect(ask("key")).toBe("a key  with spaces \n");
});

test("a key has 1 to 122 characters", () => {
  const { ask } = testShell("arduino");
  expect(ask("key ")).toBe(REFUSED);
  expect(ask(`key ${"k".repeat(123)}`)).toBe(REFUSED);
  expect(ask("key")).toBe("");
  expect(ask(`key ${"k".repeat(122)}`)).toBe("");
  expect(ask("key")).toBe(`${"k".repeat(122)}\n`);
});

test.each(RFC4226_VECTORS)("hotp $counter gives $code, without a line end", ({ counter, code }) => {
  expect(withKey().ask(`hotp ${counter}`)).toBe(code);
});

test("hotp takes the whole of 64 bits", () => {
  const { ask } = withKey();
  expect(ask("hotp 18446744073709551615")).toMatch(/^\d{6}$/);
  expect(ask("hotp 18446744073709551616")).toBe(REFUSED);
});

test.each(RFC6238_VECTORS.filter(({ seconds }) => seconds < 2 ** 32))(
  "totp at $seconds s",
  (vector) => {
    const { ask } = withKey();
    ask("digit 8");
    ask(`time ${vector.seconds}`);
    expect(ask("totp")).toBe(
      `Timestamp: ${vector.seconds}\nCounter: ${vector.timeStep}\n${vector.codes.SHA1}`,
    );
  },
);

test("digit is shown, set for the key there is and for the next one, and checked", () => {
  const { ask } = testShell("arduino");
  expect(ask("digit")).toBe("6\n");
  expect(ask("digit 8")).toBe("");
  ask("key 12345678901234567890");
  expect(ask("hotp 0")).toBe("84755224");
  expect(ask("digit 7")).toBe("");
  expect(ask("hotp 0")).toBe("4755224");
  for (const digits of ["5", "11", "-6", "6.0", "0x6", "six", "", " 6"]) {
    expect(ask(`digit ${digits}`), digits).toBe(REFUSED);
  }
  expect(ask("digit")).toBe("7\n");
});

test("time is set and shown, within 32 bits", async () => {
  const { ask, world } = testShell("arduino");
  expect(ask("time 2147483648")).toBe("Date: 2038/1/19 - 3:14:8\nTimestamp: 2147483648\n");
  await world.advance(60e6);
  expect(ask("time")).toBe("Date: 2038/1/19 - 3:15:8\nTimestamp: 2147483708\n");
  expect(ask("time 4294967295")).toBe("Date: 2106/2/7 - 6:28:15\nTimestamp: 4294967295\n");
  for (const seconds of ["4294967296", "-1", "1e9", "12.5", "", "9".repeat(21)]) {
    expect(ask(`time ${seconds}`), seconds).toBe(REFUSED);
  }
});

test("without a key, or without a counter, there is no code", () => {
  const { ask } = testShell("arduino");
  expect(ask("totp")).toBe(REFUSED);
  expect(ask("hotp 0")).toBe(REFUSED);
  ask("key 12345678901234567890");
  for (const counter of ["", " ", " x", " -1", " 1 2"]) expect(ask(`hotp${counter}`)).toBe(REFUSED);
});

test("without the button there is no code of either kind", () => {
  const { ask, token } = withKey({ showSeconds: 15 });
  expect(ask("totp")).toBe(REFUSED);
  expect(ask("hotp 0")).toBe(REFUSED);
  token.pressButton();
  expect(ask("hotp 0")).toBe("755224");
});

test("help names the words; other words are passed over in silence", () => {
  const { ask } = testShell("arduino");
  expect(ask("help")).toBe("key time totp hotp digit help\n");
  for (const word of ["blink", "KEY", "keyhex 00", "toString", "__proto__", " key"]) {
    expect(ask(word), word).toBe("");
  }
});
