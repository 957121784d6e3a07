import { expect, test } from "vitest";
import { MAX_SECRET_BYTES } from "../../core/oath/parameters.ts";
import { describeSecret } from "../../core/oath/secret.ts";
import { RFC6238_VECTORS, rfc4226Secret, rfc6238Secret } from "../../core/oath/vectors.ts";
import { testShell } from "../testing/shell.ts";
import { COMPLETE_COMMANDS } from "./complete.ts";

const HEX = Buffer.from(rfc4226Secret()).toString("hex");

function refusal(answer: string): string {
  return /^error: ([a-z0-9-]+): [^\n]+$/.exec(answer)?.[1] ?? `no error: ${answer}`;
}

test("version tells model and limits on one line", () => {
  expect(testShell("complete").ask("version")).toMatch(
    /^oathbed-shell 1 profile=serial-shell firmware=[\d.]+ credentials=8 .* button=no\n$/,
  );
  expect(testShell("complete", { showSeconds: 15 }).ask("version")).toMatch(/ button=yes\n$/);
});

test("help has a line for every command", () => {
  const lines = testShell("complete").ask("help").trimEnd().split("\n");
  expect(lines.map((line) => /^[a-z0-9]+/.exec(line)?.[0])).toEqual(COMPLETE_COMMANDS);
});

test.each(RFC6238_VECTORS)("totp at $seconds s, all three hashes", (vector) => {
  const { ask } = testShell("complete");
  for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
    const hex = Buffer.from(rfc6238Secret(algorithm)).toString("hex");
    expect(ask(`algo ${algorithm}`)).toBe("ok\n");
    expect(ask(`keyhex ${hex}`)).toBe("ok\n");
    expect(ask("digit 8")).toBe("ok\n");
    ask(`time ${vector.seconds}`);
    expect(ask("totp")).toBe(
      `Timestamp: ${vector.seconds}\nCounter: ${vector.timeStep}\n${vector.codes[algorithm]}\n`,
    );
  }
});

test("key and keyhex set the same secret; key shows its fingerprint only", () => {
  const { ask } = testShell("complete");
  expect(ask("key")).toBe("none\n");
  expect(ask("key 12345678901234567890")).toBe("ok\n");
  const shown = ask("key");
  expect(shown).toBe(`${describeSecret(rfc4226Secret())}\n`);
  expect(ask(`keyhex ${HEX.toUpperCase()}`)).toBe("ok\n");
  expect(ask("key")).toBe(shown);
});

const NO_SECRETS = [
  "key ",
  `key ${"k".repeat(129)}`,
  "keyhex",
  "keyhex ",
  "keyhex 123",
  "keyhex 0x12",
  "keyhex 12 34",
  `keyhex ${"00".repeat(129)}`,
];

test.each(NO_SECRETS.map((line) => [line.slice(0, 20), line] as const))(
  "%s is no secret and changes nothing",
  (_, line) => {
    const { ask } = testShell("complete");
    ask("key before");
    const before = ask("key");
    expect(refusal(ask(line))).toBe("bad-parameters");
    expect(ask("key")).toBe(before);
  },
);

test("secrets have up to 128 bytes, in hex and in characters", () => {
  const { ask, token } = testShell("complete");
  expect(token.profile.secretBytes.high).toBeLessThan(MAX_SECRET_BYTES);
  expect(ask(`keyhex ${"ab".repeat(128)}`)).toBe("ok\n");
  expect(ask(`key ${"k".repeat(128)}`)).toBe("ok\n");
});

