import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS } from "../core/oath/parameters.ts";
import { hmac } from "./hmac.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test.each(HASH_ALGORITHMS)(
  "%s: equals node:crypto around the block size and far beyond",
  (name) => {
    const message = Buffer.from("what is signed");
    for (const length of [0, 1, 20, 63, 64, 65, 127, 128, 129, 1024]) {
      const secret = new Uint8Array(length).map((_, at) => (at * 7 + length) & 0xff);
      const oracle = createHmac(name.toLowerCase(), secret).update(message).digest("hex");
      expect(hex(hmac(name, secret, message)), `${length} bytes`).toBe(oracle);
    }
  },
);

test("equals node:crypto for any secret and message", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HASH_ALGORITHMS),
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }),
      (algorithm, secret, message) => {
        const oracle = createHmac(algorithm.toLowerCase(), secret).update(message).digest("hex");
        expect(hex(hmac(algorithm, secret, message))).toBe(oracle);
      },
    ),
  );
});

test("leaves the secret as it was", () => {
  const secret = Uint8Array.of(1, 2, 3);
  hmac("SHA1", secret, Uint8Array.of(4));
  expect(secret).toEqual(Uint8Array.of(1, 2, 3));
});
