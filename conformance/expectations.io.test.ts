import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadExpectations } from "./expectations.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-expectations-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, subject: string): Promise<void> {
  await writeFile(join(folder, file), JSON.stringify({ version: 1, subject, knownFailures: [] }));
}

test("files of the subjects named are read, and subjects without one have none", async () => {
  await put("virtual.json", "virtual");
  await put("other.json", "other");
  const loaded = await loadExpectations(["virtual", "library"], folder);
  expect(loaded.map(({ subject }) => subject)).toEqual(["virtual"]);
});

test("files of models are read for every token: which is which is known when it is opened", async () => {
  await put("model-canokey.json", "model:CanoKey");
  expect((await loadExpectations(["usb:x"], folder)).map(({ subject }) => subject)).toEqual([
    "model:CanoKey",
  ]);
});

test("a file about another subject is refused", async () => {
  await put("virtual.json", "serial");
  await expect(loadExpectations(["virtual"], folder)).rejects.toThrow(
    'at /subject: it is about "serial", not about "virtual"',
  );
});

test("a broken file is refused by its name", async () => {
  await writeFile(join(folder, "virtual.json"), "{");
  await expect(loadExpectations(["virtual"], folder)).rejects.toThrow(/virtual\.json: not JSON/);
});
