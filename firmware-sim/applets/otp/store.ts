// The two OTP slots in non-volatile memory: one record, so that each change is one write.
//
//   0   version, 1               2, 62  slot 1, slot 2: 60 bytes each
//   1   programming sequence            configuration, 52 bytes (zeros: empty), next counter, 8

import { concatBytes, viewOf } from "../../../core/wire/bytes.ts";
import {
  decodeSlotConfig,
  encodeSlotConfig,
  SLOT_CONFIG_BYTES,
  type SlotConfig,
} from "../../../core/wire/hid-otp.ts";
import type { MemoryRegion } from "../../memory-region.ts";

const VERSION = 1;
const SLOT_BYTES = SLOT_CONFIG_BYTES + 8;
const RECORD_BYTES = 2 + 2 * SLOT_BYTES;

/** A slot that is configured. */
export interface OtpSlot {
  readonly config: SlotConfig;
  /** Next counter of a HOTP slot, else 0. */
  readonly counter: bigint;
}

/** Both slots, undefined where empty. */
export type OtpSlotPair = readonly [OtpSlot | undefined, OtpSlot | undefined];

/** What is in the slots. */
export class OtpStore {
  readonly #region: MemoryRegion;
  #sequence = 0;
  #slots: OtpSlotPair = [undefined, undefined];

  /** @throws {RangeError} when the record in memory is none of OTP slots */
  constructor(region: MemoryRegion) {
    this.#region = region;
    this.load();
  }

  /** Counts successful writes, 1 to 255; 0 when both slots are empty. */
  get sequence(): number {
    return this.#sequence;
  }

  get slots(): OtpSlotPair {
    return this.#slots;
  }

  /** Reads memory again: power was off. */
  load(): void {
    const record = this.#region.read(0);
    if (record === undefined) {
      this.#sequence = 0;
      this.#slots = [undefined, undefined];
      return;
    }
    if (record.length !== RECORD_BYTES || record[0] !== VERSION) throw unreadable();
    this.#sequence = record[1] ?? 0;
    this.#slots = [
      decodeSlot(record.subarray(2, 2 + SLOT_BYTES)),
      decodeSlot(record.subarray(2 + SLOT_BYTES)),
    ];
  }

  /** Replaces both slots: the host programmed them. @throws {PowerFailure} */
  program(slots: OtpSlotPair): void {
    const isEmpty = slots[0] === undefined && slots[1] === undefined;
    this.#write(isEmpty ? 0 : (this.#sequence % 255) + 1, slots);
  }

  /** Replaces both slots without counting it: a counter moved on. @throws {PowerFailure} */
  advance(slots: OtpSlotPair): void {
    this.#write(this.#sequence, slots);
  }

  #write(sequence: number, slots: OtpSlotPair): void {
    const head = Uint8Array.of(VERSION, sequence);
    this.#region.write(0, concatBytes([head, ...slots.map(encodeSlot)]));
    this.#sequence = sequence;
    this.#slots = slots;
  }
}

function encodeSlot(slot: OtpSlot | undefined): Uint8Array {
  const bytes = new Uint8Array(SLOT_BYTES);
  if (slot === undefined) return bytes;
  bytes.set(encodeSlotConfig(slot.config));
  viewOf(bytes).setBigUint64(SLOT_CONFIG_BYTES, slot.counter);
  return bytes;
}

function decodeSlot(bytes: Uint8Array): OtpSlot | undefined {
  const result = decodeSlotConfig(bytes.subarray(0, SLOT_CONFIG_BYTES));
  if (result.kind === "malformed") throw unreadable();
  if (result.kind === "empty") return undefined;
  return { config: result.config, counter: viewOf(bytes).getBigUint64(SLOT_CONFIG_BYTES) };
}

function unreadable(): RangeError {
  return new RangeError("a record in the token's memory is no pair of OTP slots");
}
