// Sealed secrets, their key file, and files of version 1, which had neither.

import { chmod, copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { newRecord } from "../record.ts";
import { encodeRecord } from "../record-codec.ts";
import { adminRow } from "../views.ts";
import { newKey, readKeyFile, readOrMakeKeyFile, writeKeyFile } from "./key-file.ts";
import { SqliteStore } from "./sqlite.ts";
import { SCHEMA_1 } from "./sqlite-schema.ts";
import type { Peers } from "./store.ts";

const SECRET = Buffer.from("a secret of 20 bytes");
const OLD_SECRET = Buffer.from("that was deleted now");
const RECORD = newRecord(totpParameters());
let folder = "";
let files = 0;
const newPath = () => join(folder, `state ${files++}.db`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-keys-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fill(store: SqliteStore, label = "A"): Promise<void> {
  const admit = () => RECORD;
  await store.insert({ label, user: null, secret: SECRET, admit }, adminRow(0, "create"));
}

/** A file with token 1; closed. */
async function filledFile(): Promise<string> {
  const path = newPath();
  await using store = new SqliteStore(path);
  await fill(store);
  return path;
}

/** All bytes of the database and its log. */
async function bytesOf(path: string): Promise<Buffer> {
  const log = await readFile(`${path}-wal`).catch(() => Buffer.alloc(0));
  return Buffer.concat([await readFile(path), log]);
}

function refusal(code: string, hint: RegExp) {
  return expect.objectContaining({ name: "StoreError", code, hint: expect.stringMatching(hint) });
}

function opening(path: string): unknown {
  try {
    new SqliteStore(path);
  } catch (error) {
    return error;
  }
  return "opened";
}

test("neither the file nor its log holds a secret, and the key is in a file of mode 0600", async () => {
  const path = newPath();
  await using store = new SqliteStore(path);
  await fill(store);
  expect((await bytesOf(path)).includes(SECRET)).toBe(false);
  if (process.platform !== "win32") expect((await stat(`${path}.key`)).mode & 0o777).toBe(0o600);
  expect((await store.load(1))?.secret).toEqual(Uint8Array.from(SECRET));
});

test("a missing or a foreign key file is told with its remedy, and nothing is lost", async () => {
  const path = await filledFile();
  const before = await readFile(path);
  await rename(`${path}.key`, `${path}.away`);
  expect(opening(path)).toEqual(refusal("key", /put the key file back/));
  await copyFile(`${await filledFile()}.key`, `${path}.key`);
  expect(opening(path)).toEqual(refusal("key", /put the key file back/));
  await writeFile(`${path}.key`, "oathbed-key-1 00000000 x\n");
  expect(opening(path)).toEqual(refusal("key", /restore it/));
  expect(await readFile(path)).toEqual(before);
  await rename(`${path}.away`, `${path}.key`);
  await using store = new SqliteStore(path);
  expect((await store.load(1))?.secret).toEqual(Uint8Array.from(SECRET));
});

test.skipIf(process.platform === "win32")(
  "a key file that others may read is refused",
  async () => {
    const path = await filledFile();
    await chmod(`${path}.key`, 0o640);
    expect(opening(path)).toEqual(refusal("key", /chmod 600/));
  },
);

test("a key file may lie elsewhere", async () => {
  const path = newPath();
  const keyFile = join(folder, "elsewhere.key");
  {
    await using store = new SqliteStore(path, { keyFile });
    await fill(store);
  }
  await using store = new SqliteStore(path, { keyFile });
  expect((await store.load(1))?.secret.length).toBe(20);
  await expect(stat(`${path}.key`)).rejects.toThrow(/ENOENT/);
});

test("a secret that was moved to another row does not open", async () => {
  const path = await filledFile();
  const database = new DatabaseSync(path);
  database.exec(
    "INSERT INTO tokens SELECT 2, 'B', user, secret, x'00', record, 0, 0, 0 FROM tokens",
  );
  database.close();
  await using store = new SqliteStore(path);
  const moved = await store.load(2);
  expect(() => moved?.secret).toThrow(/moved from another place/);
});

test("after a rotation the old key opens nothing, and other open stores go on", async () => {
  const path = await filledFile();
  const [old] = readKeyFile(`${path}.key`);
  await using other = new SqliteStore(path, { thread: "own" });
  await fill(other, "B");
  {
    await using store = new SqliteStore(path);
    await store.rotateKey(adminRow(0, "rotate-key"));
  }
  const keys = readKeyFile(`${path}.key`);
  expect(keys.map(({ id }) => id)).not.toContain(old?.id);
  expect(keys.length).toBe(1);
  expect((await other.load(1))?.secret.length, "reads the new key").toBe(20);
  await fill(other, "C");
  expect((await other.load(3))?.secret.length).toBe(20);
  await rename(`${path}.key`, `${path}.new`);
  writeKeyFile(`${path}.key`, old === undefined ? [] : [old]);
  expect(opening(path)).toEqual(refusal("key", /put the key file back/));
});

test("a rotation that was cut off between file and database opens as before", async () => {
  const path = await filledFile();
  writeKeyFile(`${path}.key`, [newKey(), ...readKeyFile(`${path}.key`)]);
  await using store = new SqliteStore(path);
  await fill(store, "B");
  expect((await store.list()).map(({ secret }) => secret.length)).toEqual([20, 20]);
  await store.rotateKey(adminRow(0, "rotate-key"));
  expect((await store.list()).map(({ secret }) => secret.length)).toEqual([20, 20]);
});

test("a rotation that was cut off before the old key went opens with both, then with one", async () => {
  const path = await filledFile();
  const [old] = readKeyFile(`${path}.key`);
  {
    await using store = new SqliteStore(path);
    await store.rotateKey(adminRow(0, "rotate-key"));
  }
  writeKeyFile(`${path}.key`, [...readKeyFile(`${path}.key`), ...(old === undefined ? [] : [old])]);
  await using store = new SqliteStore(path);
  expect((await store.load(1))?.secret).toEqual(Uint8Array.from(SECRET));
  const keyId = await store.rotateKey(adminRow(0, "rotate-key"));
  expect(readKeyFile(`${path}.key`).map(({ id }) => id)).toEqual([keyId]);
});

test("of rotations at a time in two stores the last one's key is left, and opens all", async () => {
  const path = await filledFile();
  await using a = new SqliteStore(path, { thread: "own" });
  await using b = new SqliteStore(path);
  const rotate = (store: SqliteStore) => store.rotateKey(adminRow(0, "rotate-key"));
  await Promise.all([a, b, a, b].map(rotate));
  expect(readKeyFile(`${path}.key`).length).toBe(1);
  await using store = new SqliteStore(path);
  expect((await store.load(1))?.secret).toEqual(Uint8Array.from(SECRET));
  expect((await store.auditPage({ limit: 9 })).rows.length).toBe(5);
});

test("of two that make a key file at a time both have the same key", () => {
  const path = join(folder, "new.key");
  const first = readOrMakeKeyFile(path);
  expect(readOrMakeKeyFile(path)).toEqual(first);
});

/** A file as version 1 wrote it: two tokens, one of them deleted, and 600 audit rows. */
async function versionOne(): Promise<string> {
  const path = newPath();
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA_1}; PRAGMA user_version = 1`);
  const insert = database.prepare(
    "INSERT INTO tokens (label, user, secret, secret_hash, record, version) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const record = encodeRecord(RECORD);
  insert.run("A", "ada", SECRET, Buffer.alloc(32, 1), record, 5);
  insert.run("B", null, OLD_SECRET, Buffer.alloc(32, 2), record, 0);
  database.exec("UPDATE tokens SET label = NULL, secret = x'' WHERE id = 2");
  database.prepare("INSERT INTO settings VALUES ('hash-key', ?)").run(Buffer.alloc(32, 9));
  const audit = database.prepare("INSERT INTO audit VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)");
  database.exec("BEGIN");
  for (let at = 0; at < 600; at++) {
    audit.run(
      at,
      1 + (at % 2),
      "verify",
      "refused",
      "no-match",
      at === 0 ? Buffer.alloc(8, 255) : null,
      at,
    );
  }
  database.exec("COMMIT");
  database.close();
  return path;
}

test("a file of version 1 is taken over: secrets sealed, nothing of them left, all rows there", async () => {
  const path = await versionOne();
  expect((await bytesOf(path)).includes(SECRET), "the old file holds it").toBe(true);
  await using store = new SqliteStore(path);
  const all = await bytesOf(path);
  expect([SECRET, OLD_SECRET].map((secret) => all.includes(secret))).toEqual([false, false]);
  expect(await store.load(1)).toMatchObject({ label: "A", user: "ada", version: 5 });
  expect((await store.load(1))?.secret).toEqual(Uint8Array.from(SECRET));
  expect((await store.load(2))?.secret.length).toBe(0);
  const rows = await store.auditOf(1, 1000);
  expect(rows.map(({ atUs }) => atUs)).toEqual(
    Array.from({ length: 300 }, (_, at) => 598 - 2 * at),
  );
  expect(rows.at(-1)).toMatchObject({ movingFactor: 2n ** 64n - 1n, reason: "no-match" });
  await fill(store, "C");
  expect(await store.auditOf(3, 9)).toHaveLength(1);
});

test("the key of the tombstones' hashes is taken over from version 1", async () => {
  const path = await versionOne();
  const { createHmac } = await import("node:crypto");
  const hash = createHmac("sha256", Buffer.alloc(32, 9)).update(OLD_SECRET).digest();
  const database = new DatabaseSync(path);
  database.prepare("UPDATE tokens SET secret_hash = ? WHERE id = 2").run(hash);
  database.close();
  await using store = new SqliteStore(path);
  let seen: Peers | undefined;
  const admit = (peers: Peers) => {
    seen = peers;
    return RECORD;
  };
  await store.insert({ label: "D", user: null, secret: OLD_SECRET, admit }, adminRow(0, "create"));
  expect(seen?.sameSecret.map(({ id }) => id)).toEqual([2]);
});

test("a migration that fails leaves the file of version 1 as it was", async () => {
  const path = await versionOne();
  await writeFile(`${path}.key`, "no key file\n", { mode: 0o600 });
  expect(opening(path)).toEqual(refusal("key", /restore it/));
  await rm(`${path}.key`);
  const database = new DatabaseSync(path);
  expect(database.prepare("SELECT count(*) AS n FROM audit").get()?.n).toBe(600);
  database.close();
  await using store = new SqliteStore(path);
  expect((await store.auditOf(2, 1000)).length).toBe(300);
});
