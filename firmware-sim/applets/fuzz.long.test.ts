import { expect, test } from "vitest";
import { SMART_TOKEN_PROFILES } from "../profiles-smart.ts";
import { fuzzCard, fuzzNitrokeyPro, fuzzOtpSlots } from "../testing/token-fuzz.ts";

const FRAMES = 1_000_000;
const WITH_CARD = SMART_TOKEN_PROFILES.filter(({ nitrokeyPro }) => !nitrokeyPro);

test(`cards answer ${FRAMES} damaged commands as specified, each model its share`, () => {
  const share = Math.ceil(FRAMES / WITH_CARD.length);
  for (const { name } of WITH_CARD) expect(fuzzCard(name, share)).toBeLessThanOrEqual(102 + 28);
});

test(`OTP slots take ${FRAMES} damaged reports, and answer 8 bytes each`, () => {
  expect(() => fuzzOtpSlots(FRAMES)).not.toThrow();
});

test(`a Nitrokey Pro takes ${FRAMES} damaged reports, and answers 64 bytes each`, () => {
  expect(() => fuzzNitrokeyPro(FRAMES)).not.toThrow();
});