test.each([
  ["digit", "6\n", "8", ["5", "11", "x", "", "+8", "8 ", "8.0"]],
  ["algo", "SHA1\n", "SHA256", ["sha256", "MD5", "", "SHA1 "]],
  ["step", "30\n", "60", ["0", "3601", "86401", "-30", "1e2", ""]],
  ["t0", "0\n", "4294967295", ["4294967296", "-1", "x", ""]],
])("%s is shown, set for the key there is, and checked", (word, first, value, bad) => {
  const { ask, token } = testShell("complete");
  expect(ask(word)).toBe(first);
  expect(ask(`${word} ${value}`)).toBe("ok\n");
  expect(ask(word)).toBe(`${value}\n`);
  ask("key 12345678901234567890");
  const parameters = token.list()[0]?.parameters;
  expect(Object.values(parameters ?? {}).map(String)).toContain(value);
  for (const text of bad) expect(refusal(ask(`${word} ${text}`)), text).toBe("bad-parameters");
  expect(ask(word)).toBe(`${value}\n`);
  expect(token.list()[0]?.parameters).toEqual(parameters);
  expect(ask(`${word} ${first.trimEnd()}`)).toBe("ok\n");
  expect(Object.values(token.list()[0]?.parameters ?? {}).map(String)).not.toContain(value);
});

test("settings are checked before there is a key, too", () => {
  const { ask } = testShell("complete");
  for (const line of ["digit 5", "step 3601", "step 0"]) {
    expect(refusal(ask(line)), line).toBe("bad-parameters");
  }
  expect([ask("digit"), ask("step")]).toEqual(["6\n", "30\n"]);
});

test("settings of a default credential written whole are the ones shown, its kind stays", () => {
  const { ask, token } = testShell("complete");
  ask(`keyput default totp SHA512 8 60 5 0 ${HEX}`);
  expect(["digit", "algo", "step", "t0"].map((word) => ask(word).trim())).toEqual([
    "8",
    "SHA512",
    "60",
    "5",
  ]);
  ask("digit 7");
  expect(token.list()[0]?.parameters).toEqual({
    kind: "totp",
    algorithm: "SHA512",
    digits: 7,
    stepSeconds: 60,
    t0: 5,
  });
  ask(`keyput default hotp SHA1 6 0 0 9 ${HEX}`);
  ask("digit 8");
  expect(token.list()[0]).toMatchObject({ parameters: { kind: "hotp", digits: 8 }, counter: 9n });
});

test("time is set and shown to the end of the year 9999", () => {
  const { ask } = testShell("complete");
  expect(ask("time 253402300799")).toBe("Date: 9999/12/31 - 23:59:59\nTimestamp: 253402300799\n");
  expect(refusal(ask("time 253402300800"))).toBe("time-out-of-range");
  for (const text of ["-1", "1e9", "1.5", "", "now", "9007199254740992"]) {
    expect(refusal(ask(`time ${text}`)), text).toBe("bad-parameters");
  }
  expect(ask("time")).toContain("253402300799");
});

test("credentials are written, listed, used by name and removed", () => {
  const { ask } = testShell("complete");
  expect(ask(`keyput ACME%3Abob%20%C3%A9 hotp SHA1 6 0 0 3 ${HEX}`)).toBe("ok\n");
  expect(ask(`keyput t totp SHA256 8 60 100 0 ${HEX}`)).toBe("ok\n");
  expect(ask("list")).toBe("ACME%3Abob%20%C3%A9 hotp SHA1 6 0 0\nt totp SHA256 8 60 100\nok\n");
  expect(ask("hotp next ACME%3Abob%20%C3%A9")).toBe("Counter: 3\n969429\n");
  expect(ask("hotp 0 ACME%3Abob%20%C3%A9")).toBe("Counter: 0\n755224\n");
  expect(ask("totp t")).toMatch(/^Timestamp: 1767225600\nCounter: 29453758\n\d{8}\n$/);
  expect(refusal(ask("totp ACME%3Abob%20%C3%A9"))).toBe("wrong-kind");
  expect(refusal(ask("hotp 0 t"))).toBe("wrong-kind");
  expect(ask("rm t")).toBe("ok\n");
  expect(refusal(ask("rm t"))).toBe("no-credential");
  expect(refusal(ask("totp t"))).toBe("no-credential");
});

test("hotp next counts through Appendix D and stops at 2^64 - 1", () => {
  const { ask } = testShell("complete");
  ask(`keyput e hotp SHA1 6 0 0 0 ${HEX}`);
  expect(ask("hotp")).toBe("Counter: 0\n755224\n");
  expect(ask("hotp next")).toBe("Counter: 1\n287082\n");
  expect(ask("hotp 9")).toBe("Counter: 9\n520489\n");
  ask(`keyput e hotp SHA1 6 0 0 18446744073709551615 ${HEX}`);
  expect(ask("hotp next")).toMatch(/^Counter: 18446744073709551615\n\d{6}\n$/);
  expect(refusal(ask("hotp next"))).toBe("counter-exhausted");
});

