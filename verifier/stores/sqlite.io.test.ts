import { existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { outcomeOf, stepUs } from "../testing/desk.ts";
import { Verifier } from "../verifier.ts";
import { openStore } from "./open.ts";
import { SqliteStore } from "./sqlite.ts";
import { testStore } from "./testing/contract.ts";

let folder = "";
let files = 0;
const newPath = () => join(folder, `state ${files++}.db`);

beforeAll(async () => {
  // Where files are memory the contract takes seconds; what survives is tried elsewhere.
  const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  folder = await mkdtemp(join(place, "oathbed-sqlite-"));
});
afterAll(() => rm(folder, { recursive: true }));

testStore("sqlite", async () => new SqliteStore(newPath()));
testStore("sqlite in a thread", async () => new SqliteStore(newPath(), { thread: "own" }));

const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);

test("what was consumed, counted and locked survives a restart (R14, T07)", async () => {
  const path = newPath();
  const policy = policyOf("rfc6238", { throttleLimit: 2 });
  const near = Array.from({ length: 1000 }, (_, at) => code(NOW - 500 + at));
  const wrong = otherCode(...near);
  {
    await using store = new SqliteStore(path);
    const verifier = new Verifier({ store, policy });
    const secret = rfc4226Secret();
    const id = await verifier.create({ label: "T", parameters: PARAMETERS, secret });
    await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW));
    await verifier.verify(id, code(NOW + 1), stepUs(NOW + 1));
    expect(outcomeOf(await verifier.verify(id, wrong, stepUs(NOW + 1)))).toBe("no-match");
  }
  await using store = await openStore(path);
  const verifier = new Verifier({ store, policy });
  const token = await verifier.find("T");
  expect(token).toMatchObject({ state: "enabled", watermark: 10_001n, failures: 1 });
  const id = token?.id ?? 0;
  expect(outcomeOf(await verifier.verify(id, code(NOW + 1), stepUs(NOW + 1)))).toBe("replayed");
  expect(outcomeOf(await verifier.verify(id, wrong, stepUs(NOW + 1)))).toBe("no-match");
  expect(outcomeOf(await verifier.verify(id, code(NOW + 2), stepUs(NOW + 2)))).toBe("locked");
  expect((await verifier.history(id)).length).toBe(7);
});

test("tombstones survive a restart: the key of their hashes is in the file", async () => {
  const path = newPath();
  const create = (verifier: Verifier) =>
    verifier.create({ label: "T", parameters: PARAMETERS, secret: rfc4226Secret() });
  {
    await using store = new SqliteStore(path);
    const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
    const id = await create(verifier);
    await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW));
    await verifier.deactivate(id);
    await verifier.delete(id);
  }
  await using store = new SqliteStore(path);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const id = await create(verifier);
  expect((await verifier.state(id)).watermark).toBe(BigInt(NOW));
});

test.skipIf(process.platform === "win32")(
  "the file and its log are for their owner only",
  async () => {
    const path = newPath();
    await using store = new SqliteStore(path);
    expect(await store.list()).toEqual([]);
    for (const name of [path, `${path}-wal`, `${path}-shm`]) {
      expect((await stat(name)).mode & 0o777, name).toBe(0o600);
    }
  },
);

test("memory is no file, ./memory is one, and an empty path is refused", async () => {
  await using memory = await openStore("memory");
  expect(memory.name).toBe("memory");
  await using store = await openStore(join(folder, "memory"));
  expect(store.name).toBe("sqlite");
  for (const spec of ["", "a\0b", "x".repeat(4097)]) {
    await expect(openStore(spec)).rejects.toThrow(/a state is "memory" or a file's path/);
  }
});

test.each([":memory:", "file:x?mode=memory"])("%s is the name of a file", async (name) => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const store = new SqliteStore(name);
    await store.close();
    expect((await stat(join(folder, name))).isFile()).toBe(true);
  } finally {
    process.chdir(before);
  }
});
