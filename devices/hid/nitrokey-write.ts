// Writes and erases slots of a Nitrokey Pro, firmware 0.8 and later (HID document, B2): name and
// secret go into the token's RAM first, and WRITE_TO_SLOT makes them one credential.

import {
  NITROKEY_CHUNK_BYTES,
  NITROKEY_SLOT_FLAGS,
  NITROKEY_STATUS,
} from "../../core/wire/hid-reports.ts";
import type { CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";
import type { NitrokeyPins } from "./nitrokey-pins.ts";
import type { NitrokeySession } from "./nitrokey-session.ts";
import { assertFitsSlot, readSlots, slotNumbers } from "./nitrokey-slots.ts";

/** What writing needs. */
export interface NitrokeyAccess {
  readonly session: NitrokeySession;
  readonly pins: NitrokeyPins;
}

/**
 * Writes a credential in the place of the one with its name and kind, else in the first free slot;
 * one of its name and the other kind is erased afterwards.
 *
 * @throws {DeviceError} bad-argument, refused
 */
export async function writeCredential(
  access: NitrokeyAccess,
  credential: CredentialInput,
  signal: AbortSignal,
): Promise<void> {
  assertFitsSlot(credential);
  const { name, parameters } = credential;
  const same = await readSlots(access.session, parameters.kind, signal);
  const other = await readSlots(access.session, otherKind(parameters.kind), signal);
  const taken = same.map(({ slot }) => slot);
  const slot =
    same.find((each) => each.name === name)?.slot ??
    slotNumbers(parameters.kind).find((number) => !taken.includes(number));
  if (slot === undefined) {
    throw new DeviceError("refused", `all ${taken.length} slots of this kind are used`, {
      hint: "remove a credential first",
    });
  }
  await withAdmin(access, signal, (password) => send(access, slot, credential, password, signal));
  const replaced = other.find((each) => each.name === name);
  if (replaced !== undefined) await eraseSlot(access, replaced.slot, signal);
}

/** @throws {DeviceError} refused */
export function eraseSlot(
  access: NitrokeyAccess,
  slot: number,
  signal: AbortSignal,
): Promise<void> {
  return withAdmin(access, signal, async (password) => {
    await access.session.ask({ kind: "erase-slot", slot, password }, signal);
  });
}

async function send(
  { session }: NitrokeyAccess,
  slot: number,
  { name, secret, parameters, counter = 0n }: CredentialInput,
  password: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const text = new TextEncoder().encode(name);
  await session.ask(
    { kind: "send-otp-data", password, dataType: "name", chunk: 0, data: text },
    signal,
  );
  for (let chunk = 0; chunk * NITROKEY_CHUNK_BYTES < secret.length; chunk++) {
    const at = chunk * NITROKEY_CHUNK_BYTES;
    const data = secret.subarray(at, at + NITROKEY_CHUNK_BYTES);
    const part = { kind: "send-otp-data", password, dataType: "secret", chunk, data } as const;
    await session.ask(part, signal);
  }
  const counterOrInterval = parameters.kind === "totp" ? BigInt(parameters.stepSeconds) : counter;
  const config = parameters.digits === 8 ? NITROKEY_SLOT_FLAGS.eightDigits : 0;
  await session.ask(
    { kind: "write-to-slot", password, slot, counterOrInterval, config, tokenId: "" },
    signal,
  );
}

/** A temporary password that the token has forgotten with its power is made anew, once. */
async function withAdmin(
  { session, pins }: NitrokeyAccess,
  signal: AbortSignal,
  act: (password: Uint8Array) => Promise<void>,
): Promise<void> {
  const password = await pins.password("admin", signal);
  // Asks nothing of the token but whether the password is good: an empty part of the name.
  const probe = await session.exchange(
    { kind: "send-otp-data", password, dataType: "name", chunk: 0, data: new Uint8Array(0) },
    signal,
  );
  if (probe.kind === "refused" && isForgotten(probe.status)) {
    pins.forget();
    return act(await pins.password("admin", signal));
  }
  return act(password);
}

function isForgotten(status: number): boolean {
  return status === NITROKEY_STATUS.notAuthorized || status === NITROKEY_STATUS.wrongPassword;
}

function otherKind(kind: "totp" | "hotp"): "totp" | "hotp" {
  return kind === "totp" ? "hotp" : "totp";
}
