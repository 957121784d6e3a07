import fc from "fast-check";
import { expect, test } from "vitest";
import { concatBytes } from "./bytes.ts";
import { formatDecoded } from "./decoded.ts";
import { bytes } from "./testing/frames.ts";
import {
  decodeVpcdAnswer,
  decodeVpcdRequest,
  describeVpcd,
  encodeVpcdAnswer,
  encodeVpcdFrame,
  encodeVpcdRequest,
  VpcdAssembler,
  type VpcdRequest,
} from "./vpcd.ts";

const ATR = "3B8D80018073C021C057597562694B6579F9";

/** The worked example of the vpcd document, section 2. */
const REQUESTS: readonly (readonly [string, VpcdRequest])[] = [
  ["000104", { kind: "get-atr" }],
  ["000101", { kind: "power-on" }],
  ["000102", { kind: "reset" }],
  ["000100", { kind: "power-off" }],
  ["000C00A4040007A0000005272101", { kind: "apdu", apdu: bytes("00A4040007A0000005272101") }],
  ["000400A10000", { kind: "apdu", apdu: bytes("00A10000") }],
  ["000103", { kind: "unknown", payload: bytes("03") }],
  ["0000", { kind: "unknown", payload: bytes("") }],
];

test.each(REQUESTS)("writes and reads the request %s", (frame, request) => {
  expect(encodeVpcdRequest(request)).toEqual(bytes(frame));
  expect(decodeVpcdRequest(bytes(frame).subarray(2))).toEqual(request);
});

test.each([
  [`0012${ATR}`, { kind: "answer", payload: bytes(ATR) }],
  ["00029000", { kind: "answer", payload: bytes("9000") }],
  ["0000", { kind: "removal" }],
] as const)("writes and reads the answer %s", (frame, answer) => {
  expect(encodeVpcdAnswer(answer)).toEqual(bytes(frame));
  expect(decodeVpcdAnswer(bytes(frame).subarray(2))).toEqual(answer);
});

test("carries no APDU of one byte, and none longer than 65,535", () => {
  expect(() => encodeVpcdRequest({ kind: "apdu", apdu: bytes("00") })).toThrow(/^apdu must be/);
  const longest = new Uint8Array(65_535);
  expect(encodeVpcdFrame(longest)).toHaveLength(65_537);
  expect(() => encodeVpcdFrame(new Uint8Array(65_536))).toThrow(RangeError);
});

test("gives the same payloads however the stream is cut", () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(200)), (given, cuts) => {
      const stream = concatBytes(given.map(encodeVpcdFrame));
      const assembler = new VpcdAssembler();
      const found = [];
      let from = 0;
      for (const cut of cuts) {
        found.push(...assembler.feed(stream.subarray(from, from + cut)));
        from += cut;
      }
      found.push(...assembler.feed(stream.subarray(from)));
      expect(found).toEqual(given);
    }),
  );
});

test("waits for the whole frame, and forgets half a one on reset", () => {
  const assembler = new VpcdAssembler();
  expect(assembler.feed(bytes("000400A1"))).toEqual([]);
  expect(assembler.pendingBytes).toBe(4);
  assembler.reset();
  expect(assembler.feed(bytes("000104"))).toEqual([bytes("04")]);
});

test("shows frames by their kind, and what is inside", () => {
  const inner = () => ({ name: "LIST", fields: [] });
  const line = (direction: "to-token" | "from-token", payload: string) =>
    formatDecoded(describeVpcd(direction, bytes(payload), inner));
  expect(line("to-token", "04")).toBe("get-atr");
  expect(line("to-token", "00A10000")).toBe("apdu apdu=[LIST]");
  expect(line("to-token", "03")).toBe("unknown payload=<1 byte>");
  expect(line("from-token", ATR)).toBe(`atr atr=${ATR}`);
  expect(line("from-token", "9000")).toBe("answer apdu=[LIST]");
  expect(line("from-token", "")).toBe("removal");
});
