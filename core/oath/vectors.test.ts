// Recomputes the RFCs' tables with node:crypto, so that a slip of the pen in the data shows here
// and not in whoever is judged by it.

import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS, type HashAlgorithm } from "./parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_20_BYTE_SECRET_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
  type TotpVector,
} from "./vectors.ts";

function compute(algorithm: HashAlgorithm, secret: Uint8Array, movingFactor: bigint) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(movingFactor);
  const hmac = createHmac(algorithm, secret).update(message).digest();
  const truncated = hmac.readUInt32BE((hmac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  const code = (digits: number) => String(truncated % 10 ** digits).padStart(digits, "0");
  return { hmac: hmac.toString("hex"), truncated, code };
}

test.each(RFC4226_VECTORS)("counter $counter gives $code (RFC 4226 D)", (vector) => {
  const computed = compute("SHA1", rfc4226Secret(), vector.counter);
  expect(computed.hmac).toBe(vector.hmac);
  expect(computed.truncated).toBe(vector.truncated);
  expect(computed.code(6)).toBe(vector.code);
});

test("the table of RFC 4226 has the counters 0 to 9", () => {
  const counters = RFC4226_VECTORS.map((vector) => vector.counter);
  expect(counters).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
});

const codesOf = (vector: TotpVector, secretOf: (algorithm: HashAlgorithm) => Uint8Array) =>
  Object.fromEntries(
    HASH_ALGORITHMS.map((algorithm) => [
      algorithm,
      compute(algorithm, secretOf(algorithm), vector.timeStep).code(8),
    ]),
  );

test.each(RFC6238_VECTORS)("Unix time $seconds gives $codes (RFC 6238 B)", (vector) => {
  expect(vector.timeStep).toBe(BigInt(vector.seconds) / 30n);
  expect(codesOf(vector, rfc6238Secret)).toEqual(vector.codes);
});

test.each(RFC6238_20_BYTE_SECRET_VECTORS)("with 20 bytes $seconds gives $codes", (vector) => {
  expect(vector.timeStep).toBe(BigInt(vector.seconds) / 30n);
  expect(codesOf(vector, rfc4226Secret)).toEqual(vector.codes);
});

test("the secrets are 20, 32 and 64 bytes of 1234567890 repeated", () => {
  const text = "1234567890".repeat(7);
  const lengths = { SHA1: 20, SHA256: 32, SHA512: 64 };
  for (const algorithm of HASH_ALGORITHMS) {
    const secret = Buffer.from(rfc6238Secret(algorithm)).toString("ascii");
    expect(secret).toBe(text.slice(0, lengths[algorithm]));
  }
});
