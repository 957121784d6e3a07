import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../testing/scratch.ts";
import { type KeptToken, readStateFile, writeStateFile } from "./state-file.ts";
import { StateKeeper } from "./state-keeper.ts";

const KEPT: KeptToken = {
  state: {
    kind: "oathbed-token-state",
    version: 1,
    profile: "canokey",
    serial: 7,
    records: { 3: "AAEC" },
  },
  clockOffsetUs: -1.5,
};

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

test("reads back what it wrote, and leaves nothing else behind", async () => {
  await mkdir(folder.at("own"));
  const path = folder.at("own/token.json");
  expect(await readStateFile(path, "canokey")).toBeUndefined();
  writeStateFile(path, KEPT);
  writeStateFile(path, { ...KEPT, clockOffsetUs: 2 });
  expect(await readStateFile(path, "canokey")).toEqual({ ...KEPT, clockOffsetUs: 2 });
  expect(await readdir(folder.at("own"))).toEqual(["token.json"]);
});

test.skipIf(process.platform === "win32")("is for its owner alone, whoever made it", async () => {
  const path = folder.at("mode.json");
  await writeFile(path, "", { mode: 0o666 });
  writeStateFile(path, KEPT);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

describe("leaves alone", () => {
  test.each([
    ["no JSON", '{"records": "SECRETSECRET', "it is not JSON"],
    ["another kind of file", '{"tokens":[]}', "kind must be"],
    ["a newer version", JSON.stringify({ ...KEPT.state, version: 2 }), "version must be 1"],
    ["another model's", JSON.stringify({ ...KEPT.state, profile: "flipper" }), "of a flipper"],
    ["half a state", JSON.stringify({ ...KEPT.state, records: [1] }), "records must hold"],
    ["an empty file", "", "it is not JSON"],
    ["a huge file", " ".repeat(1_048_577), "longer than 1048576 bytes"],
  ])("%s, and says so without a word of it", async (_what, text, problem) => {
    const path = await folder.write("foreign.json", text);
    const refused = readStateFile(path, "canokey");
    await expect(refused).rejects.toMatchObject({
      name: "UsageError",
      message: expect.stringContaining(problem),
    });
    await expect(refused).rejects.not.toThrow("SECRETSECRET");
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("a folder", async () => {
    await expect(readStateFile(folder.path, "canokey")).rejects.toThrow();
  });
});

test("a keeper writes at each change, and tells once why it cannot", async () => {
  await mkdir(folder.at("gone"));
  const path = folder.at("gone/token.json");
  const told: string[] = [];
  const keeper = await StateKeeper.open(path, "canokey", (text) => told.push(text));
  let serial = 1;
  keeper.onWrite(); // before there is a token
  keeper.follow(() => ({ state: { ...KEPT.state, serial } }));
  serial = 2;
  keeper.onWrite();
  expect((await readStateFile(path, "canokey"))?.state.serial).toBe(2);
  await rm(folder.at("gone"), { recursive: true });
  keeper.onWrite();
  keeper.onWrite();
  expect(told).toEqual([expect.stringContaining("gone/token.json cannot be written (ENOENT)")]);
  expect(() => keeper.save()).toThrow("cannot be written (ENOENT)");
  const elsewhere = StateKeeper.open(folder.at("none/token.json"), "canokey", () => {});
  await expect(elsewhere).rejects.toThrow("none/token.json.lock cannot be written (ENOENT)");
});

test("a file is kept by one process at a time; a lock that a dead one left counts no more", async () => {
  const path = folder.at("locked.json");
  const open = () => StateKeeper.open(path, "canokey", () => {});
  {
    using keeper = await open();
    keeper.follow(() => KEPT);
    await expect(open()).rejects.toMatchObject({
      code: "no-access",
      message: expect.stringContaining(`is kept by process ${process.pid} already`),
    });
  }
  // Above the largest process number of Linux.
  for (const left of ["4194305\n", "", "no number"]) {
    await writeFile(`${path}.lock`, left);
    using again = await open();
    expect(again.kept).toEqual(KEPT);
  }
  await expect(readFile(`${path}.lock`)).rejects.toThrow("ENOENT");
});

test("a record that the token has no place for is told as the file's", async () => {
  const path = folder.at("odd.json");
  writeStateFile(path, KEPT);
  using keeper = await StateKeeper.open(path, "canokey", () => {});
  const make = () => {
    throw new RangeError('records: slot "9999" is none of this token\'s');
  };
  expect(() => keeper.taken(make)).toThrow(/odd\.json is no state of this token: records: slot/);
});
