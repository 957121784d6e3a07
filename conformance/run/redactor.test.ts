import fc from "fast-check";
import { expect, test } from "vitest";
import { describeSecret } from "../../core/oath/secret.ts";
import { Redactor } from "./redactor.ts";

const SECRET = Buffer.from("3f8a1c5be07742d9a6130eb4c98d72f5604eab19", "hex");
const HEX = SECRET.toString("hex");
/** python3: base64.b32encode(bytes.fromhex(...)) */
const BASE32 = "H6FBYW7AO5BNTJQTB22MTDLS6VQE5KYZ";
const SHOWN = `[secret: ${describeSecret(SECRET)}]`;

function redactor(...secrets: readonly Uint8Array[]): Redactor {
  const made = new Redactor();
  for (const secret of secrets) made.hide(secret);
  return made;
}

test.each([
  ["hex", HEX],
  ["upper-case hex", HEX.toUpperCase()],
  ["hex with spaces", HEX.replace(/../g, "$& ").trim()],
  ["hex with colons", HEX.replace(/..(?=.)/g, "$&:")],
  ["Base32", BASE32],
  ["lower-case Base32 in groups", BASE32.toLowerCase().replace(/....(?=.)/g, "$& ")],
  ["Base64", SECRET.toString("base64").replaceAll("=", "")],
  ["Base64url", SECRET.toString("base64url")],
])("a secret in %s is replaced by length and fingerprint", (_, form) => {
  expect(redactor(SECRET).clean(`key ${form}, ok`)).toBe(`key ${SHOWN}, ok`);
});

test("a secret that is text is found as text", () => {
  const secret = new TextEncoder().encode("correct horse battery");
  const shown = `[secret: ${describeSecret(secret)}]`;
  expect(redactor(secret).clean("it is correct horse battery!")).toBe(`it is ${shown}!`);
});

test("a part of a secret is found too, wherever it was cut", () => {
  const clean = redactor(SECRET);
  for (let from = 0; from + 12 <= HEX.length; from++) {
    expect(clean.clean(`…${HEX.slice(from, from + 12)}…`)).toBe(`…${SHOWN}…`);
  }
  expect(clean.clean(HEX.slice(0, 30))).toBe(SHOWN);
});

test("a secret split over lines is replaced in all of them", () => {
  for (const at of [1, 7, 20, 33, 39]) {
    const lines = ["before", HEX.slice(0, at), HEX.slice(at), "after"];
    expect(redactor(SECRET).cleanLines(lines)).toEqual(["before", SHOWN, "…", "after"]);
  }
  const bytes = [...HEX.matchAll(/../g)].map(([byte]) => byte);
  const cleaned = redactor(SECRET).cleanLines(["<", ...bytes, ">"]);
  expect(cleaned).toEqual(["<", SHOWN, ...Array(19).fill("…"), ">"]);
});

test("parts on lines with other text are replaced where they are long enough to tell", () => {
  const lines = [`chunk 1: ${HEX.slice(0, 16)}`, `chunk 2: ${HEX.slice(16)}`];
  expect(redactor(SECRET).cleanLines(lines)).toEqual([`chunk 1: ${SHOWN}`, `chunk 2: ${SHOWN}`]);
});

test("each of several secrets has its own fingerprint", () => {
  const other = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  const text = redactor(SECRET, other).clean(`${HEX} ${other.toString("hex")}`);
  expect(text).toBe(`${SHOWN} [secret: ${describeSecret(other)}]`);
});

test("short secrets are described as bytes, but not looked for in texts", () => {
  const short = Buffer.from("0a0b", "hex");
  const clean = redactor(short);
  expect(clean.clean("0a0b")).toBe("0a0b");
  expect(clean.describe(short)).toBe(`[secret: ${describeSecret(short)}]`);
  expect(clean.describe(SECRET)).toBeUndefined();
});

test("texts without a secret stay as they are, whatever is in them", () => {
  const clean = redactor(SECRET);
  // Lone surrogates among them.
  const text = fc.uint16Array({ maxLength: 12 }).map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const cleaned = clean.cleanLines(texts);
      expect(cleaned).toEqual(texts.map((text) => text.replaceAll("\uffff", "\ufffd")));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("no run of twelve characters of a secret is left, whatever surrounds it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 64 }),
      fc.string(),
      fc.string(),
      (secret, before, after) => {
        const hex = Buffer.from(secret).toString("hex");
        const text = redactor(secret)
          .clean(`${before}${hex}${after}`)
          .replaceAll(/sha256:\w+/g, "");
        for (let at = 0; at + 12 <= hex.length; at++) {
          expect(text).not.toContain(hex.slice(at, at + 12));
        }
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test("a wire log of ten thousand characters a line is cleaned in time", () => {
  const lines = Array.from({ length: 100 }, () => "0123456789abcdef".repeat(64));
  const startMs = performance.now();
  expect(redactor(SECRET).cleanLines(lines)).toEqual(lines);
  expect(performance.now() - startMs).toBeLessThan(2000);
});
