import fc from "fast-check";
import { generateURI } from "otplib";
import { expect, test } from "vitest";
import { encodeBase32 } from "./base32.ts";
import {
  formatOtpauthUri,
  MAX_OTPAUTH_CHARACTERS,
  OtpauthError,
  type OtpauthField,
  type OtpauthKey,
  parseOtpauthUri,
} from "./otpauth.ts";
import { HASH_ALGORITHMS, hotpParameters, totpParameters } from "./parameters.ts";
import { rfc4226Secret } from "./vectors.ts";

const K20 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const BOB: OtpauthKey = {
  issuer: "ACME",
  account: "bob",
  secret: rfc4226Secret(),
  parameters: totpParameters(),
  counter: 0n,
};

function errorOf(uri: string): OtpauthError {
  try {
    parseOtpauthUri(uri);
  } catch (error) {
    if (error instanceof OtpauthError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

test("reads a TOTP key", () => {
  const query = `secret=${K20}&issuer=ACME&digits=8&algorithm=SHA256&period=60`;
  const uri = `otpauth://totp/ACME:bob?${query}`;
  const parameters = totpParameters({ digits: 8, algorithm: "SHA256", stepSeconds: 60 });
  expect(parseOtpauthUri(uri)).toEqual({ ...BOB, parameters });
});

test("reads an HOTP key with a 64-bit counter", () => {
  const uri = `otpauth://hotp/ACME:bob?secret=${K20}&counter=18446744073709551615`;
  const counter = 2n ** 64n - 1n;
  expect(parseOtpauthUri(uri)).toEqual({ ...BOB, parameters: hotpParameters(), counter });
});

test.each([
  ["scheme and type in capitals", `OTPAUTH://TOTP/ACME:bob?secret=${K20}`],
  ["white space around it", `\n otpauth://totp/ACME:bob?secret=${K20}\r\n`],
  ["an encoded colon", `otpauth://totp/ACME%3Abob?secret=${K20}`],
  ["spaces before the account", `otpauth://totp/ACME:%20%20bob?secret=${K20}`],
  ["a lower-case algorithm", `otpauth://totp/ACME:bob?secret=${K20}&algorithm=sha1`],
  ["unknown parameters", `otpauth://totp/ACME:bob?image=%zz&secret=${K20}&lock&=&color=1&color=2`],
  ["a counter on totp", `otpauth://totp/ACME:bob?secret=${K20}&counter=x`],
  ["an empty issuer", `otpauth://totp/ACME:bob?secret=${K20}&issuer=`],
  ["a secret in groups", "otpauth://totp/ACME:bob?secret=gezd+gnbv%20gy3t-qojq GEZDGNBVGY3TQOJQ"],
  ["a padded secret", `otpauth://totp/ACME:bob?secret=${K20}====`],
])("takes %s", (_, uri) => {
  expect(parseOtpauthUri(uri)).toEqual(BOB);
});

test.each([
  ["splits the decoded label at its first colon", "a%3Ab:c", "", "a", "b:c"],
  ["prefers the issuer parameter to the prefix", "Old:bob", "&issuer=New", "New", "bob"],
  ["takes the issuer parameter alone", "bob", "&issuer=New", "New", "bob"],
  ["leaves the issuer empty when there is none", "bob%40example.com", "", "", "bob@example.com"],
  ["reads + as a space in a parameter", "bob", "&issuer=AC+ME%2B", "AC ME+", "bob"],
  ["reads + as itself in the label", "bob+x", "", "", "bob+x"],
  ["reads UTF-8", "%E2%82%AC:b%C3%B6b", "", "€", "böb"],
  ["reads unencoded Unicode", "€:böb", "", "€", "böb"],
])("%s", (_, label, query, issuer, account) => {
  const key = parseOtpauthUri(`otpauth://totp/${label}?secret=${K20}${query}`);
  expect({ issuer: key.issuer, account: key.account }).toEqual({ issuer, account });
});

test.each([6, 7, 8])("reads %i digits", (digits) => {
  const { parameters } = parseOtpauthUri(`otpauth://totp/b?secret=${K20}&digits=${digits}`);
  expect(parameters.digits).toBe(digits);
});

test.each<[OtpauthField, string, string]>([
  ["uri", "otpauth://totp/LABEL", ""],
  ["uri", "otpauth://totp/LABEL", "hello"],
  ["uri", "otpauth://totp/LABEL", `https://totp/b?secret=${K20}`],
  ["uri", "%23", `otpauth://totp/b#1?secret=${K20}`],
  ["uri", "each key", "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8"],
  ["uri", "8192", `otpauth://totp/${"b".repeat(MAX_OTPAUTH_CHARACTERS)}?secret=${K20}`],
  ["type", "totp or hotp", `otpauth://steam/b?secret=${K20}`],
  ["type", "totp or hotp", `otpauth:///b?secret=${K20}`],
  ["label", "ISSUER:ACCOUNT", `otpauth://totp?secret=${K20}`],
  ["label", "ISSUER:ACCOUNT", `otpauth://totp/?secret=${K20}`],
  ["label", "ISSUER:ACCOUNT", `otpauth://totp/ACME:%20?secret=${K20}`],
  ["label", "hexadecimal", `otpauth://totp/%zz?secret=${K20}`],
  ["label", "UTF-8", `otpauth://totp/%ff?secret=${K20}`],
  ["label", "control", `otpauth://totp/b%1B[2Jx?secret=${K20}`],
  ["label", "200", `otpauth://totp/${"b".repeat(201)}?secret=${K20}`],
  ["issuer", "control", `otpauth://totp/b?secret=${K20}&issuer=A%0A!`],
  ["issuer", "UTF-8", `otpauth://totp/b?secret=${K20}&issuer=%E2%82`],
  ["issuer", "once", `otpauth://totp/b?secret=${K20}&issuer=A&issuer=B`],
  ["secret", "missing", "otpauth://totp/b"],
  ["secret", "missing", "otpauth://totp/b?issuer=A"],
  ["secret", "missing", "otpauth://totp/b?secret"],
  ["secret", "empty", "otpauth://totp/b?secret="],
  ["secret", "empty", "otpauth://totp/b?secret=+-+===="],
  ["secret", "once", `otpauth://totp/b?secret=${K20}&secret=${K20}`],
  ["secret", '"1" (U+0031) at 8', "otpauth://totp/b?secret=GEZDGNB1"],
  ["secret", "missing or too many", "otpauth://totp/b?secret=GEZDGN"],
  ["secret", "1024 bytes", `otpauth://totp/b?secret=${"A".repeat(1640)}`],
  ["algorithm", "SHA1, SHA256 or SHA512", `otpauth://totp/b?secret=${K20}&algorithm=MD5`],
  ["algorithm", "SHA1, SHA256 or SHA512", `otpauth://totp/b?secret=${K20}&algorithm=`],
  ["digits", "6 to 8", `otpauth://totp/b?secret=${K20}&digits=5`],
  ["digits", "6 to 8", `otpauth://totp/b?secret=${K20}&digits=9`],
  ["digits", "6 to 8", `otpauth://totp/b?secret=${K20}&digits=6.5`],
  ["digits", "6 to 8", `otpauth://totp/b?secret=${K20}&digits=`],
  ["period", "1 to 86400", `otpauth://totp/b?secret=${K20}&period=0`],
  ["period", "1 to 86400", `otpauth://totp/b?secret=${K20}&period=86401`],
  ["period", "1 to 86400", `otpauth://totp/b?secret=${K20}&period=-30`],
  ["counter", "counter=0", `otpauth://hotp/b?secret=${K20}`],
  ["counter", "18446744073709551615", `otpauth://hotp/b?secret=${K20}&counter=-1`],
  ["counter", "0 to", `otpauth://hotp/b?secret=${K20}&counter=18446744073709551616`],
  ["counter", "0 to", `otpauth://hotp/b?secret=${K20}&counter=1e3`],
])("names the field %s and what would be right: %j", (field, remedy, uri) => {
  const error = errorOf(uri);
  expect(error.field).toBe(field);
  expect(error.message.startsWith(`${field}: `)).toBe(true);
  expect(error.message).toContain(remedy);
  expect(error.message).not.toContain(K20.slice(0, 4));
});

test("writes what readers agree on", () => {
  expect(formatOtpauthUri(BOB)).toBe(`otpauth://totp/ACME:bob?secret=${K20}&issuer=ACME`);
  const parameters = totpParameters({ algorithm: "SHA512", digits: 8, stepSeconds: 60 });
  expect(formatOtpauthUri({ ...BOB, issuer: "AC ME", account: "b+b@x", parameters })).toBe(
    `otpauth://totp/AC%20ME:b%2Bb%40x?secret=${K20}&issuer=AC%20ME` +
      "&algorithm=SHA512&digits=8&period=60",
  );
  expect(
    formatOtpauthUri({ ...BOB, issuer: "", parameters: hotpParameters(), counter: 2n ** 53n + 1n }),
  ).toBe(`otpauth://hotp/bob?secret=${K20}&counter=9007199254740993`);
});

test.each<[string, Partial<OtpauthKey>]>([
  ["account", { account: "" }],
  ["account", { account: "a:b" }],
  ["account", { account: " bob" }],
  ["account", { account: "b".repeat(201) }],
  ["account", { account: "b\n" }],
  ["account", { account: "b\u0000b" }],
  ["account", { account: "\ud83d" }],
  ["issuer", { issuer: "A:B" }],
  ["issuer", { issuer: "A " }],
  ["secret", { secret: new Uint8Array() }],
  ["digits", { parameters: totpParameters({ digits: 9 }) }],
  ["t0", { parameters: totpParameters({ t0: 1 }) }],
  ["counter", { parameters: hotpParameters(), counter: -1n }],
  ["counter", { parameters: hotpParameters(), counter: 2n ** 64n }],
])("writes no URI that would lose its %s (%#)", (field, change) => {
  const write = () => formatOtpauthUri({ ...BOB, ...change });
  expect(write).toThrow(RangeError);
  expect(write).toThrow(new RegExp(`^${field} must`));
});

const name = fc
  .string({ unit: "grapheme", maxLength: 60 })
  .map((text) => text.replace(/[:\p{Cc}]/gu, "").trim())
  .filter((text) => text.length <= 200);
const common = {
  algorithm: fc.constantFrom(...HASH_ALGORITHMS),
  digits: fc.integer({ min: 6, max: 8 }),
};
const anyKey: fc.Arbitrary<OtpauthKey> = fc
  .record({
    issuer: name,
    account: name.filter((text) => text !== ""),
    secret: fc.uint8Array({ minLength: 1, maxLength: 70 }),
  })
  .chain((names) =>
    fc.oneof(
      fc.record({ ...common, stepSeconds: fc.integer({ min: 1, max: 86_400 }) }).map((given) => ({
        ...names,
        parameters: totpParameters(given),
        counter: 0n,
      })),
      fc.tuple(fc.record(common), fc.bigInt(0n, 2n ** 64n - 1n)).map(([given, counter]) => ({
        ...names,
        parameters: hotpParameters(given),
        counter,
      })),
    ),
  );

test("reads back whatever it wrote", () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(parseOtpauthUri(formatOtpauthUri(key))).toEqual(key);
    }),
  );
});

