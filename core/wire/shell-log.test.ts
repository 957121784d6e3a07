import fc from "fast-check";
import { expect, test } from "vitest";
import { describeSecret } from "../oath/secret.ts";
import { rfc4226Secret } from "../oath/vectors.ts";
import { describeShellLine } from "./shell-log.ts";

const K20 = "12345678901234567890";
const K20_HEX = Buffer.from(K20, "ascii").toString("hex");
const SHOWN = `<${describeSecret(rfc4226Secret())}>`;

test.each(["totp", "time 59", "digit 8", "key", "keyhex", "hotp 0", ""])("shows %j", (line) => {
  expect(describeShellLine("to-token", line)).toBe(line);
});

test("shows of a secret its length and fingerprint, the same in every encoding", () => {
  expect(describeShellLine("to-token", `key ${K20}`)).toBe(`key ${SHOWN}`);
  expect(describeShellLine("to-token", `keyhex ${K20_HEX}`)).toBe(`keyhex ${SHOWN}`);
  expect(describeShellLine("to-token", `keyhex ${K20_HEX.toUpperCase()}`)).toBe(`keyhex ${SHOWN}`);
});

test("hides the argument of a mistyped keyhex as it stands", () => {
  expect(describeShellLine("to-token", "keyhex 123")).toMatch(/^keyhex <3 bytes, sha256:/);
});

test("hides the secret in the echo", () => {
  expect(describeShellLine("from-token", `key ${K20}`)).toBe(`key ${SHOWN}`);
});

test("hides the secret that a token shows in answer to key", () => {
  expect(describeShellLine("from-token", K20, "key")).toBe(SHOWN);
});

test("shows ok and errors in answer to key", () => {
  expect(describeShellLine("from-token", "ok", "key x")).toBe("ok");
  expect(describeShellLine("from-token", "error: too long", "key x")).toBe("error: too long");
});

test("hides pieces of the secret in an error", () => {
  expect(describeShellLine("from-token", "error: no hex: ZZ12abCD!", "keyhex zz12ABcd")).toBe(
    "error: no hex: …!",
  );
});

test("shows one printable line of bounded length", () => {
  expect(describeShellLine("from-token", "a\n\x1b[2J\xff\u20ac")).toBe("a\\n\\x1b[2J\\xff\\u20ac");
  const long = describeShellLine("from-token", "x".repeat(5000));
  expect(long).toBe(`${"x".repeat(200)} … (4800 more characters)`);
});

test("never shows four characters of a secret in a row, in any line about it", () => {
  const secret = fc.string({
    unit: fc.constantFrom(..."GHJKLMNPQ#%&"),
    minLength: 4,
    maxLength: 40,
  });
  const word = fc.constantFrom("key", "keyhex", "KEY", "keybase32", " key");
  const noise = fc.string({ unit: "binary-ascii", maxLength: 6 });
  fc.assert(
    fc.property(secret, word, noise, noise, (secret, word, before, after) => {
      const command = `${word} ${secret}`;
      const descriptions = [
        describeShellLine("to-token", command),
        describeShellLine("from-token", command),
        describeShellLine("from-token", `${before}${secret}${after}`, command),
        describeShellLine("from-token", `${before}${command}${after}`, command),
        describeShellLine("from-token", `error ${before}${secret.slice(1)}${after}`, command),
        describeShellLine("from-token", `${secret}`, word),
      ];
      for (let at = 0; at + 4 <= secret.length; at++) {
        for (const text of descriptions) expect(text).not.toContain(secret.slice(at, at + 4));
      }
    }),
  );
});
