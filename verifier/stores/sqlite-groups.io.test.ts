// Groups that cannot be stored: all of their writes are refused, none is half there.

import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { newRecord, type TokenRecord } from "../record.ts";
import { adminRow, verdictRow } from "../views.ts";
import { SqliteStore } from "./sqlite.ts";
import type { SqliteOptions } from "./sqlite-open.ts";
import type { AuditRow, Write } from "./store.ts";

const THREADS = ["own", "callers"] as const;
const TOKENS = 50;
let folder = "";
let files = 0;
let mounted = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-groups-"));
});
afterEach(() => {
  if (mounted !== "") execFileSync("umount", ["-l", mounted]);
  mounted = "";
});
afterAll(() => rm(folder, { recursive: true }));

function recordOf(watermark: bigint): TokenRecord {
  return { ...newRecord(totpParameters()), state: "enabled", watermark };
}

function rowOf(token: number, movingFactor: bigint): AuditRow {
  const verdict = { outcome: "accepted", act: "verify", movingFactor } as const;
  return verdictRow(token, 0, { ...verdict, offsetSteps: 0, outOfSync: false });
}

async function filled(path: string, options: SqliteOptions): Promise<SqliteStore> {
  const store = new SqliteStore(path, options);
  const tokens = Array.from({ length: TOKENS }, (_, at) => {
    const secret = Buffer.from(`secret ${at}`.padEnd(20));
    const token = { label: `T${at}`, user: null, secret, admit: () => recordOf(0n) };
    return { token, audit: adminRow(0, "create") };
  });
  await store.importMany(tokens);
  return store;
}

/** A swap of each token from `version`, all at a time. */
function swapAll(store: SqliteStore, version: number): Promise<PromiseSettledResult<boolean>[]> {
  const factor = BigInt(version + 1);
  return Promise.allSettled(
    Array.from({ length: TOKENS }, (_, at) =>
      store.swap(at + 1, version, recordOf(factor), rowOf(at + 1, factor)),
    ),
  );
}

function reasons(results: readonly PromiseSettledResult<unknown>[]): string[] {
  const codes = results.map((one) => (one.status === "rejected" ? one.reason.code : "stored"));
  return [...new Set(codes)];
}

/** Grows the audit log, `length` rows at a time, until a write is refused; its code. */
async function growUntilRefused(store: SqliteStore, length: number): Promise<string> {
  const row: Write = { kind: "audit", audit: rowOf(1, 1n) };
  for (let rounds = 0; rounds < 200; rounds++) {
    const writes = Array.from({ length }, () => row);
    const [failed] = await Promise.allSettled([store.writeMany(writes)]);
    if (failed?.status === "rejected") return failed.reason.code;
  }
  return "never";
}

/** Versions, and the number of audit rows of each token: what must not change by halves. */
async function stateOf(store: SqliteStore): Promise<unknown> {
  const tokens = await store.list();
  const rows = await store.auditOf(2, 10_000);
  return { versions: tokens.map(({ version }) => version), rows };
}

test.each(THREADS)("a full disk refuses a whole group (%s)", async (thread) => {
  const path = join(folder, `full ${files++}.db`);
  await using store = await filled(path, { thread, maxBytes: 1_000_000 });
  expect(reasons(await swapAll(store, 0))).toEqual(["stored"]);
  // Ever smaller ones, until no page is left.
  for (const length of [1000, 100, 10]) expect(await growUntilRefused(store, length)).toBe("full");
  const before = await stateOf(store);
  expect(reasons(await swapAll(store, 1))).toEqual(["full"]);
  expect(await stateOf(store)).toEqual(before);
  await store.close();
  await using again = new SqliteStore(path, { thread });
  expect(await stateOf(again)).toEqual(before);
  expect(reasons(await swapAll(again, 1))).toEqual(["stored"]);
});

const isRoot = process.getuid?.() === 0 && process.platform === "linux";

test.skipIf(!isRoot).each(THREADS)(
  "a disk that is really full refuses a whole group (%s; needs root)",
  async (thread) => {
    const disk = join(folder, `disk ${files++}`);
    await mkdir(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    mounted = disk;
    const path = join(disk, "state.db");
    const store = await filled(path, { thread });
    expect(reasons(await swapAll(store, 0))).toEqual(["stored"]);
    const ballast = join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(1_000_000)).catch(() => {});
    for (const length of [1000, 50]) {
      expect(["full", "unreadable"]).toContain(await growUntilRefused(store, length));
    }
    const before = await stateOf(store);
    const [reason = ""] = reasons(await swapAll(store, 1));
    expect(["full", "unreadable"]).toContain(reason);
    expect(await stateOf(store)).toEqual(before);
    await rm(ballast);
    execFileSync("mount", ["-o", "remount,size=8m", disk]);
    expect(reasons(await swapAll(store, 1))).toEqual(["stored"]);
    await store.close();
  },
);

test.each(THREADS)(
  "a database deleted while it is open is told, nothing accepted (%s)",
  async (thread) => {
    const path = join(folder, `deleted ${files++}.db`);
    await using store = await filled(path, { thread });
    expect(reasons(await swapAll(store, 0))).toEqual(["stored"]);
    await rename(path, `${path}.away`);
    expect(reasons(await swapAll(store, 1))).toEqual(["lost"]);
    await copyFile(`${path}.away`, path);
    expect(reasons(await swapAll(store, 1)), "replaced by a copy").toEqual(["lost"]);
    await rm(path);
    await rename(`${path}.away`, path);
    expect(reasons(await swapAll(store, 1))).toEqual(["stored"]);
  },
);

test.each(THREADS)("a log deleted while it is open is told, too (%s)", async (thread) => {
  const path = join(folder, `log ${files++}.db`);
  await using store = await filled(path, { thread });
  expect(reasons(await swapAll(store, 0))).toEqual(["stored"]);
  await rm(`${path}-wal`);
  expect(reasons(await swapAll(store, 1))).toEqual(["lost"]);
});

test("writes are grouped: 5,000 at a time are a few transactions", async () => {
  const path = join(folder, `grouped ${files++}.db`);
  await using store = await filled(path, {});
  const before = (await store.statistics()).transactions;
  const writes = Array.from({ length: 5000 }, () => store.audit(rowOf(1, 1n)));
  await Promise.all(writes);
  const { transactions } = await store.statistics();
  expect(transactions - before).toBeLessThan(10);
});

test("a store moves to its thread while it is used, and loses nothing", async () => {
  const path = join(folder, `moving ${files++}.db`);
  await using store = await filled(path, {});
  for (let version = 0; version < 60; version++) {
    expect(reasons(await swapAll(store, version))).toEqual(["stored"]);
  }
  expect((await store.list()).every(({ version }) => version === 60)).toBe(true);
  const factors = (await store.auditOf(7, 100)).map(({ movingFactor }) => movingFactor);
  expect(factors).toEqual([...Array.from({ length: 60 }, (_, at) => BigInt(60 - at)), null]);
});

test("what is under way when the store is closed is stored first", async () => {
  const path = join(folder, `closing ${files++}.db`);
  const store = await filled(path, { thread: "own" });
  const swaps = swapAll(store, 0);
  await store.close();
  expect(reasons(await swaps)).toEqual(["stored"]);
  await using again = new SqliteStore(path);
  expect((await again.list()).every(({ version }) => version === 1)).toBe(true);
});
