import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { describeSecret, wipe } from "./secret.ts";
import { rfc4226Secret } from "./vectors.ts";

test("describes a secret by its length and 32 bits of a labelled hash", () => {
  const text = "oathbed secret fingerprint\u000012345678901234567890";
  const hash = createHash("sha256").update(text, "latin1").digest("hex");
  expect(describeSecret(rfc4226Secret())).toBe(`20 bytes, sha256:${hash.slice(0, 8)}`);
  expect(describeSecret(rfc4226Secret())).toBe("20 bytes, sha256:4b5f7998");
});

test("tells secrets of one length apart", () => {
  expect(describeSecret(Uint8Array.of(1, 2))).not.toBe(describeSecret(Uint8Array.of(1, 3)));
});

test("counts in words", () => {
  expect(describeSecret(Uint8Array.of(7))).toMatch(/^1 byte, sha256:[0-9a-f]{8}$/);
  expect(describeSecret(new Uint8Array())).toMatch(/^0 bytes, /);
});

test("wipes the bytes in place", () => {
  const secret = rfc4226Secret();
  wipe(secret);
  expect(secret).toEqual(new Uint8Array(20));
  expect(rfc4226Secret()[0]).toBe(0x31);
});
