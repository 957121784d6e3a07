// Audit rows packed into one value a transaction, version 2. A row of a table for each would write
// two pages of the disk for each (table and index); packed they cost 48 bytes, and no page.
//
//   packed    u8 version = 2 · u32 length · JSON, UTF-8: [names, texts] · entries
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
//             44      2     by, as an index of texts; 65535 for null
//             46      2     detail, the same
//
// Version 1, which is still read, has u16 for the length, names alone, and entries without texts.
// Entries of a token thus are a list, newest first, whose head is kept with the token.

import type { AuditRow } from "./store.ts";

const VERSION = 2;
const HEAD_BYTES = 5;
/** Length of an entry. */
export const ENTRY_BYTES = 48;
const TOKEN_AT = 8;
const PREVIOUS_AT = 16;
const NO_NAME = 255;
const NO_TEXT = 65_535;

/** Audit rows on their way into a group. */
export interface PackedAudit {
  readonly names: readonly string[];
  readonly texts: readonly string[];
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
  const names = new Interned(NO_NAME);
  const texts = new Interned(NO_TEXT);
  const entries = new Uint8Array(rows.length * ENTRY_BYTES);
  const view = new DataView(entries.buffer);
  rows.forEach((row, at) => {
    const start = at * ENTRY_BYTES;
    view.setFloat64(start, row.atUs);
    view.setFloat64(start + TOKEN_AT, tokens[at] ?? 0);
    view.setBigUint64(start + 24, row.movingFactor ?? 0n);
    view.setFloat64(start + 32, row.offsetSteps ?? 0);
    view.setUint8(start + 40, names.indexOf(row.act));
    view.setUint8(start + 41, names.indexOf(row.outcome));
    view.setUint8(start + 42, names.indexOf(row.reason));
    const flags = (row.movingFactor === null ? 0 : 1) | (row.offsetSteps === null ? 0 : 2);
    view.setUint8(start + 43, flags);
    view.setUint16(start + 44, texts.indexOf(row.by));
    view.setUint16(start + 46, texts.indexOf(row.detail));
  });
  return { names: names.all(), texts: texts.all(), entries };
}

/** Texts by number, each once. */
class Interned {
  readonly #none: number;
  readonly #numbers = new Map<string, number>();

  /** @param none the number of no text; others are below it */
  constructor(none: number) {
    this.#none = none;
  }

  indexOf(text: string | null): number {
    if (text === null) return this.#none;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const next = this.#numbers.size;
    if (next >= this.#none) throw new RangeError("too many different texts in one transaction");
    this.#numbers.set(text, next);
    return next;
  }

  all(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

/** Says of entry `at` which token it is of, and in which group that token's last one is. */
export function linkEntry(entries: Uint8Array, at: number, token: number, previous: number): void {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  view.setFloat64(at * ENTRY_BYTES + TOKEN_AT, token);
  view.setFloat64(at * ENTRY_BYTES + PREVIOUS_AT, previous);
}

/** The value that is stored. */
export function groupOfAudit(audit: PackedAudit): Uint8Array {
  const words = Buffer.from(JSON.stringify([audit.names, audit.texts]));
  const group = new Uint8Array(HEAD_BYTES + words.length + audit.entries.length);
  group[0] = VERSION;
  new DataView(group.buffer).setUint32(1, words.length);
  group.set(words, HEAD_BYTES);
  group.set(audit.entries, HEAD_BYTES + words.length);
  return group;
}

/** A stored group, read entry by entry. */
export class AuditGroup {
  readonly length: number;
  readonly #entryBytes: number;
  readonly #names: readonly string[];
  readonly #texts: readonly string[];
  readonly #view: DataView;

  /** @throws {RangeError} for bytes that are no group of a known version */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { head, wordBytes, entryBytes } = layoutOf(bytes, view);
    const start = head + wordBytes;
    const size = bytes.length - start;
    if (size < 0 || size % entryBytes !== 0) throw notAGroup();
    const words = JSON.parse(Buffer.from(bytes.subarray(head, start)).toString("utf8"));
    [this.#names, this.#texts] = bytes[0] === VERSION ? words : [words, []];
    this.#entryBytes = entryBytes;
    this.length = size / entryBytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset + start, size);
  }

  tokenAt(at: number): number {
    return this.#view.getFloat64(at * this.#entryBytes + TOKEN_AT);
  }

  entryAt(at: number): AuditEntry {
    const view = this.#view;
    const start = at * this.#entryBytes;
    const flags = view.getUint8(start + 43);
    const reason = view.getUint8(start + 42);
    const hasTexts = this.#entryBytes === ENTRY_BYTES;
    const row: AuditRow = {
      atUs: view.getFloat64(start),
      token: this.tokenAt(at),
      act: wordOf(this.#names, view.getUint8(start + 40)) as AuditRow["act"],
      outcome: wordOf(this.#names, view.getUint8(start + 41)) as AuditRow["outcome"],
      reason: reason === NO_NAME ? null : (wordOf(this.#names, reason) as AuditRow["reason"]),
      movingFactor: (flags & 1) === 0 ? null : view.getBigUint64(start + 24),
      offsetSteps: (flags & 2) === 0 ? null : view.getFloat64(start + 32),
      by: hasTexts ? this.#text(view.getUint16(start + 44)) : null,
      detail: hasTexts ? this.#text(view.getUint16(start + 46)) : null,
    };
    return { row, previous: view.getFloat64(start + PREVIOUS_AT) };
  }

  #text(index: number): string | null {
    return index === NO_TEXT ? null : wordOf(this.#texts, index);
  }
}

/** Where the parts of a group are. */
function layoutOf(
  bytes: Uint8Array,
  view: DataView,
): { readonly head: number; readonly wordBytes: number; readonly entryBytes: number } {
  if (bytes[0] === VERSION && bytes.length >= HEAD_BYTES) {
    return { head: HEAD_BYTES, wordBytes: view.getUint32(1), entryBytes: ENTRY_BYTES };
  }
  if (bytes[0] === 1 && bytes.length >= 3) {
    return { head: 3, wordBytes: view.getUint16(1), entryBytes: ENTRY_BYTES - 4 };
  }
  throw notAGroup();
}

function notAGroup(): RangeError {
  return new RangeError("no group of audit rows of version 1 or 2");
}

function wordOf(words: readonly string[], index: number): string {
  const word = words[index];
  if (word === undefined) throw new RangeError(`an audit row names text ${index}, there is none`);
  return word;
}
