// What can go wrong with the SQLite file: each a StoreError with its remedy, nothing half-written.

import { chmod, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { policyOf } from "../policy.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { outcomeOf, stepUs } from "../testing/desk.ts";
import { Verifier } from "../verifier.ts";
import { verdictRow } from "../views.ts";
import { openStore } from "./open.ts";
import { SqliteStore } from "./sqlite.ts";
import type { SqliteOptions } from "./sqlite-open.ts";
import { VerifierProcess } from "./testing/child.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const NOBODY = 65_534;
const code = (step: number) => codeOf(PARAMETERS, step);
let folder = "";
let files = 0;
const newPath = () => join(folder, `state ${files++}.db`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-faults-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with token 1 enrolled at step NOW; closed. */
async function enrolledFile(): Promise<string> {
  const path = newPath();
  await using store = new SqliteStore(path);
  await enroll(store);
  return path;
}

async function enroll(store: SqliteStore): Promise<Verifier> {
  const policy = policyOf("rfc6238", { throttleLimit: 1000 });
  const verifier = new Verifier({ store, policy, diagnose: false });
  const secret = rfc4226Secret();
  const id = await verifier.create({ label: "T", parameters: PARAMETERS, secret });
  await verifier.enroll(id, [code(NOW - 1), code(NOW)], stepUs(NOW));
  return verifier;
}

/** Runs SQL on the file behind the store's back. */
function behindItsBack(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function refusal(codeName: string, hint: RegExp) {
  return { name: "StoreError", code: codeName, hint: expect.stringMatching(hint) };
}

test("a file that is no database", async () => {
  const path = newPath();
  await writeFile(path, "secret = JBSWY3DPEHPK3PXP\n".repeat(100));
  await expect(openStore(path)).rejects.toMatchObject(refusal("corrupt", /another file|backup/));
  expect((await readFile(path, "utf8")).startsWith("secret"), "it is left alone").toBe(true);
});

test("a database of another application is left alone", async () => {
  const path = newPath();
  behindItsBack(path, "CREATE TABLE tokens (a); PRAGMA user_version = 1");
  const before = await readFile(path);
  await expect(openStore(path)).rejects.toMatchObject(refusal("corrupt", /name another file/));
  expect(await readFile(path)).toEqual(before);
});

test("a file of a newer version is left alone", async () => {
  const path = await enrolledFile();
  behindItsBack(path, "PRAGMA user_version = 4");
  const before = await readFile(path);
  await expect(openStore(path)).rejects.toMatchObject(refusal("version", /a newer one/));
  expect(await readFile(path)).toEqual(before);
});

test("a folder that does not exist, a folder instead of a file, a file instead of a folder", async () => {
  const path = newPath();
  const missing = refusal("unreadable", /make the folder/);
  await expect(openStore(join(path, "state.db"))).rejects.toMatchObject(missing);
  await mkdir(path);
  await expect(openStore(path)).rejects.toMatchObject(refusal("unreadable", /./));
  const file = newPath();
  await writeFile(file, "");
  const below = openStore(join(file, "state.db"));
  await expect(below).rejects.toMatchObject(refusal("unreadable", /name another file/));
});

test("an empty file becomes a state file", async () => {
  const path = newPath();
  await writeFile(path, "");
  await using store = await openStore(path);
  expect(await store.list()).toEqual([]);
});

test("a record with one bit turned over", async () => {
  const path = await enrolledFile();
  const database = new DatabaseSync(path);
  const record = database.prepare("SELECT record FROM tokens").get()?.record as Uint8Array;
  // Byte 25 is of the watermark: a lower one would let spent codes in again.
  record.set([(record[25] ?? 0) ^ 1], 25);
  database.prepare("UPDATE tokens SET record = ?").run(record);
  database.close();
  await using store = new SqliteStore(path);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const login = verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
  await expect(login).rejects.toMatchObject(refusal("corrupt", /backup/));
  await expect(login).rejects.toThrow(/checksum/);
});

test("pages full of garbage", async () => {
  const path = await enrolledFile();
  const file = await open(path, "r+");
  const { size } = await file.stat();
  await file.write(Buffer.alloc(size - 4096, 0x5a), 0, undefined, 4096);
  await file.close();
  const use = async () => {
    await using store = new SqliteStore(path);
    await store.list();
  };
  await expect(use()).rejects.toMatchObject(refusal("corrupt", /backup/));
});

test("a file cut short in the middle", async () => {
  const path = await enrolledFile();
  const file = await open(path, "r+");
  await file.truncate(4096);
  await file.close();
  const use = async () => {
    await using store = new SqliteStore(path);
    await store.list();
  };
  await expect(use()).rejects.toMatchObject(refusal("corrupt", /backup/));
});

test("a full disk refuses codes, half-writes nothing, and loses nothing (R17)", async () => {
  const path = newPath();
  const options: SqliteOptions = { maxBytes: 80_000 };
  {
    await using store = new SqliteStore(path, options);
    const verifier = await enroll(store);
    const near = Array.from({ length: 1000 }, (_, at) => code(NOW - 500 + at));
    const wrong = otherCode(...near);
    const fill = async () => {
      for (let failures = 0; failures < 990; failures++) {
        await verifier.verify(1, wrong, stepUs(NOW + 1));
      }
    };
    await expect(fill()).rejects.toMatchObject(refusal("full", /free space/));
    // What a login adds may be a little shorter than a failure.
    const found = { movingFactor: 1n, offsetSteps: 0, outOfSync: false } as const;
    const row = verdictRow(1, 0, { outcome: "accepted", act: "verify", ...found });
    const fillUp = async () => {
      for (let rows = 0; rows < 100; rows++) await store.audit(row);
    };
    await expect(fillUp()).rejects.toMatchObject(refusal("full", /free space/));
    const before = await verifier.state(1);
    const rows = (await verifier.history(1, 10_000)).length;
    for (let tries = 0; tries < 3; tries++) {
      const login = verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
      await expect(login).rejects.toMatchObject(refusal("full", /free space/));
    }
    expect(await verifier.state(1)).toEqual(before);
    expect((await verifier.history(1, 10_000)).length).toBe(rows);
  }
  await using store = new SqliteStore(path);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238", { throttleLimit: 1000 }) });
  const verify = async (step: number) =>
    outcomeOf(await verifier.verify(1, code(step), stepUs(step)));
  expect(await verify(NOW), "what was spent before stays spent").toBe("replayed");
  expect(await verify(NOW + 1), "with room again the refused code is still good").toBe("accepted");
});

test("a file that another process writes to for too long is busy, and free afterwards", async () => {
  const path = await enrolledFile();
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await using store = new SqliteStore(path, { busyTimeoutMs: 20 });
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const login = () => verifier.verify(1, code(NOW + 1), stepUs(NOW + 1));
  await expect(login()).rejects.toMatchObject(refusal("busy", /try again/));
  expect((await verifier.state(1)).watermark, "reading goes on").toBe(BigInt(NOW));
  other.exec("ROLLBACK");
  other.close();
  expect(outcomeOf(await login())).toBe("accepted");
});

// Root may write everywhere: then a process of another user tries.
const isRoot = process.getuid?.() === 0;
const otherUser = isRoot ? NOBODY : undefined;

test.skipIf(process.platform === "win32")("a folder that may not be written", async () => {
  const closed = join(folder, "closed");
  await mkdir(closed);
  await chmod(folder, 0o755);
  await chmod(closed, 0o555);
  await using child = VerifierProcess.start(join(closed, "state.db"), otherUser);
  const answer = await child.ask("open");
  expect(answer).toMatchObject({ error: "read-only", hint: expect.stringMatching(/permissions/) });
  await chmod(closed, 0o755);
});

test.skipIf(process.platform === "win32")("a file that may only be read", async () => {
  const path = await enrolledFile();
  await chmod(folder, 0o755);
  await chmod(path, 0o444);
  await using child = VerifierProcess.start(path, otherUser);
  const answer = await child.ask(`verify ${NOW + 1}`);
  expect(["read-only", "unreadable"]).toContain(answer.error);
  expect(answer.hint).toMatch(/check/);
  await using store = new SqliteStore(path);
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  expect((await verifier.state(1)).watermark).toBe(BigInt(NOW));
});