test("a counter the host names goes to the default credential first, of either kind", () => {
  const { ask } = testShell("complete");
  ask(`keyput e hotp SHA1 8 0 0 0 ${HEX}`);
  expect(ask("hotp 0")).toBe("Counter: 0\n84755224\n");
  ask("key 12345678901234567890");
  expect(ask("hotp 0")).toBe("Counter: 0\n755224\n");
});

test.each([
  ["keyput", "bad-parameters"],
  [`keyput n totp SHA1 6 30 0 0`, "bad-parameters"],
  [`keyput n totp SHA1 6 30 0 0 ${HEX} more`, "bad-parameters"],
  [`keyput n clock SHA1 6 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput n totp MD5 6 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput n totp SHA1 5 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput n totp SHA1 6 0 0 0 ${HEX}`, "bad-parameters"],
  [`keyput n totp SHA1 6 30 -1 0 ${HEX}`, "bad-parameters"],
  [`keyput n hotp SHA1 6 0 0 18446744073709551616 ${HEX}`, "bad-parameters"],
  [`keyput n totp SHA1 6 30 0 0 ${HEX}0`, "bad-parameters"],
  [`keyput %ZZ totp SHA1 6 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput %C3 totp SHA1 6 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput %00 totp SHA1 6 30 0 0 ${HEX}`, "bad-parameters"],
  [`keyput ${"n".repeat(65)} totp SHA1 6 30 0 0 ${HEX}`, "bad-parameters"],
  ["totp", "no-credential"],
  ["totp %ZZ", "bad-parameters"],
  ["hotp next", "no-credential"],
  ["hotp 0", "no-credential"],
  ["hotp later", "bad-parameters"],
  ["hotp -1", "bad-parameters"],
  ["hotp next a b", "bad-parameters"],
  ["rm", "bad-parameters"],
  ["list all", "bad-parameters"],
  ["help me", "bad-parameters"],
  ["version ", "bad-parameters"],
  ["blink", "bad-parameters"],
  ["TOTP", "bad-parameters"],
  ["toString", "bad-parameters"],
  ["__proto__ x", "bad-parameters"],
  [" totp", "bad-parameters"],
])("%s is refused as %s and changes nothing", (line, reason) => {
  const { ask, token } = testShell("complete");
  expect(refusal(ask(line))).toBe(reason);
  expect(token.list()).toEqual([]);
});

test("the longest credential fits into a line, and one more slot does not", () => {
  const { ask } = testShell("complete");
  const long = (at: number): string => `${at}${"%C3%A9".repeat(31)}`;
  const put = (at: number): string =>
    ask(`keyput ${long(at)} hotp SHA512 10 0 0 18446744073709551615 ${"ab".repeat(128)}`);
  for (let at = 0; at < 8; at++) expect(put(at)).toBe("ok\n");
  expect(refusal(put(8))).toBe("full");
  expect(ask("list").split("\n")).toHaveLength(10);
});

test("codes of any kind need the button where there is one, time and list do not", () => {
  const { ask, token } = testShell("complete", { showSeconds: 15 });
  ask("key 12345678901234567890");
  ask(`keyput e hotp SHA1 6 0 0 0 ${HEX}`);
  const lines = ["totp", "hotp 0", "hotp next e", "hotp 5 e", "totp default"];
  for (const line of lines) expect(refusal(ask(line)), line).toBe("button-needed");
  expect(ask("list")).toMatch(/ok\n$/);
  token.pressButton();
  for (const line of lines) expect(ask(line), line).toMatch(/^\w+: /);
});

test("before T0 there is no code", () => {
  const { ask } = testShell("complete");
  ask("key 12345678901234567890");
  ask("t0 4000000000");
  expect(refusal(ask("totp"))).toBe("before-t0");
});
