import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Scratch, scratch } from "./testing/scratch.ts";
import { readTextFile } from "./text-file.ts";

let folder: Scratch;
beforeEach(async () => {
  folder = await scratch();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function textOf(bytes: Buffer, most = 1024): Promise<string> {
  const path = folder.at("x");
  await writeFile(path, bytes);
  return readTextFile(path, most);
}

test("a byte order mark is no text, and a character that was cut off is left out", async () => {
  expect(await textOf(Buffer.from("\uFEFFa é\n"))).toBe("a é\n");
  expect(await textOf(Buffer.from("a 😀").subarray(0, -1))).toBe("a ");
  expect(await textOf(Buffer.alloc(0))).toBe("");
});

test.each([
  ["Latin-1", Buffer.from("a\nb\xe9rt\n", "latin1"), /x is no UTF-8: line 2/],
  ["UTF-16", Buffer.from("\uFEFFab", "utf16le"), /x is UTF-16/],
  ["too much", Buffer.alloc(1025, "a"), /x is longer than/],
])("%s is refused", async (_, bytes, message) => {
  await expect(textOf(bytes)).rejects.toThrow(message);
});

test("a pipe that never ends is left at the limit", async () => {
  const pipe = folder.at("pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  const writing = writeFile(pipe, Buffer.alloc(3_000_000, "a")).catch(() => undefined);
  await expect(readTextFile(pipe, 1_000_000)).rejects.toThrow("longer than");
  await writing;
});
