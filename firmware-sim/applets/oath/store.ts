// The memory of an OATH applet: its header in slot 0, then a credential a slot. Every change is in
// non-volatile memory before RAM shows it, and is one write: old or new, never half.

import { sameBytes } from "../../../core/wire/bytes.ts";
import { ACCESS_CHALLENGE_BYTES } from "../../../core/wire/ykoath.ts";
import type { MemoryRegion } from "../../memory-region.ts";
import { type CardCredential, decodeCardCredential, encodeCardCredential } from "./credential.ts";
import { type AccessKey, decodeOathHeader, encodeOathHeader, type OathHeader } from "./header.ts";

/** How a store makes device ids. */
export type MakeBytes = (length: number) => Uint8Array;

/** What an OATH applet keeps. */
export class OathStore {
  readonly #region: MemoryRegion;
  readonly #makeBytes: MakeBytes;
  #header: OathHeader;
  #slots: (CardCredential | undefined)[] = [];
  /** Which credentials are there for the host now; what is hidden still takes its name and slot. */
  isVisible: (credential: CardCredential) => boolean = () => true;

  /**
   * Reads the memory; an empty one gets a device id.
   *
   * @throws {RangeError} when a record in it is none of an OATH applet's
   */
  constructor(region: MemoryRegion, makeBytes: MakeBytes) {
    this.#region = region;
    this.#makeBytes = makeBytes;
    this.#header = this.load();
  }

  get header(): OathHeader {
    return this.#header;
  }

  /** Reads everything again: power was off. */
  load(): OathHeader {
    const record = this.#region.read(0);
    if (record === undefined) {
      this.#header = { generation: 1, deviceId: this.#newDeviceId() };
      this.#region.write(0, encodeOathHeader(this.#header));
    } else {
      this.#header = decodeOathHeader(record);
    }
    this.#slots = Array.from({ length: this.#region.slots - 1 }, (_, slot) => this.#read(slot));
    return this.#header;
  }

  /** In the order of their slots. */
  all(): readonly CardCredential[] {
    return this.#slots.filter(
      (each) => each !== undefined && this.isVisible(each),
    ) as readonly CardCredential[];
  }

  find(name: Uint8Array): CardCredential | undefined {
    const slot = this.slotOf(name);
    return slot === undefined ? undefined : this.at(slot);
  }

  /** Whether a name is taken, also by what is hidden. */
  has(name: Uint8Array): boolean {
    return this.slotOf(name) !== undefined;
  }

  /** Where a name is, hidden or not. */
  slotOf(name: Uint8Array): number | undefined {
    const slot = this.#slots.findIndex((each) => each && sameBytes(each.name, name));
    return slot < 0 ? undefined : slot;
  }

  /** Writes in the place of the one with its name, else in the first free slot. False: full. */
  put(credential: CardCredential): boolean {
    const free = this.#slots.indexOf(undefined);
    const slot = this.slotOf(credential.name) ?? (free < 0 ? undefined : free);
    if (slot === undefined) return false;
    this.#write(slot, credential);
    return true;
  }

  /** False: there is no credential `from`. The caller sees to it that `to` is free. */
  rename(from: Uint8Array, to: Uint8Array): boolean {
    const slot = this.slotOf(from);
    const credential = slot === undefined ? undefined : this.#slots[slot];
    if (slot === undefined || credential === undefined) return false;
    this.#write(slot, { ...credential, name: to.slice() });
    return true;
  }

  /** Writes in the place of the one with a name. False: there is none. */
  replace(name: Uint8Array, credential: CardCredential): boolean {
    const slot = this.slotOf(name);
    if (slot === undefined) return false;
    this.#write(slot, credential);
    return true;
  }

  /** What is in a slot, as the host sees it. */
  at(slot: number): CardCredential | undefined {
    const found = this.#slots[slot];
    return found !== undefined && this.isVisible(found) ? found : undefined;
  }

  /** False: there is none. */
  remove(name: Uint8Array): boolean {
    const slot = this.slotOf(name);
    if (slot === undefined || this.find(name) === undefined) return false;
    this.#region.erase(slot + 1);
    this.#slots[slot] = undefined;
    return true;
  }

  setAccessKey(accessKey: AccessKey | undefined): void {
    const { generation, deviceId } = this.#header;
    const header = { generation, deviceId };
    this.#writeHeader(accessKey === undefined ? header : { ...header, accessKey });
  }

  /** No credentials, no access key, another device id. */
  reset(): void {
    const generation = (this.#header.generation + 1) >>> 0;
    this.#writeHeader({ generation, deviceId: this.#newDeviceId() });
    const old = this.#slots;
    this.#slots = old.map(() => undefined);
    // Secrets do not stay behind; what power cuts off here is of an older generation anyway.
    for (const [slot, credential] of old.entries()) {
      if (credential !== undefined) this.#region.erase(slot + 1);
    }
  }

  #read(slot: number): CardCredential | undefined {
    const record = this.#region.read(slot + 1);
    if (record === undefined) return undefined;
    const { credential, generation } = decodeCardCredential(record);
    if (generation === this.#header.generation) return credential;
    // Power failed while RESET erased: it is finished now.
    this.#region.erase(slot + 1);
    return undefined;
  }

  #write(slot: number, credential: CardCredential): void {
    this.#region.write(slot + 1, encodeCardCredential(credential, this.#header.generation));
    this.#slots[slot] = credential;
  }

  #writeHeader(header: OathHeader): void {
    this.#region.write(0, encodeOathHeader(header));
    this.#header = header;
  }

  #newDeviceId(): Uint8Array {
    return this.#makeBytes(ACCESS_CHALLENGE_BYTES);
  }
}
