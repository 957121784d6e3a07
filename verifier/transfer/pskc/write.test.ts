import fc from "fast-check";
import { expect, it } from "vitest";
import { HASH_ALGORITHMS, hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { exportTokens } from "../export.ts";
import { readTokens } from "../read.ts";
import { utf8 } from "../testing/files.ts";
import { type TransferToken, transferToken } from "../token.ts";
import { type PskcProtection, writePskc } from "./write.ts";

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .map((text) => text.replace(/[\p{C}\ufffe\uffff]/gu, "").trim())
  .filter((text) => text !== "");
const maybe = fc.option(name);
const us = fc.option(fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1_000_000));
const common = {
  algorithm: fc.constantFrom(...HASH_ALGORITHMS),
  digits: fc.integer({ min: 6, max: 10 }),
};

/** Tokens as PSKC can carry them: named by their serial. */
const anyToken: fc.Arbitrary<TransferToken> = fc
  .record({
    label: name,
    user: maybe.filter((user) => user === null || !/(?:^|,)\s*(?:CN|UID)\s*=/i.test(user)),
    issuer: maybe,
    manufacturer: maybe,
    model: maybe,
    secret: fc.uint8Array({ minLength: 1, maxLength: 70 }),
    validFromUs: us,
    validUntilUs: us,
  })
  .chain((names) =>
    fc.oneof(
      fc.tuple(fc.record(common), fc.bigInt(0n, 2n ** 64n - 1n)).map(([given, counter]) => ({
        parameters: hotpParameters(given),
        counter,
        driftSteps: 0,
        ...names,
      })),
      fc
        .tuple(
          fc.record({
            ...common,
            stepSeconds: fc.integer({ min: 1, max: 86_400 }),
            t0: fc.integer({ min: 0, max: 2 ** 31 }),
          }),
          fc.integer({ min: -1000, max: 1000 }),
        )
        .map(([given, driftSteps]) => ({
          parameters: totpParameters(given),
          counter: 0n,
          driftSteps,
          ...names,
        })),
    ),
  )
  .map((token) => ({ ...token, serial: token.label }));

const KEY = new Uint8Array(16).fill(7);
const PASSPHRASE = utf8("correct horse");
const PROTECTIONS: readonly [string, PskcProtection][] = [
  ["in clear", { kind: "plain" }],
  ["under a key", { kind: "key", key: KEY, name: "a<b>&\"c'" }],
  ["under a passphrase", { kind: "passphrase", passphrase: PASSPHRASE, iterations: 10 }],
];

it.each(PROTECTIONS)("reads back %s what it wrote", async (_, protection) => {
  await fc.assert(
    fc.asyncProperty(anyToken, fc.constantFrom("sha1", "sha256"), async (token, mac) => {
      const text = await writePskc([token], { protection, mac });
      const credentials = { key: KEY, passphrase: PASSPHRASE };
      const { tokens } = await readTokens(utf8(text), { credentials });
      expect(tokens.map((each) => each.token)).toEqual([token]);
    }),
    { numRuns: 60 },
  );
});

const TOKEN = transferToken({
  label: "T-1",
  secret: rfc4226Secret(),
  parameters: hotpParameters(),
  counter: 5n,
});

it("writes no secret in clear unless asked, and never twice the same bytes", async () => {
  const options = {
    format: "pskc",
    protection: { kind: "passphrase", passphrase: PASSPHRASE, iterations: 10 },
  } as const;
  const first = Buffer.from(await exportTokens([TOKEN], options)).toString();
  expect(first).not.toContain("MTIzNDU2");
  expect(first).not.toContain("PlainValue>MT");
  expect(Buffer.from(await exportTokens([TOKEN], options)).toString()).not.toBe(first);
  const plain = await exportTokens([TOKEN], { format: "pskc", plain: true });
  expect(Buffer.from(plain).toString()).toContain("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=");
  await expect(exportTokens([TOKEN], { format: "csv" } as never)).rejects.toThrow(TypeError);
  await expect(exportTokens([TOKEN], { format: "pskc" } as never)).rejects.toThrow(TypeError);
});

it.each([
  ["key", { kind: "key", key: new Uint8Array(15) }],
  ["passphrase", { kind: "passphrase", passphrase: utf8("short") }],
  ["iterations", { kind: "passphrase", passphrase: PASSPHRASE, iterations: 0 }],
] as const)("names a bad %s", async (field, protection) => {
  await expect(writePskc([TOKEN], { protection })).rejects.toThrow(new RegExp(`^${field} must`));
});
