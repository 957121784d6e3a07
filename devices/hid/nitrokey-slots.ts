// The slots of a Nitrokey Pro as credentials: 15 time-based, 3 event-based.

import type { OathParameters } from "../../core/oath/parameters.ts";
import {
  decodeNitrokeySlotAnswer,
  NITROKEY_SLOT_FLAGS,
  NITROKEY_SLOTS,
  NITROKEY_STATUS,
} from "../../core/wire/hid-reports.ts";
import type { CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";
import { type NitrokeySession, refusalOf } from "./nitrokey-session.ts";

/** Most credentials of a kind. */
export const NITROKEY_TOTP_SLOTS: number = NITROKEY_SLOTS.lastTotp - NITROKEY_SLOTS.firstTotp + 1;
/** Longest name, bytes of UTF-8. */
export const NITROKEY_NAME_BYTES = 15;
/** Longest secret of firmware 0.8 and later, bytes. */
export const NITROKEY_SECRET_LIMITS = { low: 1, high: 40 } as const;
/** Longest step: older firmware holds it in two bytes. */
export const NITROKEY_STEP_LIMITS = { low: 1, high: 0xffff } as const;

/** A slot that holds a credential. */
export interface NitrokeySlot {
  readonly slot: number;
  readonly name: string;
  readonly parameters: OathParameters;
}

type Kind = OathParameters["kind"];

/** Slot numbers of a kind, in order. */
export function slotNumbers(kind: Kind): readonly number[] {
  const [first, last] =
    kind === "totp"
      ? [NITROKEY_SLOTS.firstTotp, NITROKEY_SLOTS.lastTotp]
      : [NITROKEY_SLOTS.firstHotp, NITROKEY_SLOTS.lastHotp];
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** What is in the slots of a kind. @throws {DeviceError} protocol, disconnected */
export async function readSlots(
  session: NitrokeySession,
  kind: Kind,
  signal: AbortSignal,
): Promise<readonly NitrokeySlot[]> {
  const slots: NitrokeySlot[] = [];
  for (const slot of slotNumbers(kind)) {
    const outcome = await session.exchange({ kind: "read-slot", slot }, signal);
    if (outcome.kind === "ok") {
      const { name, config, counterOrInterval } = decodeNitrokeySlotAnswer(outcome.payload);
      slots.push({ slot, name, parameters: parametersOf(kind, config, counterOrInterval) });
    } else if (outcome.status !== NITROKEY_STATUS.notProgrammed) throw refusalOf(outcome.status);
  }
  return slots;
}

/** Digits of the codes of a slot, by its config byte. */
export function slotDigits(config: number): number {
  return (config & NITROKEY_SLOT_FLAGS.eightDigits) === 0 ? 6 : 8;
}

function parametersOf(kind: Kind, config: number, interval: bigint): OathParameters {
  const digits = slotDigits(config);
  if (kind === "hotp") return { kind, algorithm: "SHA1", digits };
  return { kind, algorithm: "SHA1", digits, stepSeconds: Number(interval), t0: 0 };
}

/** @throws {DeviceError} bad-argument, saying all that is wrong; never the secret */
export function assertFitsSlot({ name, secret, parameters, counter }: CredentialInput): void {
  const { low, high } = NITROKEY_SECRET_LIMITS;
  const nameBytes = Buffer.byteLength(name);
  const problems = [
    ...(nameBytes >= 1 && nameBytes <= NITROKEY_NAME_BYTES
      ? []
      : [`the name must be 1 to ${NITROKEY_NAME_BYTES} bytes of UTF-8, not ${nameBytes}`]),
    ...(/\p{Cc}|\p{Cs}/u.test(name) ? ["the name must not hold control characters"] : []),
    ...(secret.length >= low && secret.length <= high
      ? []
      : [`the secret must be ${low} to ${high} bytes, not ${secret.length}`]),
    ...(parameters.algorithm === "SHA1" ? [] : ["the algorithm must be SHA1"]),
    ...([6, 8].includes(parameters.digits) ? [] : ["the digits must be 6 or 8"]),
    ...(parameters.kind === "hotp" || isStep(parameters.stepSeconds)
      ? []
      : [`the step must be 1 to ${NITROKEY_STEP_LIMITS.high} seconds`]),
    ...(parameters.kind === "hotp" || parameters.t0 === 0 ? [] : ["T0 must be 0"]),
    ...(counter === undefined || (counter >= 0n && counter <= 0xffff_ffff_ffff_ffffn)
      ? []
      : ["the counter must be from 0 to 2^64 - 1"]),
  ];
  if (problems.length > 0) throw new DeviceError("bad-argument", problems.join("; "));
}

function isStep(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= NITROKEY_STEP_LIMITS.high;
}
