// Stores groups: one transaction each, on the disk when it is answered. Works in the callers'
// thread or in its own (sqlite-worker.ts).

import type { DatabaseSync } from "node:sqlite";
import { ENTRY_BYTES, groupOfAudit, linkEntry, type PackedAudit } from "./audit-codec.ts";
import { newKey, readKeyFile, writeKeyFile } from "./key-file.ts";
import type { KeyRing } from "./key-ring.ts";
import { secretPlace } from "./seal.ts";
import { sqliteError } from "./sqlite-errors.ts";
import {
  AUDIT,
  BURY,
  type Group,
  type GroupAnswer,
  type ImportJob,
  type JobAnswer,
  type PackedRetired,
  type PackedWrites,
  peersText,
  type RotateJob,
  SWAP,
} from "./sqlite-group.ts";
import { assertIdentity, type FileIdentity, identityOf } from "./sqlite-identity.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import type { Row } from "./sqlite-rows.ts";
import { SqliteStatements } from "./sqlite-statements.ts";
import { StoreError } from "./store.ts";

const SET_HEAD = "version = version + 1, audit_prev = audit_head, audit_head = ?";
const SWAP_SQL = `UPDATE tokens SET record = ?, ${SET_HEAD}
  WHERE id = ? AND version = ? RETURNING audit_prev`;
const BURY_SQL = `UPDATE tokens SET record = ?, secret = x'', label = NULL, ${SET_HEAD}
  WHERE id = ? AND version = ? RETURNING audit_prev`;
const AUDIT_SQL = `UPDATE tokens SET audit_prev = audit_head, audit_head = ?
  WHERE id = ? RETURNING audit_prev`;
