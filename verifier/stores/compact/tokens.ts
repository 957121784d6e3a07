// Tokens in a few large arrays: some 230 bytes each. Those in use are kept as objects, too, which
// takes no time to read; the longest of them goes back into the arrays.

import { hash as oneShotHash, randomBytes } from "node:crypto";
import type { TokenRecord } from "../../record.ts";
import { decodeRecord, encodeUnchecked } from "../../record-codec.ts";
import { KEYING_BYTES, KeyingReader } from "../../record-codec-keying.ts";
import type { TokenKey } from "../direct.ts";
import type { StoredToken } from "../store.ts";
import { Column } from "./columns.ts";
import { HashTable } from "./hash-table.ts";
import { packRecord, unpackRecord, unpackStart } from "./packed.ts";
import { Slabs } from "./slabs.ts";
import { Texts } from "./texts.ts";

/** Tokens kept as objects. */
const MAX_HOT = 65_536;
/**
 * Bytes of a secret's keyed hash that are kept: 128 bits, which do not collide. The first of them
 * are in the table.
 */
const HASH_BYTES = 16;
const HEAD_BYTES = 4;
const TAIL_BYTES = HASH_BYTES - HEAD_BYTES;
const HASH_KEY_BYTES = 32;

/** @see CompactTokens.load */
export class CompactTokens {
  #count = 0;
  readonly #labels = new Texts();
  readonly #users = new Texts();
  #userCount = 0;
  readonly #records = new Slabs();
  readonly #secrets = new Slabs();
  readonly #versions = new Column<Uint32Array>(Uint32Array);
  /** Index of the user plus 1; 0 for nobody. */
  readonly #userOf = new Column<Uint32Array>(Uint32Array);
  /** The user's token before this one; 0 for none. By user: the latest token. */
  readonly #before = new Column<Uint32Array>(Uint32Array);
  readonly #latest = new Column<Uint32Array>(Uint32Array);
  /** TAIL_BYTES for each token. */
  readonly #hashTails = new Column<Uint8Array>(Uint8Array);
  readonly #byHash = new HashTable();
  /** A key of this process's own, and room for a secret behind it. */
  readonly #hashInput = Buffer.concat([randomBytes(HASH_KEY_BYTES), Buffer.alloc(128)]);
  readonly #keying = new KeyingReader();
  /** Room for what it reads. */
  readonly #start = new Uint8Array(KEYING_BYTES);
  readonly #hot = new Map<number, StoredToken>();
  /** Ids of #hot in a ring: the one that comes next is the longest there, and goes. */
  readonly #ring: number[] = [];
  #nextOfRing = 0;

  /** How many there are, deleted ones included; ids are from 1 to this. */
  get count(): number {
    return this.#count;
  }

  load(id: number): StoredToken | null {
    const hot = this.#hot.get(id);
    if (hot !== undefined) return hot;
    const token = this.#read(id);
    if (token !== null) this.#keep(token);
    return token;
  }

  /** As `load`, but the token is not kept as an object: for reading all of them. */
  peek(id: number): StoredToken | null {
    return this.#hot.get(id) ?? this.#read(id);
  }