test("reads back the longest key it takes, within the size it takes", () => {
  const names = { issuer: "€".repeat(200), account: "ह".repeat(200) };
  const parameters = totpParameters({ algorithm: "SHA512", digits: 8, stepSeconds: 86_400 });
  const key = { ...BOB, ...names, secret: new Uint8Array(1024).fill(7), parameters };
  const uri = formatOtpauthUri(key);
  expect(uri.length).toBeLessThanOrEqual(MAX_OTPAUTH_CHARACTERS);
  expect(parseOtpauthUri(uri)).toEqual(key);
});

test("reads what an independent writer writes", () => {
  fc.assert(
    fc.property(anyKey, fc.integer({ min: 0, max: 2 ** 31 }), (key, counter) => {
      const { parameters } = key;
      const uri = generateURI({
        strategy: parameters.kind,
        issuer: key.issuer,
        label: key.account,
        secret: encodeBase32(key.secret),
        algorithm: parameters.algorithm.toLowerCase() as "sha1" | "sha256" | "sha512",
        digits: parameters.digits as 6 | 7 | 8,
        ...(parameters.kind === "totp" ? { period: parameters.stepSeconds } : { counter }),
      });
      expect(parseOtpauthUri(uri)).toEqual(
        parameters.kind === "totp" ? key : { ...key, counter: BigInt(counter) },
      );
    }),
  );
});

test("fails on any text as OtpauthError, if it fails", () => {
  const part = fc.constantFrom(
    ..."otpauth://|totp|hotp|/|?|secret=|&|issuer=|digits=|%|%3A|=|#|A|7|\u0000|é".split("|"),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.string(), (parts, noise) => {
      for (const uri of [parts.join(""), `otpauth://totp/${parts.join("")}${noise}`, noise]) {
        try {
          parseOtpauthUri(uri);
        } catch (error) {
          expect(error).toBeInstanceOf(OtpauthError);
        }
      }
    }),
  );
});
