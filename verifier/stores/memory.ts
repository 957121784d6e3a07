// Records in memory: for tests, simulations and short runs. Nothing survives the process.

import { createHmac, randomBytes } from "node:crypto";
import { wipe } from "../../core/oath/secret.ts";
import type { TokenRecord } from "../record.ts";
import {
  type AuditRow,
  closedError,
  duplicateLabel,
  type NewToken,
  type Store,
  type StoredToken,
} from "./store.ts";

/** Audit rows kept; older ones are dropped. */
const MAX_AUDIT_ROWS = 100_000;

/** @see Store */
export class MemoryStore implements Store {
  readonly name = "memory";
  readonly durability = "none: lost with the process";
  readonly #tokens: StoredToken[] = [];
  readonly #hashes: string[] = [];
  readonly #labels = new Map<string, number>();
  readonly #audit: AuditRow[] = [];
  readonly #hashKey = randomBytes(32);
  #closed = false;

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    this.#assertOpen();
    if (this.#labels.has(token.label)) throw duplicateLabel(token.label);
    const { label, user } = token;
    const hash = this.#hash(token.secret);
    const record = token.admit({
      sameSecret: this.#tokens.filter((_, at) => this.#hashes[at] === hash),
      sameUser: user === null ? [] : this.#tokens.filter((other) => other.user === user),
    });
    const id = this.#tokens.length + 1;
    this.#tokens.push({ label, user, secret: token.secret.slice(), record, id, version: 0 });
    this.#hashes.push(hash);
    this.#labels.set(label, id);
    this.#addAudit({ ...audit, token: id });
    return id;
  }

  async load(id: number): Promise<StoredToken | null> {
    this.#assertOpen();
    return this.#tokens[id - 1] ?? null;
  }

  async find(label: string): Promise<StoredToken | null> {
    this.#assertOpen();
    const id = this.#labels.get(label);
    return id === undefined ? null : this.load(id);
  }

  async list(): Promise<readonly StoredToken[]> {
    this.#assertOpen();
    return [...this.#tokens];
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    this.#assertOpen();
    const token = this.#tokens[id - 1];
    if (token === undefined || token.version !== version) return false;
    this.#tokens[id - 1] = { ...token, record, version: version + 1 };
    this.#addAudit(audit);
    return true;
  }

  async audit(row: AuditRow): Promise<void> {
    this.#assertOpen();
    this.#addAudit(row);
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    this.#assertOpen();
    const token = this.#tokens[id - 1];
    if (token === undefined || token.version !== version) return false;
    this.#labels.delete(token.label);
    wipe(token.secret);
    const secret = new Uint8Array(0);
    this.#tokens[id - 1] = { ...token, label: "", secret, record, version: version + 1 };
    this.#addAudit(audit);
    return true;
  }

  async auditOf(id: number, limit: number): Promise<readonly AuditRow[]> {
    this.#assertOpen();
    return this.#audit
      .filter((row) => row.token === id)
      .slice(-limit)
      .reverse();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const token of this.#tokens) wipe(token.secret);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #addAudit(row: AuditRow): void {
    this.#audit.push(row);
    if (this.#audit.length > MAX_AUDIT_ROWS * 2) this.#audit.splice(0, MAX_AUDIT_ROWS);
  }

  #hash(secret: Uint8Array): string {
    return createHmac("sha256", this.#hashKey).update(secret).digest("hex");
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}
