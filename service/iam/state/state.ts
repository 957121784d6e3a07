// Users and devices, found by name and serial. Written through to a journal: memory changes when
// the journal has it, so that nothing is answered that a crash could take back.

import { randomBytes } from "node:crypto";
import { encodeBase32 } from "../../../core/oath/base32.ts";
import { StoreError } from "../../../verifier/stores/store.ts";
import { IamFault } from "../fault.ts";
import type { Journal } from "./journal.ts";
import { type DeviceRow, type StateRow, serialOf, type UserRow } from "./model.ts";

/** Users of an account, and its virtual devices, assigned or not (the real service's default). */
export const ACCOUNT_QUOTA = 5000;

/** @see IamState */
export class IamState {
  readonly #journal: Journal;
  readonly #users = new Map<string, UserRow>();
  readonly #usersById = new Map<string, UserRow>();
  readonly #devices = new Map<string, DeviceRow>();
  readonly #pending = new Map<string, DeviceRow>();
  readonly #held = new Map<string, Set<DeviceRow>>();
  #seq = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const row of journal.rows()) this.#put(row);
  }

  /** The number of the next row. */
  nextSeq(): number {
    return ++this.#seq;
  }

  /** By name, whose case does not matter. */
  user(account: string, name: string): UserRow | null {
    return this.#users.get(`${account} ${name.toLowerCase()}`) ?? null;
  }

  userById(id: string): UserRow | null {
    return this.#usersById.get(id) ?? null;
  }

  /** The users of an account, by seq. */
  users(account: string): readonly UserRow[] {
    return [...this.#users.values()].filter((row) => row.account === account).sort(bySeq);
  }

  device(serial: string): DeviceRow | null {
    return this.#devices.get(serial) ?? null;
  }

  /** The devices of an account, by seq. */
  devices(account: string): readonly DeviceRow[] {
    return [...this.#devices.values()].filter((row) => row.account === account).sort(bySeq);
  }

  /** The devices of a user, or of root by the account's id. */
  devicesOf(holder: string): readonly DeviceRow[] {
    return [...(this.#held.get(holder) ?? [])].sort(bySeq);
  }

  /** Devices with a time until which they wait for their codes, in the order they were made. */
  pending(): readonly DeviceRow[] {
    return [...this.#pending.values()];
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Stores a row, new or changed. */
  async put(row: StateRow): Promise<void> {
    await this.#write("put", row);
    this.#put(row);
  }

  async remove(row: StateRow): Promise<void> {
    await this.#write("remove", row);
    if (row.kind === "user") {
      this.#users.delete(`${row.account} ${row.name.toLowerCase()}`);
      this.#usersById.delete(row.id);
      return;
    }
    this.#unhold(serialOf(row));
    this.#devices.delete(serialOf(row));
    this.#pending.delete(serialOf(row));
  }

  #put(row: StateRow): void {
    this.#seq = Math.max(this.#seq, row.seq);
    if (row.kind === "user") {
      this.#users.set(`${row.account} ${row.name.toLowerCase()}`, row);
      this.#usersById.set(row.id, row);
      return;
    }
    const serial = serialOf(row);
    this.#unhold(serial);
    this.#devices.set(serial, row);
    if ((row.pending ?? null) === null) this.#pending.delete(serial);
    else this.#pending.set(serial, row);
    if (row.holder === null) return;
    const held = this.#held.get(row.holder) ?? new Set();
    this.#held.set(row.holder, held.add(row));
  }

  #unhold(serial: string): void {
    const row = this.#devices.get(serial);
    if (row?.holder === null || row === undefined) return;
    const held = this.#held.get(row.holder);
    held?.delete(row);
    if (held?.size === 0) this.#held.delete(row.holder);
  }

  async #write(kind: "put" | "remove", row: StateRow): Promise<void> {
    try {
      await this.#journal.write({ kind, row });
    } catch (cause) {
      if (!(cause instanceof StoreError)) throw cause;
      throw new IamFault("ServiceFailure", "The request was not stored.", { cause });
    }
  }
}

function bySeq(a: StateRow, b: StateRow): number {
  return a.seq - b.seq;
}

/** An id of the service's form: a prefix and 17 Base32 characters. */
export function uniqueId(prefix: "AIDA" | "AROA" | "ASIA"): string {
  return prefix + encodeBase32(randomBytes(11)).slice(0, 17);
}
