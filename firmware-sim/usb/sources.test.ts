import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/wire/testing/frames.ts";
import { MAX_QUEUED_BYTES, MessageSource, StreamSource } from "./sources.ts";

describe("messages for a host", () => {
  it("are lost when it leaves too many, and taken again when it has read", () => {
    const source = new MessageSource(64);
    const half = new Uint8Array(MAX_QUEUED_BYTES / 2);
    expect([source.push(half), source.push(half), source.push(Uint8Array.of(1))]).toEqual([
      true,
      true,
      false,
    ]);
    source.take(MAX_QUEUED_BYTES);
    expect(source.push(half)).toBe(true);
  });

  it("are cut at whole packets only", () => {
    const source = new MessageSource(64);
    source.push(new Uint8Array(100));
    expect(source.take(64)).toMatchObject({ data: { length: 64 } });
    expect(source.take(64)).toMatchObject({ data: { length: 36 } });
    source.push(new Uint8Array(100));
    expect(source.take(63)).toEqual({ kind: "overflow" });
    expect(source.take(64)).toBeUndefined();
  });

  it("are forgotten together", () => {
    const source = new MessageSource(64);
    source.push(new Uint8Array(MAX_QUEUED_BYTES));
    source.clear();
    expect(source.take(64)).toBeUndefined();
    expect(source.push(new Uint8Array(MAX_QUEUED_BYTES))).toBe(true);
  });
});

describe("a stream for a host", () => {
  it("has no borders and loses what is too much", () => {
    const source = new StreamSource();
    source.push(utf8("ab"));
    source.push(new Uint8Array(MAX_QUEUED_BYTES));
    expect(source.take(1)).toEqual({ kind: "done", data: utf8("a") });
    const rest = source.take(2 * MAX_QUEUED_BYTES);
    expect(rest).toMatchObject({ data: { length: MAX_QUEUED_BYTES - 1 } });
    expect(source.take(1)).toBeUndefined();
  });
});
