import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCredentialId, parseCredentialId } from "./credential-id.ts";

test.each([
  ["totp", "ACME:bob", { issuer: "ACME", account: "bob", stepSeconds: 30 }],
  ["totp", "60/ACME:bob", { issuer: "ACME", account: "bob", stepSeconds: 60 }],
  ["totp", "bob", { account: "bob", stepSeconds: 30 }],
  ["totp", "60/foo", { account: "foo", stepSeconds: 60 }],
  ["totp", "ACME:bob:home", { issuer: "ACME", account: "bob:home", stepSeconds: 30 }],
  ["totp", ":bob", { account: ":bob", stepSeconds: 30 }],
  ["totp", "a/b", { account: "a/b", stepSeconds: 30 }],
  ["hotp", "60/ACME:bob", { issuer: "60/ACME", account: "bob", stepSeconds: 30 }],
  ["hotp", ":bob", { account: ":bob", stepSeconds: 30 }],
  ["hotp", "bob", { account: "bob", stepSeconds: 30 }],
] as const)("reads the %s id %s", (type, text, id) => {
  expect(parseCredentialId(text, type)).toEqual({ kind: "credential-id", id });
});

test.each([
  ["totp", ""],
  ["hotp", ""],
  ["hotp", "ACME:"],
  ["totp", "0/bob"],
  ["totp", "86401/bob"],
  ["totp", `${"9".repeat(60)}/bob`],
] as const)("refuses the %s id %j", (type, text) => {
  expect(parseCredentialId(text, type).kind).toBe("malformed");
});

test.each([
  ["account", { account: "", stepSeconds: 30 }],
  ["issuer", { issuer: "a:b", account: "c", stepSeconds: 30 }],
  ["issuer", { issuer: "", account: "c", stepSeconds: 30 }],
  ["stepSeconds", { account: "c", stepSeconds: 0 }],
  ["credential id", { account: "é".repeat(33), stepSeconds: 30 }],
])("writes no id whose %s is wrong", (field, id) => {
  expect(() => formatCredentialId(id, "totp")).toThrow(new RegExp(`^${field} must`));
});

test("writes no period for HOTP, nor for 30 s", () => {
  expect(formatCredentialId({ issuer: "A", account: "b", stepSeconds: 60 }, "hotp")).toBe("A:b");
  expect(formatCredentialId({ issuer: "A", account: "b", stepSeconds: 30 }, "totp")).toBe("A:b");
  expect(formatCredentialId({ account: "b", stepSeconds: 60 }, "totp")).toBe("60/b");
});

test("reads back every id with an issuer that it writes", () => {
  const word = fc.stringMatching(/^[a-z@.]{1,12}$/);
  const period = fc.integer({ min: 1, max: 86_400 });
  fc.assert(
    fc.property(word, word, period, (issuer, account, stepSeconds) => {
      const id = { issuer, account, stepSeconds };
      const text = formatCredentialId(id, "totp");
      expect(parseCredentialId(text, "totp")).toEqual({ kind: "credential-id", id });
    }),
  );
});
