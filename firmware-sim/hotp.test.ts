import { createHmac } from "node:crypto";
import fc from "fast-check";
import { generateSync } from "otplib";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS, type HashAlgorithm } from "../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../core/oath/vectors.ts";
import { hmac } from "./hmac.ts";
import { dynamicTruncation, hotpCode, timeStepOf } from "./hotp.ts";

const SHA1_6 = { algorithm: "SHA1", digits: 6 } as const;

/** RFC 4226 §5.3 once more, with bigints and node:crypto. */
function oracle(secret: Uint8Array, factor: bigint, algorithm: HashAlgorithm, digits: number) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(factor);
  const mac = createHmac(algorithm.toLowerCase(), secret).update(message).digest();
  const start = (mac.at(-1) ?? 0) & 15;
  const bits = BigInt(`0x${mac.subarray(start, start + 4).toString("hex")}`) % (1n << 31n);
  return (bits % 10n ** BigInt(digits)).toString().padStart(digits, "0");
}

test.each(RFC4226_VECTORS)("RFC 4226 Appendix D: counter $counter gives $code", (vector) => {
  const mac = hmac(
    "SHA1",
    rfc4226Secret(),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, Number(vector.counter)]),
  );
  expect(Buffer.from(mac).toString("hex")).toBe(vector.hmac);
  expect(dynamicTruncation(mac)).toBe(vector.truncated);
  expect(hotpCode(rfc4226Secret(), vector.counter, SHA1_6)).toBe(vector.code);
});

test("RFC 4226 Appendix D: ten digits show the whole truncated value", () => {
  for (const { counter, truncated } of RFC4226_VECTORS) {
    const code = hotpCode(rfc4226Secret(), counter, { algorithm: "SHA1", digits: 10 });
    expect(code).toBe(String(truncated).padStart(10, "0"));
  }
});

test.each(RFC6238_VECTORS)("RFC 6238 Appendix B: $seconds s, all three hashes", (vector) => {
  const timeStep = timeStepOf(vector.seconds, 30, 0);
  expect(timeStep).toBe(vector.timeStep);
  for (const algorithm of HASH_ALGORITHMS) {
    const code = hotpCode(rfc6238Secret(algorithm), timeStep, { algorithm, digits: 8 });
    expect(code, algorithm).toBe(vector.codes[algorithm]);
  }
});

test.each([
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
])("moving factor %d is counted in full", (factor) => {
  for (const algorithm of HASH_ALGORITHMS) {
    const secret = rfc6238Secret(algorithm);
    for (const digits of [6, 7, 8, 9, 10]) {
      const code = hotpCode(secret, factor, { algorithm, digits });
      expect(code).toBe(oracle(secret, factor, algorithm, digits));
    }
  }
});

test("agrees with otplib where otplib counts right", () => {
  const form = { strategy: "hotp", secret: rfc4226Secret() } as const;
  for (const counter of [0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
    for (const [algorithm, name] of [
      ["SHA1", "sha1"],
      ["SHA256", "sha256"],
      ["SHA512", "sha512"],
    ] as const) {
      const ours = hotpCode(rfc4226Secret(), BigInt(counter), { algorithm, digits: 8 });
      expect(ours).toBe(generateSync({ ...form, counter, algorithm: name, digits: 8 }));
    }
  }
});

test("takes the offset from the last byte of every MAC, whatever its length", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HASH_ALGORITHMS),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.bigInt(0n, 2n ** 64n - 1n),
      fc.integer({ min: 6, max: 10 }),
      (algorithm, secret, factor, digits) => {
        const code = hotpCode(secret, factor, { algorithm, digits });
        expect(code).toBe(oracle(secret, factor, algorithm, digits));
      },
    ),
  );
});

test("does not wrap a moving factor", () => {
  for (const factor of [-1n, 2n ** 64n]) {
    expect(() => hotpCode(rfc4226Secret(), factor, SHA1_6)).toThrow(RangeError);
  }
});

test("a step lasts from its first second to the one before the next", () => {
  expect([29, 30, 59, 60].map((s) => timeStepOf(s, 30, 0))).toEqual([0n, 1n, 1n, 2n]);
  expect([4, 5, 64, 65].map((s) => timeStepOf(s, 60, 5))).toEqual([-1n, 0n, 0n, 1n]);
  expect(timeStepOf(2 ** 32 * 30, 30, 0)).toBe(2n ** 32n);
});
