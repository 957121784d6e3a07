import { expect, test } from "vitest";
import { HASH_ALGORITHMS, hotpParameters, MAX_MOVING_FACTOR } from "../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../core/oath/vectors.ts";
import { bigIntegerCode, expectedCode, otplibCode } from "./oracle.ts";

test.each(RFC4226_VECTORS)("gives RFC 4226 D for counter $counter", ({ counter, code }) => {
  expect(expectedCode(rfc4226Secret(), hotpParameters(), counter)).toBe(code);
  expect(bigIntegerCode(rfc4226Secret(), "SHA1", 6, counter)).toBe(code);
});

test.each(RFC6238_VECTORS)("gives RFC 6238 B for step $timeStep", ({ timeStep, codes }) => {
  for (const algorithm of HASH_ALGORITHMS) {
    const parameters = hotpParameters({ algorithm, digits: 8 });
    const secret = rfc6238Secret(algorithm);
    expect(expectedCode(secret, parameters, timeStep)).toBe(codes[algorithm]);
    expect(bigIntegerCode(secret, algorithm, 8, timeStep)).toBe(codes[algorithm]);
  }
});

test("both ways agree for every key length around the block sizes", () => {
  for (const length of [1, 10, 16, 20, 63, 64, 65, 127, 128, 129, 1024]) {
    const secret = Uint8Array.from({ length }, (_, at) => (at * 37 + 11) & 0xff);
    for (const algorithm of HASH_ALGORITHMS) {
      for (const digits of [6, 7, 8, 9, 10]) {
        const movingFactor = BigInt(length) * 0x1_0000_0001n;
        const ours = bigIntegerCode(secret, algorithm, digits, movingFactor);
        expect(otplibCode(secret, algorithm, digits, movingFactor)).toBe(ours);
      }
    }
  }
});

test("moving factors past 2^53 are not rounded", () => {
  const codes = [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, MAX_MOVING_FACTOR].map((movingFactor) =>
    expectedCode(rfc4226Secret(), hotpParameters({ digits: 10 }), movingFactor),
  );
  expect(new Set(codes).size).toBe(codes.length);
  expect(expectedCode(rfc4226Secret(), hotpParameters(), MAX_MOVING_FACTOR)).toBe("094451");
});

test("a moving factor that is no eight-byte number is a RangeError", () => {
  const ask = (movingFactor: bigint) => () =>
    expectedCode(rfc4226Secret(), hotpParameters(), movingFactor);
  expect(ask(-1n)).toThrow(RangeError);
  expect(ask(MAX_MOVING_FACTOR + 1n)).toThrow(RangeError);
});
