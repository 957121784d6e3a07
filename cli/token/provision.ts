// Writes the secret that is given into a token of this process, and locks it by the password that
// is given, before hosts can reach it.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { CredentialInput, Device } from "../../devices/device.ts";
import { openHidToken } from "../../devices/hid/open.ts";
import { FACTORY_PINS } from "../../devices/hid/pins.ts";
import { SlotNotes } from "../../devices/hid/slot-notes.ts";
import { HidLink } from "../../devices/rigs/hid-link.ts";
import { MemorySocket } from "../../devices/rigs/memory-card.ts";
import { parseSerialAddress } from "../../devices/serial/address.ts";
import { openSerialDevice } from "../../devices/serial/serial-device.ts";
import { openYkoathDevice } from "../../devices/ykoath/device.ts";
import type { SmartToken } from "../../firmware-sim/applets/smart-token.ts";

/** What a token holds from the start. */
export interface Provisions {
  readonly credential?: CredentialInput;
  /** Locks it; on a Nitrokey 3 it is the PIN, which hides the credential as well. */
  readonly password?: string;
}

/** Through the applet, or the HID reports where there is none. @throws {DeviceError} */
export async function provisionSmart(
  token: SmartToken,
  { credential, password }: Provisions,
  signal: AbortSignal,
): Promise<void> {
  const { touchPolicy } = token;
  // Nobody has to touch it for what it leaves the factory with.
  token.setTouchPolicy("auto");
  await using device = await openInMemory(token);
  if (password !== undefined) await device.setPassword?.(password, { signal });
  if (credential !== undefined) await device.provision(credential, { signal });
  token.setTouchPolicy(touchPolicy);
}

/** As any host does it: through the port. @throws {DeviceError} */
export async function provisionSerial(
  path: string,
  credential: CredentialInput,
  signal: AbortSignal,
): Promise<void> {
  await using device = await openSerialDevice(parseSerialAddress(path), { log: () => {}, signal });
  await device.provision(credential, { signal });
}

async function openInMemory(token: SmartToken): Promise<Device> {
  const { card, profile, info, nitrokey } = token;
  const address = "memory";
  if (card !== undefined && profile.oath !== undefined) {
    const socket = new MemorySocket(card, info.readerName, profile.commandBytes);
    return openYkoathDevice(socket.open(), { driver: "ykoath", address });
  }
  if (nitrokey === undefined) throw new RangeError(`${info.profile} takes no secret`);
  const settings = { address, slot: 2, notes: new SlotNotes(), pins: FACTORY_PINS } as const;
  const transport = new HidLink(nitrokey).open();
  return openHidToken("nitrokey", transport, { ...settings, clock: new SystemClock() });
}
