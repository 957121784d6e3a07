// What every engine keeps. Codes come from the RFCs and from `oracle`, never from the engine.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HASH_ALGORITHMS,
  hotpParameters,
  MAX_MOVING_FACTOR,
  type OathParameters,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../../../core/oath/vectors.ts";
import { type Engine, MAX_CODES } from "../engine.ts";

/** Another implementation's code; nothing shared with the engine. */
export type CodeOracle = (
  secret: Uint8Array,
  parameters: OathParameters,
  movingFactor: bigint,
) => string;

/** Registers the contract's tests; `runs` random keys for each hash (10^4 in all, or 10^6). */
export function testEngine(engine: Engine, oracle: CodeOracle, runs = 3400): void {
  const { highestMovingFactor } = engine;
  const codeOf: CodeOracle = (secret, parameters, movingFactor) => {
    const key = engine.prepare(secret, parameters);
    try {
      return key.codeAt(movingFactor);
    } finally {
      key.dispose();
    }
  };

  describe(`engine ${engine.name}`, () => {
    test.each(RFC4226_VECTORS)("gives RFC 4226 D for counter $counter", ({ counter, code }) => {
      expect(codeOf(rfc4226Secret(), hotpParameters(), counter)).toBe(code);
    });

    test.each(RFC6238_VECTORS)("gives RFC 6238 B for step $timeStep", ({ timeStep, codes }) => {
      for (const algorithm of HASH_ALGORITHMS) {
        const parameters = totpParameters({ algorithm, digits: 8 });
        expect(codeOf(rfc6238Secret(algorithm), parameters, timeStep)).toBe(codes[algorithm]);
      }
    });

    test.each([1, 10, 16, 20, 21, 32, 63, 64, 65, 127, 128, 129, 200, 1024])(
      "takes a secret of %i bytes as it is (F16)",
      (length) => {
        const secret = Uint8Array.from({ length }, (_, at) => (at * 31 + 7) & 0xff);
        for (const algorithm of HASH_ALGORITHMS) {
          const parameters = hotpParameters({ algorithm });
          expect(codeOf(secret, parameters, 1n)).toBe(oracle(secret, parameters, 1n));
        }
      },
    );

    test.each(
      [2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n, MAX_MOVING_FACTOR].filter(
        (factor) => factor <= highestMovingFactor,
      ),
    )("does not round or wrap the moving factor %s (F12)", (factor) => {
      const parameters = hotpParameters({ digits: 8 });
      const expected = oracle(rfc4226Secret(), parameters, factor);
      expect(codeOf(rfc4226Secret(), parameters, factor)).toBe(expected);
    });

    test.each(HASH_ALGORITHMS)("agrees with another implementation for random keys, %s", (hash) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: 1, maxLength: 200 }),
          fc.integer({ min: 6, max: 10 }),
          fc.bigInt(0n, highestMovingFactor),
          (secret, digits, factor) => {
            const parameters = hotpParameters({ algorithm: hash, digits });
            const expected = oracle(secret, parameters, factor);
            const key = engine.prepare(secret, parameters);
            expect(key.codeAt(factor)).toBe(expected);
            const back = factor % 4n;
            const mask = key.search(factor - back, Number(back) + 1, Number(expected));
            expect((mask >>> Number(back)) & 1).toBe(1);
            key.dispose();
          },
        ),
        { numRuns: runs },
      );
    });

    test.each(HASH_ALGORITHMS)("gives consecutive codes as numbers, %s", (algorithm) => {
      const parameters = hotpParameters({ algorithm, digits: 8 });
      const key = engine.prepare(rfc4226Secret(), parameters);
      const last = highestMovingFactor;
      for (const first of [0n, 2n ** 32n - 5n, last / 2n - 3n, last - 8n]) {
        for (const count of [1, 2, 3, 4, 5, 8, 9]) {
          const numbers = key.codes(first, count);
          expect(numbers.length).toBe(count);
          for (let at = 0; at < count; at++) {
            const expected = oracle(rfc4226Secret(), parameters, first + BigInt(at));
            expect(numbers[at]).toBe(Number(expected));
          }
        }
      }
      expect(key.codes(0n, MAX_CODES)[MAX_CODES - 1]).toBe(
        Number(oracle(rfc4226Secret(), parameters, BigInt(MAX_CODES - 1))),
      );
      expect(() => key.codes(last, 2)).toThrow(RangeError);
      expect(() => key.codes(-1n, 2)).toThrow(RangeError);
      key.dispose();
    });

    test.each(HASH_ALGORITHMS)("finds a code among consecutive ones, %s", (algorithm) => {
      const parameters = hotpParameters({ algorithm, digits: 8 });
      const key = engine.prepare(rfc4226Secret(), parameters);
      const last = highestMovingFactor;
      for (const first of [0n, 2n ** 32n - 2n, last / 2n - 3n, last - 31n]) {
        for (const count of [1, 3, 4, 5, 32]) {
          const numbers = [...key.codes(first, count)];
          for (const at of [0, count - 1]) {
            const code = Number(oracle(rfc4226Secret(), parameters, first + BigInt(at)));
            const mask = numbers.reduce((sum, one, bit) => sum + (one === code ? 2 ** bit : 0), 0);
            expect(key.search(first, count, code)).toBe(mask);
            // Twice running and with another counter between: what is kept of a call is its own.
            expect(key.search(first + BigInt(at), 1, code)).toBe(1);
            expect(key.search(first, count, code + 2 ** 32)).toBe(0);
          }
        }
      }
      expect(() => key.search(last, 2, 0)).toThrow(RangeError);
      expect(() => key.search(-1n, 2, 0)).toThrow(RangeError);
      key.dispose();
      expect(() => key.search(0n, 3, 0)).toThrow("the key was disposed of");
    });

    test("keeps leading zeros", () => {
      expect(codeOf(rfc4226Secret(), hotpParameters(), 349_495n)).toBe("000000");
      expect(codeOf(rfc4226Secret(), totpParameters(), 37_037_036n)).toBe("081804");
    });

    test.each([-1n, highestMovingFactor + 1n, 2n ** 64n])(
      "refuses the moving factor %s",
      (factor) => {
        const key = engine.prepare(rfc4226Secret(), hotpParameters());
        expect(() => key.codeAt(factor)).toThrow(RangeError);
        key.dispose();
      },
    );

    test("refuses secrets and parameters that are out of range", () => {
      const parameters = hotpParameters();
      expect(() => engine.prepare(new Uint8Array(0), parameters)).toThrow(/secret must be 1 to/);
      expect(() => engine.prepare(new Uint8Array(1025), parameters)).toThrow(/secret must be 1 to/);
      const digits = { ...parameters, digits: 5 };
      expect(() => engine.prepare(rfc4226Secret(), digits)).toThrow(/digits must be/);
    });

    test("keeps a copy: the caller may wipe the secret", () => {
      const secret = rfc4226Secret();
      const key = engine.prepare(secret, hotpParameters());
      secret.fill(0);
      expect(key.codeAt(0n)).toBe("755224");
      key.dispose();
    });

    test("a key that was disposed of gives no codes, and may be disposed of again", () => {
      const key = engine.prepare(rfc4226Secret(), hotpParameters());
      const other = engine.prepare(rfc4226Secret(), hotpParameters());
      key.dispose();
      expect(() => key.codeAt(0n)).toThrow("the key was disposed of");
      expect(() => key.codes(0n, 3)).toThrow("the key was disposed of");
      expect(() => key.dispose()).not.toThrow();
      expect(other.codeAt(0n), "other keys of the same secret stay").toBe("755224");
      other.dispose();
    });
  });
}
