// The compact arrays against plain maps.

import fc from "fast-check";
import { expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { newRecord } from "../../record.ts";
import { Column } from "./columns.ts";
import { HashTable } from "./hash-table.ts";
import { MAX_SLAB_BYTES, Slabs } from "./slabs.ts";
import { Texts } from "./texts.ts";
import { CompactTokens } from "./tokens.ts";

const INDEX = fc.integer({ min: 0, max: 20 });

test("a column grows, keeps its values, and overwrites what it copied", () => {
  const column = new Column(Uint32Array, 65_536);
  const first = column.values;
  for (let at = 0; at < 40_000; at++) column.set(at, at + 1);
  expect(column.values.every((value, at) => value === (at < 40_000 ? at + 1 : 0))).toBe(true);
  expect(column.get(39_999)).toBe(40_000);
  expect(column.get(1_000_000)).toBe(0);
  expect(first.length).toBe(16_384);
  expect(first.every((value) => value === 0)).toBe(true);
});

test("slabs hold what a map holds, whatever is set, replaced and removed", () => {
  const act = fc.tuple(INDEX, fc.option(fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const slabs = new Slabs();
      const model = new Map<number, Uint8Array>();
      for (const [index, bytes] of acts) {
        if (bytes === null) slabs.remove(index);
        else slabs.set(index, bytes);
        model.set(index, bytes ?? new Uint8Array(0));
      }
      for (const [index, bytes] of model) expect(slabs.get(index).slice()).toEqual(bytes);
    }),
  );
});

test("slabs use freed places again, overwrite what goes, and have a limit", () => {
  const slabs = new Slabs();
  slabs.set(0, new Uint8Array(20).fill(7));
  const view = slabs.get(0);
  slabs.remove(0);
  expect(view.every((byte) => byte === 0)).toBe(true);
  slabs.set(1, new Uint8Array(20).fill(8));
  expect(
    view.every((byte) => byte === 8),
    "the same place",
  ).toBe(true);
  slabs.set(2, new Uint8Array(MAX_SLAB_BYTES).fill(9));
  expect(slabs.get(2).length).toBe(MAX_SLAB_BYTES);
  expect(() => slabs.set(3, new Uint8Array(MAX_SLAB_BYTES + 1))).toThrow(/at most 65535/);
  slabs.clear();
  expect(slabs.get(2).length).toBe(0);
});

test("a table finds what it holds, with any hashes, as tokens come and go", () => {
  const act = fc.record({ index: INDEX, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 300 }), fc.integer(), (acts, spread) => {
      // Few different hashes: most collide.
      const hashOf = (index: number) => Math.imul(index % 3, spread);
      const table = new HashTable();
      const held = new Set<number>();
      for (const { index, add } of acts) {
        if (add && !held.has(index)) table.add(hashOf(index), index);
        if (!add) table.remove(hashOf(index), index);
        if (add) held.add(index);
        else held.delete(index);
      }
      for (let index = 0; index <= 20; index++) {
        const found = table.find(hashOf(index), (other) => other === index);
        expect(found).toBe(held.has(index) ? index : -1);
      }
      const alike = table.findAll(hashOf(0), (index) => index % 3 === 0);
      expect(alike.toSorted()).toEqual([...held].filter((index) => index % 3 === 0).toSorted());
    }),
  );
});

test("a table that grows forgets what was removed, and keeps all else, of any one hash", () => {
  const table = new HashTable();
  const hashOf = (index: number) => Math.imul(index >> 3, 0x9e37_79b1);
  const find = (index: number) => table.find(hashOf(index), (other) => other === index);
  for (let index = 0; index < 10_000; index++) {
    table.add(hashOf(index), index);
    if (index % 2 === 1) table.remove(hashOf(index), index);
  }
  for (let index = 0; index < 10_000; index++) expect(find(index)).toBe(index % 2 ? -1 : index);
  expect(table.findAll(hashOf(8), () => true).toSorted((a, b) => a - b)).toEqual([8, 10, 12, 14]);
  const asked: number[] = [];
  table.find(hashOf(8) ^ 0x4000_0000, (index) => asked.push(index) > 0);
  expect(asked, "none of another hash").toEqual([]);
});

