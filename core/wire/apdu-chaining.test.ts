import fc from "fast-check";
import { expect, test } from "vitest";
import type { CommandApdu } from "./apdu.ts";
import { CommandChain, cutResponse, ResponseChain, splitCommand } from "./apdu-chaining.ts";
import { bytes } from "./testing/frames.ts";

const put = (length: number): CommandApdu => ({
  cla: 0,
  ins: 1,
  p1: 0,
  p2: 0,
  data: Uint8Array.from({ length }, (_, at) => at & 0xff),
  extended: length > 255,
});

test.each([
  [0, [0]],
  [255, [255]],
  [256, [255, 1]],
  [510, [255, 255]],
  [511, [255, 255, 1]],
])("cuts %i bytes of data into parts of %j", (length, sizes) => {
  const parts = splitCommand(put(length));
  expect(parts.map((part) => part.data.length)).toEqual(sizes);
  expect(parts.map((part) => part.cla)).toEqual(
    sizes.map((_, at) => (at < sizes.length - 1 ? 0x10 : 0)),
  );
  expect(parts.every((part) => !part.extended)).toBe(true);
});

test("asks for data back in the last part only", () => {
  const parts = splitCommand({ ...put(300), le: 256 });
  expect(parts.map((part) => part.le)).toEqual([undefined, 256]);
});

test("joins parts, however they were cut", () => {
  fc.assert(
    fc.property(fc.nat(1500), fc.integer({ min: 1, max: 255 }), (length, partBytes) => {
      const chain = new CommandChain();
      const results = splitCommand(put(length), partBytes).map((part) => chain.add(part));
      expect(results.slice(0, -1).every((result) => result.kind === "part")).toBe(true);
      expect(results.at(-1)).toMatchObject({ kind: "whole", command: { data: put(length).data } });
    }),
  );
});

test("keeps the parts although their memory is used again", () => {
  const chain = new CommandChain();
  const data = bytes("AA");
  chain.add({ ...put(0), cla: 0x10, data });
  data[0] = 0;
  expect(chain.add({ ...put(0), data })).toMatchObject({ command: { data: bytes("AA00") } });
});

test("takes the maximum, and forgets a chain that is longer", () => {
  const chain = new CommandChain(300);
  const send = (length: number) => splitCommand(put(length)).map((part) => chain.add(part).kind);
  expect(send(300)).toEqual(["part", "whole"]);
  expect(send(301)).toEqual(["part", "too-long"]);
  expect(chain.add(put(3))).toEqual({ kind: "whole", command: put(3) });
});

test("gives up a chain that another command interrupts", () => {
  const chain = new CommandChain();
  chain.add({ ...put(100), cla: 0x10 });
  const list = { ...put(0), ins: 0xa1 };
  expect(chain.add(list)).toEqual({ kind: "whole", command: list });
  expect(chain.add(put(3))).toEqual({ kind: "whole", command: put(3) });
});

test("holds nothing of endless empty parts but that there are some", () => {
  const chain = new CommandChain(10);
  for (let round = 0; round < 1000; round++) {
    expect(chain.add({ ...put(0), cla: 0x10 })).toEqual({ kind: "part" });
  }
  expect(chain.add(put(1))).toMatchObject({ kind: "whole", command: put(1) });
});

test("ends in 9000 when the response fits exactly, and says how much is left when not", () => {
  const data = new Uint8Array(600);
  const sizes = (length: number) => cutResponse(data.subarray(0, length), 256);
  expect(sizes(256)).toMatchObject({ response: { sw: 0x9000 }, rest: { length: 0 } });
  expect(sizes(257)).toMatchObject({ response: { sw: 0x6101 }, rest: { length: 1 } });
  expect(sizes(256 + 254).response.sw).toBe(0x61fe);
  expect(sizes(256 + 255).response.sw).toBe(0x61ff);
  expect(sizes(600).response.sw).toBe(0x61ff);
  expect(sizes(0)).toMatchObject({ response: { sw: 0x9000 } });
});

test("joins the parts of a response, however they were cut", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 1000 }),
      fc.integer({ min: 1, max: 300 }),
      (data, cut) => {
        const chain = new ResponseChain();
        let { response, rest } = cutResponse(data, cut);
        let result = chain.add(response);
        while (result.kind === "more") {
          ({ response, rest } = cutResponse(rest, cut));
          result = chain.add(response);
        }
        expect(result).toEqual({ kind: "whole", response: { data, sw: 0x9000 } });
      },
    ),
  );
});

test("tells an error in the middle of a chained response", () => {
  const chain = new ResponseChain();
  expect(chain.add({ data: bytes("AA"), sw: 0x6105 })).toEqual({ kind: "more" });
  const whole = { kind: "whole", response: { data: bytes("AA"), sw: 0x6982 } };
  expect(chain.add({ data: bytes(""), sw: 0x6982 })).toEqual(whole);
});

test("stops asking a card that promises data without end", () => {
  const chain = new ResponseChain(10);
  expect(chain.add({ data: bytes(""), sw: 0x61ff })).toEqual({ kind: "empty-part" });
  expect(chain.add({ data: new Uint8Array(10), sw: 0x61ff })).toEqual({ kind: "more" });
  expect(chain.add({ data: new Uint8Array(1), sw: 0x61ff })).toEqual({ kind: "too-long" });
  const answer = { data: new Uint8Array(2), sw: 0x9000 };
  expect(chain.add(answer)).toEqual({ kind: "whole", response: answer });
});

test.each([0, 256])("makes no parts of %i bytes", (partBytes) => {
  expect(() => splitCommand(put(300), partBytes)).toThrow(RangeError);
});
