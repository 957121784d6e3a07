import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./lines.ts";
import { parseRequest, RequestError } from "./protocol.ts";

function refusal(line: string): RequestError {
  try {
    parseRequest(line);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

test.each([
  [{ do: "advance", byUs: 0 }],
  [{ do: "stepHostTime", byUs: -3_600_000_000 }],
  [{ do: "powerCycle" }],
  [{ do: "powerCycle", offForUs: 5 }],
  [{ do: "pressButton" }],
  [{ do: "setTemperature", celsius: -12.5 }],
  [{ do: "reconnect" }],
  [{ do: "fresh" }],
  [{ do: "display" }],
  [{ do: "truth" }],
  [{ do: "clock" }],
  [{ do: "inject", fault: { kind: "drop", bytes: 3 } }],
  [{ do: "inject", fault: { kind: "delay", byMs: 100 } }],
  [{ do: "inject", fault: { kind: "mute" } }],
  [{ do: "inject", fault: { kind: "brown-out", afterWrites: 1 } }],
  [{ do: "inject", fault: { kind: "wear", credential: "Bench:a" } }],
  [{ do: "inject", fault: { kind: "disconnect", afterBytes: 0 } }],
])("reads %j", (act) => {
  expect(parseRequest(JSON.stringify({ id: 7, ...act }))).toEqual({ id: 7, act });
});

test.each([
  ["not JSON", "line"],
  ["[]", "line"],
  ["null", "line"],
  ["{}", "id"],
  ['{"id":-1,"do":"clock"}', "id"],
  ['{"id":"1","do":"clock"}', "id"],
  ['{"id":1.5,"do":"clock"}', "id"],
  ['{"id":1}', "do"],
  ['{"id":1,"do":"explode"}', "do"],
  ['{"id":1,"do":"toString"}', "do"],
  ['{"id":1,"do":"clock","byUs":1}', "byUs"],
  ['{"id":1,"do":"advance"}', "byUs"],
  ['{"id":1,"do":"advance","byUs":-1}', "byUs"],
  ['{"id":1,"do":"advance","byUs":0.5}', "byUs"],
  ['{"id":1,"do":"advance","byUs":"1"}', "byUs"],
  ['{"id":1,"do":"advance","byUs":1e16}', "byUs"],
  ['{"id":1,"do":"setTemperature","celsius":201}', "celsius"],
  ['{"id":1,"do":"inject"}', "fault"],
  ['{"id":1,"do":"inject","fault":[]}', "fault"],
  ['{"id":1,"do":"inject","fault":{"kind":"fire"}}', "fault.kind"],
  ['{"id":1,"do":"inject","fault":{"kind":"drop"}}', "fault.bytes"],
  ['{"id":1,"do":"inject","fault":{"kind":"drop","bytes":0}}', "fault.bytes"],
  ['{"id":1,"do":"inject","fault":{"kind":"mute","bytes":1}}', "fault.bytes"],
])("refuses %s, naming %s", (line, field) => {
  const error = refusal(line);
  expect(error.field).toBe(field);
  expect(error.message).toContain(field === "line" ? "a line must be" : field);
});

test("a line is the same in however many pieces it comes", () => {
  const text = '{"id":1,"do":"clock"}\r\n\n{"id":2,"do":"truth"}\n{"half';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
      const splitter = new LineSplitter(100);
      const bytes = Buffer.from(text);
      const lines: string[] = [];
      for (let at = 0, piece = 0; at < bytes.length; piece++) {
        const size = sizes[piece % sizes.length] ?? 1;
        for (const event of splitter.feed(bytes.subarray(at, at + size))) {
          if (event.kind === "line") lines.push(event.text);
        }
        at += size;
      }
      expect(lines).toEqual(['{"id":1,"do":"clock"}', '{"id":2,"do":"truth"}']);
    }),
  );
});

test("a line that is too long ends the stream, in one piece or in many", () => {
  const splitter = new LineSplitter(10);
  expect(splitter.feed(Buffer.from("0123456789\n"))).toEqual([
    { kind: "line", text: "0123456789" },
  ]);
  for (let at = 0; at < 10; at++) expect(splitter.feed(Buffer.from("x"))).toEqual([]);
  expect(splitter.feed(Buffer.from("x"))).toEqual([{ kind: "too-long" }]);
  expect(splitter.feed(Buffer.from("\nmore\n"))).toEqual([]);
});