  /** What the key of a token is made of; null when it was deleted. */
  keyOf(id: number): TokenKey | null {
    const hot = this.#hot.get(id);
    if (hot !== undefined) {
      const { secret, record } = hot;
      return record.state === "deleted" ? null : { id, parameters: record.parameters, secret };
    }
    unpackStart(this.#records.get(id - 1), this.#start);
    const parameters = this.#keying.read(this.#start);
    return parameters === null ? null : { id, parameters, secret: this.#secrets.get(id - 1) };
  }

  /** The id of a label; 0 for none. */
  idOf(label: string): number {
    return label === "" ? 0 : this.#labels.find(label) + 1;
  }

  /** Adds a token of version 0 and gives its id; `hash` is that of its secret. */
  add(
    label: string,
    user: string | null,
    secret: Uint8Array,
    hash: string,
    record: TokenRecord,
  ): number {
    // Before anything else changes: a record that cannot be encoded throws.
    const packed = packRecord(encodeUnchecked(record));
    const index = this.#count++;
    this.#labels.set(index, label);
    this.#secrets.set(index, secret);
    this.#records.set(index, packed);
    this.#setTail(index, hash);
    this.#byHash.add(headOf(hash), index);
    this.#versions.set(index, 0);
    if (user !== null) this.#assign(index, user);
    return index + 1;
  }

  /** Puts a changed record in the place of a token's. */
  replace(token: StoredToken, record: TokenRecord): void {
    const { id, label, user, secret, version } = token;
    this.#hot.set(id, { id, label, user, secret, record, version: version + 1 });
  }

  /** As `replace`; label and secret go. */
  bury(token: StoredToken, record: TokenRecord): void {
    this.#labels.remove(token.id - 1);
    token.secret.fill(0);
    this.#secrets.remove(token.id - 1);
    this.replace({ ...token, label: "", secret: new Uint8Array(0) }, record);
  }

  /**
   * The keyed hash of a secret, a character of it for each byte: a string is several times as
   * quickly had as a buffer, and look-ups need one.
   */
  hash(secret: Uint8Array): string {
    const length = HASH_KEY_BYTES + secret.length;
    const isLong = length > this.#hashInput.length;
    const input = isLong ? Buffer.alloc(length) : this.#hashInput.subarray(0, length);
    if (isLong) input.set(this.#hashInput.subarray(0, HASH_KEY_BYTES));
    input.set(secret, HASH_KEY_BYTES);
    const hash = oneShotHash("sha256", input, "binary");
    input.fill(0, HASH_KEY_BYTES);
    if (isLong) input.fill(0);
    return hash;
  }

  /** Ids of the tokens with this hash, in order. */
  idsOfHash(hash: string): readonly number[] {
    const found = this.#byHash.findAll(headOf(hash), (index) => this.#hasTail(index, hash));
    return found.map((index) => index + 1).sort((a, b) => a - b);
  }

  /** Ids of a user's tokens, in order. */
  idsOfUser(user: string): readonly number[] {
    const at = this.#users.find(user);
    const ids: number[] = [];
    for (let id = at < 0 ? 0 : this.#latest.get(at); id > 0; id = this.#before.get(id - 1)) {
      ids.push(id);
    }
    return ids.reverse();
  }

  /** Overwrites all secrets. */
  clear(): void {
    for (const { secret } of this.#hot.values()) secret.fill(0);
    this.#hot.clear();
    this.#secrets.clear();
  }

  #read(id: number): StoredToken | null {
    if (!Number.isInteger(id) || id < 1 || id > this.#count) return null;
    const index = id - 1;
    const user = this.#userOf.get(index);
    return {
      id,
      label: this.#labels.get(index),
      user: user === 0 ? null : this.#users.get(user - 1),
      secret: this.#secrets.get(index).slice(),
      record: decodeRecord(unpackRecord(this.#records.get(index))),
      version: this.#versions.get(index),
    };
  }

  #keep(token: StoredToken): void {
    this.#hot.set(token.id, token);
    const longest = this.#hot.get(this.#ring[this.#nextOfRing] ?? 0);
    this.#ring[this.#nextOfRing] = token.id;
    this.#nextOfRing = (this.#nextOfRing + 1) % MAX_HOT;
    if (longest === undefined) return;
    this.#hot.delete(longest.id);
    if (longest.version === this.#versions.get(longest.id - 1)) return;
    this.#records.set(longest.id - 1, packRecord(encodeUnchecked(longest.record)));
    this.#versions.set(longest.id - 1, longest.version);
  }

  #assign(index: number, user: string): void {
    const at = this.#users.findOrSet(this.#userCount, user);
    if (at === this.#userCount) this.#userCount++;
    this.#userOf.set(index, at + 1);
    this.#before.set(index, this.#latest.get(at));
    this.#latest.set(at, index + 1);
  }

  #setTail(index: number, hash: string): void {
    const start = index * TAIL_BYTES;
    this.#hashTails.reserve(start + TAIL_BYTES);
    const { values } = this.#hashTails;
    for (let at = 0; at < TAIL_BYTES; at++) {
      values[start + at] = hash.charCodeAt(HEAD_BYTES + at);
    }
  }

  /** Whether a token's hash is this one, of whose head it is known. */
  #hasTail(index: number, hash: string): boolean {
    const start = index * TAIL_BYTES;
    const { values } = this.#hashTails;
    let at = 0;
    while (at < TAIL_BYTES && values[start + at] === hash.charCodeAt(HEAD_BYTES + at)) at++;
    return at === TAIL_BYTES;
  }
}

/** The table's 32 bits of a hash. */
function headOf(hash: string): number {
  const [a, b] = [hash.charCodeAt(0) << 24, hash.charCodeAt(1) << 16];
  return a | b | (hash.charCodeAt(2) << 8) | hash.charCodeAt(3);
}
