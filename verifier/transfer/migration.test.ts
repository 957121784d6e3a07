import fc from "fast-check";
import { expect, it } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { ProtobufError, readProto } from "./protobuf.ts";
import { detectFormat, readTokens } from "./read.ts";
import { problemsOf, utf8 } from "./testing/files.ts";

const WORKED = "CicKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgNib2IaBEFDTUUgASgCMAIQARgBIAAouWA%3D";
const PUBLIC = "CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC";

function uri(data: string | Uint8Array): string {
  const text =
    typeof data === "string" ? data : encodeURIComponent(Buffer.from(data).toString("base64"));
  return `otpauth-migration://offline?data=${text}`;
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function bytesField(number: number, bytes: Uint8Array | readonly number[]): readonly number[] {
  return [number * 8 + 2, ...varint(bytes.length), ...bytes];
}

/** One part of an export, of HOTP tokens with these secrets. */
function part(index: number, size: number, secrets: readonly number[]): Uint8Array {
  const tokens = secrets.flatMap((fill) => {
    const secret = bytesField(1, new Uint8Array(20).fill(fill));
    const rest = [
      ...bytesField(2, utf8(`t${fill}`)),
      32,
      2,
      40,
      3,
      48,
      1,
      56,
      ...varint(300 + fill),
    ];
    return bytesField(1, [...secret, ...rest, ...bytesField(8, utf8("id"))]);
  });
  const negative = [40, ...new Array<number>(9).fill(0xff), 1];
  return Uint8Array.of(...tokens, 16, 1, 24, size, 32, index, ...negative);
}

async function tokensOf(text: string) {
  return (await readTokens(utf8(text))).tokens.map(({ token }) => token);
}

it("reads the worked example", async () => {
  expect(detectFormat(`\n${uri(WORKED)}`)).toBe("migration");
  expect(await tokensOf(uri(WORKED))).toMatchObject([
    {
      label: "ACME:bob",
      user: "bob",
      issuer: "ACME",
      secret: rfc4226Secret(),
      parameters: totpParameters({ digits: 8 }),
    },
  ]);
});

it("reads a payload without most fields, its issuer in the name too", async () => {
  const [token] = await tokensOf(uri(PUBLIC));
  expect(token).toMatchObject({ label: "Example:alice@google.com", parameters: totpParameters() });
  expect(Buffer.from(token?.secret ?? []).toString("hex")).toBe("48656c6c6f21deadbeef");
});

it("joins the parts of an export, in any order", async () => {
  const text = `${uri(part(1, 2, [3]))}\n# a comment\r\n${uri(part(0, 2, [1, 2]))}\n`;
  const tokens = await tokensOf(text);
  expect(tokens.map(({ label, counter }) => [label, counter])).toEqual([
    ["t3", 303n],
    ["t1", 301n],
    ["t2", 302n],
  ]);
  expect(tokens[0]?.parameters).toEqual(hotpParameters({ algorithm: "SHA256", digits: 7 }));
});

it.each([
  ["batch_size", uri(part(0, 2, [1])), "1 of 2"],
  ["batch_index", `${uri(part(0, 2, [1]))}\n${uri(part(0, 2, [1]))}`, "given before"],
  ["batch_index", uri(part(2, 2, [1])), "below"],
  ["data", uri(WORKED.slice(0, -4)), "scan the QR code again"],
  ["data", uri("%zz"), "hexadecimal"],
  ["data", uri("A*=="), "base64"],
  ["data", uri(""), "base64"],
  ["uri", `${uri(WORKED)}\nhttps://example.com`, "otpauth-migration://offline?data="],
  ["type", uri(Uint8Array.from(bytesField(1, bytesField(1, [1, 2, 3])))), "not verified"],
])("refuses a wrong %s (%#)", async (field, text, remedy) => {
  const [problem] = await problemsOf(readTokens(utf8(text)));
  expect(problem?.field).toBe(field);
  expect(problem?.message).toContain(remedy);
});

it("refuses every payload that is cut off", async () => {
  const bytes = part(0, 1, [1, 2]);
  const whole = new Set([0]);
  for (let length = 1; length < bytes.length; length++) {
    const cut = readTokens(utf8(uri(bytes.subarray(0, length))));
    const ended = await cut.then(() => true).catch(() => false);
    if (ended) whole.add(length);
  }
  // Only where a field of the payload ends can more fields not be missed.
  expect(whole.size).toBeLessThanOrEqual(7);
});

it("reads protobuf fields, and skips fixed numbers", () => {
  const bytes = Uint8Array.of(
    0x08,
    0x96,
    0x01,
    0x11,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    0x1d,
    1,
    2,
    3,
    4,
    0x22,
    1,
    9,
  );
  expect(readProto(bytes)).toEqual([
    { number: 1, kind: "varint", value: 150n },
    { number: 4, kind: "bytes", value: Uint8Array.of(9) },
  ]);
});

it.each([
  [[0x08]],
  [[0x08, ...new Array<number>(11).fill(0x80)]],
  [[0x0a, 5, 1]],
  [[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  [[0x00, 0x00]],
  [[0x0b]],
  [[0x11, 1, 2]],
])("refuses %j as protobuf", (bytes) => {
  expect(() => readProto(Uint8Array.from(bytes))).toThrow(ProtobufError);
});

it("reads any bytes as protobuf, or refuses them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        readProto(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError);
      }
    }),
  );
});
