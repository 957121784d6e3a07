// Audit rows packed into one value a transaction, version 1. A row of a table for each would write
// two pages of the disk for each (table and index); packed they cost 44 bytes, and no page.
//
//   packed    u8 version = 1 · u16 length · names, a JSON array of texts, UTF-8 · entries
//   entry     offset  size  field (all big-endian)
//             0       8     atUs, double
//             8       8     token, double
//             16      8     group of the token's entry before this one, double; 0 for none
//             24      8     movingFactor (0 when null)
//             32      8     offsetSteps, double (0 when null)
//             40      1     act, as an index of names
//             41      1     outcome, the same
//             42      1     reason, the same; 255 for null
//             43      1     flags: bit 0 movingFactor is set, bit 1 offsetSteps is set
//
// Entries of a token thus are a list, newest first, whose head is kept with the token.

import type { AuditRow } from "./store.ts";

const VERSION = 1;
const HEAD_BYTES = 3;
/** Length of an entry. */
export const ENTRY_BYTES = 44;
const TOKEN_AT = 8;
const PREVIOUS_AT = 16;
const NO_NAME = 255;

/** Audit rows on their way into a group. */
export interface PackedAudit {
  readonly names: readonly string[];
  readonly entries: Uint8Array;
}

/** An entry as it was read. */
export interface AuditEntry {
  readonly row: AuditRow;
  /** The group of the token's entry before this one; 0 for none. */
  readonly previous: number;
}

/** Packs rows, their `previous` 0. */
export function packAudit(
  rows: readonly Omit<AuditRow, "token">[],
  tokens: readonly number[],
): PackedAudit {
  const names = new Map<string, number>();
  const nameOf = (name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    if (names.size >= NO_NAME) throw new RangeError("too many different acts and reasons");
    names.set(name, names.size);
    return names.size - 1;
  };
  const entries = new Uint8Array(rows.length * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  rows.forEach((row, at) => {
    const start = at * ENTRY_BYTES;
    view.setFloat64(start, row.atUs);
    view.setFloat64(start + TOKEN_AT, tokens[at] ?? 0);
    view.setBigUint64(start + 24, row.movingFactor ?? 0n);
    view.setFloat64(start + 32, row.offsetSteps ?? 0);
    view.setUint8(start + 40, nameOf(row.act));
    view.setUint8(start + 41, nameOf(row.outcome));
    view.setUint8(start + 42, row.reason === null ? NO_NAME : nameOf(row.reason));
    const flags = (row.movingFactor === null ? 0 : 1) | (row.offsetSteps === null ? 0 : 2);
    view.setUint8(start + 43, flags);
  });
  return { names: [...names.keys()], entries };
}

/** Says of entry `at` which token it is of, and in which group that token's last one is. */
export function linkEntry(entries: Uint8Array, at: number, token: number, previous: number): void {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  view.setFloat64(at * ENTRY_BYTES + TOKEN_AT, token);
  view.setFloat64(at * ENTRY_BYTES + PREVIOUS_AT, previous);
}

/** The value that is stored. */
export function groupOfAudit(audit: PackedAudit): Uint8Array {
  const names = Buffer.from(JSON.stringify(audit.names));
  const group = new Uint8Array(HEAD_BYTES + names.length + audit.entries.length);
  group[0] = VERSION;
  new DataView(group.buffer).setUint16(1, names.length);
  group.set(names, HEAD_BYTES);
  group.set(audit.entries, HEAD_BYTES + names.length);
  return group;
}

/** A stored group, read entry by entry. */
export class AuditGroup {
  readonly length: number;
  readonly #names: readonly string[];
  readonly #view: DataView;

  /** @throws {RangeError} for bytes that are no group of this version */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const start = bytes.length < HEAD_BYTES ? 0 : HEAD_BYTES + view.getUint16(1);
    const size = bytes.length - start;
    if (bytes[0] !== VERSION || start === 0 || size < 0 || size % ENTRY_BYTES !== 0) {
      throw new RangeError("no group of audit rows of version 1");
    }
    const text = Buffer.from(bytes.subarray(HEAD_BYTES, start)).toString("utf8");
    this.#names = JSON.parse(text) as string[];
    this.length = size / ENTRY_BYTES;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + start, size);
  }

  tokenAt(at: number): number {
    return this.#view.getFloat64(at * ENTRY_BYTES + TOKEN_AT);
  }

  entryAt(at: number): AuditEntry {
    const view = this.#view;
    const start = at * ENTRY_BYTES;
    const flags = view.getUint8(start + 43);
    const reason = view.getUint8(start + 42);
    const row: AuditRow = {
      atUs: view.getFloat64(start),
      token: this.tokenAt(at),
      act: this.#name(view.getUint8(start + 40)) as AuditRow["act"],
      outcome: this.#name(view.getUint8(start + 41)) as AuditRow["outcome"],
      reason: reason === NO_NAME ? null : (this.#name(reason) as AuditRow["reason"]),
      movingFactor: (flags & 1) === 0 ? null : view.getBigUint64(start + 24),
      offsetSteps: (flags & 2) === 0 ? null : view.getFloat64(start + 32),
    };
    return { row, previous: view.getFloat64(start + PREVIOUS_AT) };
  }

  #name(index: number): string {
    const name = this.#names[index];
    if (name === undefined) throw new RangeError(`an audit row names text ${index}, there is none`);
    return name;
  }
}