const INSERT_SQL = `INSERT INTO tokens (id, label, user, secret, secret_hash, record, audit_head)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
/** What stands for the row of an audit entry of no token. */
const OF_NO_TOKEN: Row = { audit_prev: 0 };
/** Rows of a table that are sealed anew at a time. */
const ROTATE_ROWS = 1000;

/** Rows of a group that were stored. */
interface Kept {
  readonly audits: PackedAudit[];
}

/** @see SqliteWriter.run */
export class SqliteWriter {
  readonly #path: string;
  readonly #statements: SqliteStatements;
  readonly #ring: KeyRing;
  readonly #file: FileIdentity;
  #log: FileIdentity | null = null;

  /** @param file which file was opened; the connection is the caller's to close, after `clear` */
  constructor(path: string, database: DatabaseSync, ring: KeyRing, file: FileIdentity) {
    this.#path = path;
    this.#statements = new SqliteStatements(database);
    this.#ring = ring;
    this.#file = file;
  }

  /** Stores a group; what cannot be stored is an answer, too: of nothing of it. */
  run(group: Group): GroupAnswer {
    try {
      return this.#statements.transaction(() => this.#store(group));
    } catch (caught) {
      const error = sqliteError(caught, this.#path);
      if (!(error instanceof StoreError)) throw error;
      return { kind: "failed", code: error.code, message: error.message, hint: error.hint };
    }
  }

  /** To be called before the connection is closed. */
  clear(): void {
    this.#statements.clear();
  }

  #store(group: Group): GroupAnswer {
    this.#assertFiles();
    const last = this.#statements.get("SELECT max(id) AS id FROM audit_groups")?.id ?? 0;
    const head = Number(last) + 1;
    const kept: Kept = { audits: [] };
    const won = this.#storeWrites(group.writes, head, kept);
    const jobs = group.jobs.map((job) =>
      job.kind === "import"
        ? this.#storeImport(job, head + kept.audits.length, kept)
        : this.#rotate(job, kept),
    );
    kept.audits.forEach((audit, at) => {
      this.#statements.run(
        "INSERT INTO audit_groups VALUES (?, ?)",
        head + at,
        groupOfAudit(audit),
      );
    });
    this.#assertFiles();
    return { kind: "done", won, jobs };
  }

  /** The compare-and-swaps. Audit rows of those that lose are taken out. */
  #storeWrites(writes: PackedWrites, head: number, kept: Kept): Uint8Array {
    const { kinds, ids, versions, records, ends, audit } = writes;
    const won = new Uint8Array(kinds.length);
    const { entries } = audit;
    let count = 0;
    for (let at = 0; at < kinds.length; at++) {
      const id = ids[at] as number;
      const record = records.subarray(at === 0 ? 0 : ends[at - 1], ends[at]);
      const row = this.#write(kinds[at] as number, head, id, versions[at] as number, record);
      if (row === undefined) continue;
      won[at] = 1;
      entries.copyWithin(count * ENTRY_BYTES, at * ENTRY_BYTES, (at + 1) * ENTRY_BYTES);
      linkEntry(entries, count, id, Number(row.audit_prev));
      count++;
    }
    const stored = entries.subarray(0, count * ENTRY_BYTES);
    if (count > 0) kept.audits.push({ ...audit, entries: stored });
    return won;
  }

  #write(
    kind: number,
    head: number,
    id: number,
    version: number,
    record: Uint8Array,
  ): Row | undefined {
    if (kind === AUDIT && id === 0) return OF_NO_TOKEN;
    if (kind === AUDIT) return this.#statements.get(AUDIT_SQL, head, id);
    return this.#statements.get(kind === BURY ? BURY_SQL : SWAP_SQL, record, head, id, version);
  }

  #storeImport(job: ImportJob, first: number, kept: Kept): JobAnswer {
    if (job.rows.some(({ hash, user }, at) => this.#peers(hash, user) !== job.peers[at])) {
      return { kind: "changed" };
    }
    // All rows or none: the labels are looked at before the first is stored.
    const labels = new Set<string>();
    for (const { label } of job.rows) {
      const isTaken = this.#statements.get("SELECT 1 FROM tokens WHERE label = ?", label);
      if (labels.has(label) || isTaken !== undefined) return { kind: "duplicate", label };
      labels.add(label);
    }
    if (job.retired !== null && !this.#retire(job.retired, first, kept)) return { kind: "changed" };
    const head = first + (job.retired === null ? 0 : 1);
    const keyId = this.#setting("key-id").toString();
    const select = "SELECT seq FROM sqlite_sequence WHERE name = 'tokens'";
    const firstId = Number(this.#statements.get(select)?.seq ?? 0) + 1;
    job.rows.forEach(({ label, user, secret, hash, record }, at) => {
      const id = firstId + at;
      const sealed = this.#ring.seal(keyId, secret, secretPlace(id));
      secret.fill(0);
      this.#statements.run(INSERT_SQL, id, label, user, sealed, hash, record, head);
      linkEntry(job.audit.entries, at, id, 0);
    });
    kept.audits.push(job.audit);
    return { kind: "stored", ids: job.rows.map((_, at) => firstId + at) };
  }

  /** Stores the record of a token that gives way to a new one; false when it was changed. */
  #retire({ id, version, record, audit }: PackedRetired, head: number, kept: Kept): boolean {
    const row = this.#write(SWAP, head, id, version, record);
    if (row === undefined) return false;
    linkEntry(audit.entries, 0, id, Number(row.audit_prev));
    kept.audits.push(audit);
    return true;
  }

  #peers(hash: Uint8Array, user: string | null): string {
    const select = "SELECT id, version FROM tokens WHERE";
    const sameSecret = this.#statements.all(`${select} secret_hash = ? ORDER BY id`, hash);
    const sameUser =
      user === null ? [] : this.#statements.all(`${select} user = ? ORDER BY id`, user);
    const peer = (row: Row) => ({ id: Number(row.id), version: Number(row.version) });
    return peersText(sameSecret.map(peer), sameUser.map(peer));
  }

  #rotate({ audit }: RotateJob, kept: Kept): JobAnswer {
    const { path } = this.#ring;
    if (audit === null) {
      const current = this.#ring.key(this.#setting("key-id").toString());
      writeKeyFile(path, [current]);
      return { kind: "rotated", keyId: current.id };
    }
    const key = newKey();
    // Both keys are in the file until nothing is sealed under the old one: a crash loses neither.
    writeKeyFile(path, [key, ...readKeyFile(path)]);
    this.#reseal(key.id);
    kept.audits.push(audit);
    return { kind: "rotated", keyId: key.id };
  }

  #reseal(keyId: string): void {
    const hashKey = this.#ring.open(this.#setting("hash-key"), HASH_KEY_PLACE);
    const set = "UPDATE settings SET value = ? WHERE name = ?";
    this.#statements.run(set, this.#ring.seal(keyId, hashKey, HASH_KEY_PLACE), "hash-key");
    this.#statements.run(set, Buffer.from(keyId), "key-id");
    const select =
      "SELECT id, secret FROM tokens WHERE id > ? AND secret <> x'' ORDER BY id LIMIT ?";
    for (let last = 0; ; ) {
      const rows = this.#statements.all(select, last, ROTATE_ROWS);
      if (rows.length === 0) return;
      for (const row of rows) {
        last = Number(row.id);
        const secret = this.#ring.secretOf(last, row.secret as Uint8Array);
        const sealed = this.#ring.seal(keyId, secret, secretPlace(last));
        secret.fill(0);
        this.#statements.run("UPDATE tokens SET secret = ? WHERE id = ?", sealed, last);
      }
    }
  }

  #setting(name: string): Buffer {
    const value = this.#statements.get("SELECT value FROM settings WHERE name = ?", name)?.value;
    if (!(value instanceof Uint8Array)) {
      const hint = "restore it from a backup";
      throw new StoreError("corrupt", `${this.#path} has no setting "${name}"`, hint);
    }
    return Buffer.from(value);
  }

  #assertFiles(): void {
    assertIdentity(this.#path, this.#file);
    const log = `${this.#path}-wal`;
    this.#log ??= identityOf(log);
    if (this.#log !== null) assertIdentity(log, this.#log);
  }
}
