import fc from "fast-check";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS, type OathParameters } from "../core/oath/parameters.ts";
import { rfc4226Secret } from "../core/oath/vectors.ts";
import { decodeCredential, EXHAUSTED_COUNTER, encodeCredential } from "./credential-record.ts";
import type { StoredCredential } from "./emulated-token.ts";

const common = {
  algorithm: fc.constantFrom(...HASH_ALGORITHMS),
  digits: fc.integer({ min: 6, max: 10 }),
};
const name = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const secret = fc.uint8Array({ minLength: 1, maxLength: 1024 });
const hotp: fc.Arbitrary<StoredCredential> = fc.record({
  name,
  secret,
  parameters: fc.record({ kind: fc.constant("hotp" as const), ...common }),
  counter: fc.bigInt(0n, EXHAUSTED_COUNTER),
});
const totp: fc.Arbitrary<StoredCredential> = fc.record({
  name,
  secret,
  parameters: fc.record({
    kind: fc.constant("totp" as const),
    ...common,
    stepSeconds: fc.integer({ min: 1, max: 86_400 }),
    t0: fc.integer({ min: -0x8000_0000, max: 0xffff_ffff }),
  }),
  counter: fc.constant(0n),
});

const SAMPLE_PARAMETERS: OathParameters = {
  kind: "totp",
  algorithm: "SHA256",
  digits: 8,
  stepSeconds: 60,
  t0: -2,
};
const SAMPLE: StoredCredential = {
  name: "né",
  secret: Uint8Array.of(1, 2, 255),
  parameters: SAMPLE_PARAMETERS,
  counter: 0n,
};

test("reads back every credential it has written", () => {
  fc.assert(
    fc.property(fc.oneof(hotp, totp), (credential) => {
      expect(decodeCredential(encodeCredential(credential))).toEqual(credential);
    }),
    { numRuns: 1000 },
  );
});

test("writes the bytes that its head comment tells", () => {
  expect(Buffer.from(encodeCredential(SAMPLE)).toString("hex")).toBe(
    "01020208" +
      "0000003c" +
      "fffffffffffffffe" +
      "0000000000000000" +
      "00030003" +
      "6ec3a9" +
      "0102ff",
  );
  const event: StoredCredential = {
    ...SAMPLE,
    parameters: { kind: "hotp", algorithm: "SHA1", digits: 6 },
    counter: 2n ** 63n,
  };
  expect(Buffer.from(encodeCredential(event)).toString("hex")).toBe(
    "01010106" +
      "00000000" +
      "0000000000000000" +
      "8000000000000000" +
      "00030003" +
      "6ec3a9" +
      "0102ff",
  );
});

test("a counter past the last one is told from counter 0", () => {
  const parameters = { kind: "hotp", algorithm: "SHA1", digits: 6 } as const;
  for (const counter of [0n, 2n ** 64n - 1n, EXHAUSTED_COUNTER]) {
    const bytes = encodeCredential({ ...SAMPLE, parameters, counter });
    expect(decodeCredential(bytes).counter).toBe(counter);
  }
});

test("refuses a record cut anywhere, or with bytes behind it", () => {
  const bytes = encodeCredential({ ...SAMPLE, secret: rfc4226Secret() });
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeCredential(bytes.subarray(0, length)), `${length}`).toThrow(/no credential/);
  }
  expect(() => decodeCredential(Uint8Array.of(...bytes, 0))).toThrow(/no credential/);
});

test("reads a record that lies within a larger buffer", () => {
  const bytes = encodeCredential(SAMPLE);
  const larger = Uint8Array.of(9, 9, 9, ...bytes, 9);
  expect(decodeCredential(larger.subarray(3, 3 + bytes.length))).toEqual(SAMPLE);
});

test.each([
  ["version", 0, 2],
  ["kind", 1, 0],
  ["kind", 1, 4],
  ["algorithm", 2, 0],
  ["algorithm", 2, 4],
  ["digits", 3, 5],
  ["digits", 3, 11],
  ["step of a day and more", 4, 1],
  ["T0 beyond 2^53", 9, 0],
  ["counter of a TOTP credential", 23, 1],
  ["name that is not UTF-8", 28, 0xff],
])("refuses a record with another %s", (_, at, value) => {
  const bytes = encodeCredential(SAMPLE);
  bytes[at] = value;
  expect(() => decodeCredential(bytes)).toThrow(/no credential/);
});

test("whatever bytes it is given, it reads them or refuses them, and reads nothing twice", () => {
  const valid = encodeCredential(SAMPLE);
  const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(damage, (changes) => {
      const bytes = valid.slice();
      for (const [at, value] of changes) bytes[at] = value;
      let credential: StoredCredential;
      try {
        credential = decodeCredential(bytes);
      } catch (error) {
        expect(String(error)).toMatch(/no credential/);
        return;
      }
      expect(encodeCredential(credential)).toEqual(bytes);
    }),
    { numRuns: 2000 },
  );
});