test("texts are found by their bytes, and a removed one may come again", () => {
  const texts = new Texts();
  const given = ["T-1", "T-2", "ä€𝄞", "", "x".repeat(65_535)];
  given.forEach((text, index) => {
    texts.set(index, text);
  });
  expect(given.map((text) => texts.find(text))).toEqual([0, 1, 2, 3, 4]);
  expect(given.map((_, index) => texts.get(index))).toEqual(given);
  texts.remove(0);
  expect([texts.find("T-1"), texts.get(0)]).toEqual([-1, ""]);
  texts.set(9, "T-1");
  expect(texts.find("T-1")).toBe(9);
  expect(() => texts.set(10, "x".repeat(65_536))).toThrow(RangeError);
});

test("a text is given an index only where none has it, whatever its characters", () => {
  const texts = new Texts();
  const model = new Map<string, number>();
  const text = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(
    fc.property(text, (one) => {
      expect(texts.find(one)).toBe(model.get(one) ?? -1);
      const index = model.get(one) ?? model.size;
      expect(texts.findOrSet(model.size, one)).toBe(index);
      model.set(one, index);
      expect([texts.find(one), texts.get(index)]).toEqual([index, one]);
    }),
  );
  for (let at = 0; at < 1000; at++) model.set(`u${at}`, texts.findOrSet(model.size, `u${at}`));
  for (const [one, index] of model) expect(texts.find(one)).toBe(index);
  expect(() => texts.findOrSet(9999, "€".repeat(21_846))).toThrow(RangeError);
});

test("tokens of one hash are found, and none whose hash differs in one byte", () => {
  const tokens = new CompactTokens();
  const record = newRecord(totpParameters());
  const secret = new Uint8Array([1]);
  const hash = tokens.hash(secret);
  expect(tokens.hash(new Uint8Array([1]))).toBe(hash);
  expect(tokens.hash(new Uint8Array(1024))).not.toBe(tokens.hash(new Uint8Array(1023)));
  const hashes = Array.from({ length: 16 }, (_, at) => {
    const other = String.fromCharCode(hash.charCodeAt(at) ^ 0x80);
    return hash.slice(0, at) + other + hash.slice(at + 1);
  });
  for (const one of [hash, ...hashes, hash])
    tokens.add(`T${tokens.count}`, null, secret, one, record);
  expect(tokens.idsOfHash(hash)).toEqual([1, 18]);
  hashes.forEach((one, at) => {
    expect(tokens.idsOfHash(one)).toEqual([at + 2]);
  });
  expect(new CompactTokens().hash(secret), "of a key of its own").not.toBe(hash);
});

test("a token whose record cannot be encoded leaves nothing behind", () => {
  const tokens = new CompactTokens();
  const record = { ...newRecord(totpParameters()), parameters: { ...totpParameters(), t0: 0.5 } };
  const secret = new Uint8Array([1]);
  const add = () => tokens.add("T", "ada", secret, tokens.hash(secret), record);
  expect(add).toThrow(RangeError);
  expect([tokens.count, tokens.idOf("T"), tokens.idsOfUser("ada")]).toEqual([0, 0, []]);
});

test("tokens that were put back into the arrays come out as they were", () => {
  const tokens = new CompactTokens();
  const record = newRecord(totpParameters());
  const count = 70_000;
  for (let at = 0; at < count; at++) {
    const secret = new Uint8Array([at >> 16, at >> 8, at]);
    tokens.add(`T${at}`, at % 2 === 0 ? null : "ada", secret, tokens.hash(secret), record);
  }
  const first = tokens.load(1);
  if (first !== null) tokens.replace(first, { ...record, watermark: 77n });
  for (let id = 2; id <= count; id++) tokens.load(id);
  expect(tokens.load(1)).toEqual({
    id: 1,
    label: "T0",
    user: null,
    secret: new Uint8Array(3),
    record: { ...record, watermark: 77n },
    version: 1,
  });
  expect(tokens.peek(2)).toMatchObject({ user: "ada", version: 0, label: "T1" });
  expect(tokens.idsOfUser("ada").length).toBe(count / 2);
  expect(tokens.idsOfHash(tokens.hash(new Uint8Array([1, 0, 0])))).toEqual([65_537]);
});
