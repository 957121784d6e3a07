// Records in memory: for tests, simulations and short runs. Nothing survives the process.

import type { TokenRecord } from "../record.ts";
import { type Admitted, admitAll, assertImport } from "./admission-loop.ts";
import { CompactTokens } from "./compact/tokens.ts";
import type { DirectStore, TokenKey } from "./direct.ts";
import {
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  closedError,
  duplicateLabel,
  type ImportedToken,
  type NewToken,
  type RecordWrite,
  type StoredToken,
  type StoreStatistics,
  unknownToken,
  type Write,
} from "./store.ts";

/** Audit rows kept; older ones are dropped. */
const MAX_AUDIT_ROWS = 100_000;
const CURSOR = /^\d{1,15}$/;

/** @see Store */
export class MemoryStore implements DirectStore {
  readonly name = "memory";
  readonly durability = "none: lost with the process";
  readonly #tokens = new CompactTokens();
  readonly #audit: AuditRow[] = [];
  /** Audit rows that were dropped. */
  #dropped = 0;
  #tombstones = 0;
  #writes = 0;
  #closed = false;

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    const [id] = await this.importMany([{ token, audit }]);
    return id as number;
  }

  async importMany(tokens: readonly ImportedToken[]): Promise<readonly number[]> {
    this.#assertOpen();
    assertImport(tokens);
    return this.#addAll(this.#admit(tokens));
  }

  async replace(
    retired: RecordWrite,
    token: NewToken,
    audit: Omit<AuditRow, "token">,
  ): Promise<number | null> {
    this.#assertOpen();
    if (this.#tokens.load(retired.id)?.version !== retired.version) return null;
    const admitted = this.#admit([{ token, audit }]);
    this.#write({ ...retired, kind: "swap" });
    const [id] = this.#addAll(admitted);
    return id as number;
  }

  /** @throws {StoreError} "duplicate"; and what an `admit` throws */
  #admit(tokens: readonly ImportedToken[]): readonly Admitted<string>[] {
    const labels = new Set<string>();
    for (const { token } of tokens) {
      if (labels.has(token.label) || this.#tokens.idOf(token.label) > 0) {
        throw duplicateLabel(token.label);
      }
      labels.add(token.label);
    }
    return admitAll(tokens, {
      hash: (secret) => this.#tokens.hash(secret),
      stored: (hash, user) => ({
        sameSecret: this.#all(this.#tokens.idsOfHash(hash)),
        sameUser: user === null ? [] : this.#all(this.#tokens.idsOfUser(user)),
      }),
    });
  }

  #addAll(admitted: readonly Admitted<string>[]): readonly number[] {
    return admitted.map(({ token: { token, audit }, hash, record }) => {
      const id = this.#tokens.add(token.label, token.user, token.secret, hash, record);
      this.#addAudit({ ...audit, token: id });
      return id;
    });
  }

  async load(id: number): Promise<StoredToken | null> {
    this.#assertOpen();
    return this.#tokens.load(id);
  }

  loadNow(id: number): StoredToken | null {
    this.#assertOpen();
    return this.#tokens.load(id);
  }

  *keysNow(): Iterable<TokenKey> {
    for (let id = 1; id <= this.#tokens.count; id++) {
      this.#assertOpen();
      const key = this.#tokens.keyOf(id);
      if (key !== null) yield key;
    }
  }

  writeNow(write: Write): boolean {
    this.#assertOpen();
    return this.#write(write);
  }

  async loadMany(ids: readonly number[]): Promise<readonly (StoredToken | null)[]> {
    this.#assertOpen();
    return ids.map((id) => this.#tokens.load(id));
  }

  async find(label: string): Promise<StoredToken | null> {
    this.#assertOpen();
    const id = this.#tokens.idOf(label);
    return id === 0 ? null : this.#tokens.load(id);
  }

  async list(): Promise<readonly StoredToken[]> {
    return this.listPage(0, Math.max(1, this.#tokens.count));
  }

  async listPage(afterId: number, limit: number): Promise<readonly StoredToken[]> {
    this.#assertOpen();
    const length = Math.max(0, Math.min(limit, this.#tokens.count - afterId));
    return this.#all(Array.from({ length }, (_, at) => afterId + at + 1));
  }

  async listOf(user: string): Promise<readonly StoredToken[]> {
    this.#assertOpen();
    return this.#all(this.#tokens.idsOfUser(user));
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    this.#assertOpen();
    return this.#write({ kind: "swap", id, version, record, audit });
  }

  async audit(row: AuditRow): Promise<void> {
    this.#assertOpen();
    if (!this.#write({ kind: "audit", audit: row })) throw unknownToken(row.token);
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    this.#assertOpen();
    return this.#write({ kind: "bury", id, version, record, audit });
  }

  async writeMany(writes: readonly Write[]): Promise<readonly boolean[]> {
    this.#assertOpen();
    return writes.map((write) => this.#write(write));
  }

  async auditOf(id: number, limit: number): Promise<readonly AuditRow[]> {
    return (await this.auditPage({ token: id, limit })).rows;
  }

  async auditPage({ token, limit, before }: AuditQuery): Promise<AuditPage> {
    this.#assertOpen();
    if (before !== undefined && !CURSOR.test(before)) {
      throw new RangeError(`before must be the "next" of an earlier page`);
    }
    const end = before === undefined ? this.#audit.length : Number(before) - this.#dropped;
    const rows: AuditRow[] = [];
    for (let at = Math.min(end, this.#audit.length) - 1; at >= 0; at--) {
      const row = this.#audit[at];
      if (row === undefined || (token !== undefined && row.token !== token)) continue;
      if (rows.length >= limit) return { rows, next: String(at + 1 + this.#dropped) };
      rows.push(row);
    }
    return { rows, next: null };
  }

  async statistics(): Promise<StoreStatistics> {
    this.#assertOpen();
    return {
      tokens: this.#tokens.count - this.#tombstones,
      tombstones: this.#tombstones,
      bytes: null,
      writes: this.#writes,
      transactions: this.#writes,
    };
  }

  async rotateKey(): Promise<null> {
    this.#assertOpen();
    return null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tokens.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write(write: Write): boolean {
    const id = write.kind === "audit" ? write.audit.token : write.id;
    const token = this.#tokens.load(id);
    if (token === null && id === 0 && write.kind === "audit") {
      this.#addAudit(write.audit);
      return true;
    }
    if (token === null) return false;
    if (write.kind !== "audit") {
      if (token.version !== write.version) return false;
      if (write.kind === "swap") this.#tokens.replace(token, write.record);
      else this.#tokens.bury(token, write.record);
      if (write.kind === "bury") this.#tombstones++;
    }
    this.#addAudit(write.audit);
    return true;
  }

  #all(ids: readonly number[]): StoredToken[] {
    return ids.map((id) => this.#tokens.peek(id)).filter((token) => token !== null);
  }

  #addAudit(row: AuditRow): void {
    this.#writes++;
    this.#audit.push(row);
    if (this.#audit.length <= MAX_AUDIT_ROWS * 2) return;
    this.#audit.splice(0, MAX_AUDIT_ROWS);
    this.#dropped += MAX_AUDIT_ROWS;
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}
