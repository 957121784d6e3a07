import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../core/oath/parameters.ts";
import { PROFILE_NAMES, profileOf, TOKEN_PROFILES } from "./profiles.ts";
import { refusalOf, testToken } from "./testing/token.ts";

test("every model has a name of its own and is found by it", () => {
  expect(new Set(PROFILE_NAMES).size).toBe(TOKEN_PROFILES.length);
  for (const profile of TOKEN_PROFILES) expect(profileOf(profile.name)).toBe(profile);
});

test("an unknown model is refused, and those there are are named", () => {
  expect(() => profileOf("abacus")).toThrow(/no profile "abacus".*software.*display-token/);
});

test.each(PROFILE_NAMES)("%s takes what it says it takes, at both ends of each range", (model) => {
  const { token } = testToken({ model, showSeconds: 0 });
  const { profile } = token;
  for (const algorithm of profile.algorithms) {
    for (const digits of profile.digits) {
      for (const stepSeconds of [profile.stepSeconds.low, profile.stepSeconds.high]) {
        for (const bytes of [profile.secretBytes.low, profile.secretBytes.high]) {
          const parameters = totpParameters({ algorithm, digits, stepSeconds });
          token.put({ name: "only", secret: new Uint8Array(bytes).fill(1), parameters });
          expect(token.totp().code).toMatch(new RegExp(`^\\d{${digits}}$`));
        }
      }
    }
  }
});

test.each(PROFILE_NAMES)("%s refuses what is just outside", (model) => {
  const { token } = testToken({ model });
  const { algorithms, digits, stepSeconds, secretBytes } = token.profile;
  const form = { algorithm: algorithms[0] ?? "SHA1", digits: digits[0] ?? 6 };
  const usual = { ...totpParameters(), ...form, stepSeconds: stepSeconds.low };
  const secret = new Uint8Array(secretBytes.low).fill(1);
  const put = (change: object): string =>
    refusalOf(() => token.put({ name: "x", secret, parameters: usual, ...change }));
  const outside = [
    { name: "" },
    { name: "é".repeat(33) },
    { name: "line\nbreak" },
    { secret: new Uint8Array(secretBytes.low - 1) },
    { secret: new Uint8Array(secretBytes.high + 1) },
    { parameters: { ...usual, digits: 5 } },
    { parameters: { ...usual, digits: 11 } },
    { parameters: { ...usual, stepSeconds: stepSeconds.low - 1 } },
    { parameters: { ...usual, stepSeconds: stepSeconds.high + 1 } },
    { parameters: { ...usual, algorithm: "MD5" } },
    { counter: -1n },
    { counter: 2n ** 64n },
  ];
  for (const change of outside) expect(put(change), Object.keys(change)[0]).toBe("bad-parameters");
  expect(token.list()).toEqual([]);
  expect(put({ name: "é".repeat(32) })).toBe("none");
});

test.each(PROFILE_NAMES)("%s holds the credentials it says, and no more", (model) => {
  const { token } = testToken({ model });
  const { credentials, secretBytes } = token.profile;
  const secret = new Uint8Array(secretBytes.low).fill(1);
  const put = (at: number): void =>
    token.put({ name: `n${at}`, secret, parameters: hotpParameters() });
  for (let at = 0; at < credentials; at++) put(at);
  expect(refusalOf(() => put(credentials))).toBe("full");
  expect(token.list()).toHaveLength(credentials);
});

test.each(PROFILE_NAMES)("%s keeps time within its range, both ends included", (model) => {
  const { token } = testToken({ model });
  const { fromSeconds, toSeconds } = token.profile.timeRange;
  for (const seconds of [fromSeconds, toSeconds]) {
    token.setTime(seconds);
    expect(token.nowUs()).toBe(seconds * 1e6);
  }
  for (const seconds of [fromSeconds - 1, toSeconds + 1, 1e9 + 0.5, Number.NaN]) {
    expect(
      refusalOf(() => token.setTime(seconds)),
      String(seconds),
    ).toBe("time-out-of-range");
  }
});

test("a refusal names all that is wrong and never the secret", () => {
  const { token } = testToken({ model: "display-token" });
  const secret = new TextEncoder().encode("s3cret");
  const parameters = totpParameters({ algorithm: "SHA512", digits: 8 });
  expect(() => token.put({ name: "", secret, parameters })).toThrow(
    /name must be 1 to 64.*secret must be 16 to 64 bytes, not 6.*algorithm must be SHA1.*digits/,
  );
  expect(() => token.put({ name: "", secret, parameters })).not.toThrow(/s3cret|733363/);
});
