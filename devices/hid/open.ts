// Opens a token behind a HID transport, whatever carries it.

import type { Clock } from "../../core/time/clock.ts";
import type { Device } from "../device.ts";
import type { OpenOptions } from "../driver.ts";
import { HidConnection } from "./connection.ts";
import type { HidProtocol } from "./known-tokens.ts";
import { openNitrokey } from "./nitrokey-device.ts";
import { OtpSession } from "./otp-session.ts";
import type { PinSource } from "./pins.ts";
import { openSlotDevice } from "./slot-device.ts";
import type { OtpSlot, SlotNotes } from "./slot-notes.ts";
import type { HidTransport } from "./transport.ts";

/** Nitrokey Pro: 18 slots are read at 100 ms each. A touch may be waited for 15 s. */
const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_OPEN_TIMEOUT_MS = 8000;

/** What the host knows of the token. */
export interface HidTokenSettings {
  /** Opens it again, without the driver's name. */
  readonly address: string;
  /** OTP slot that is meant when none is named. */
  readonly slot: OtpSlot;
  readonly notes: SlotNotes;
  /** Host time for tokens without a clock. */
  readonly clock: Clock;
  readonly pins: PinSource;
}

/**
 * Opens the token; when that fails, the transport is closed.
 *
 * @throws {DeviceError} protocol, disconnected, timed-out, cancelled
 */
export async function openHidToken(
  protocol: HidProtocol,
  transport: HidTransport,
  settings: HidTokenSettings,
  options: OpenOptions = {},
): Promise<Device> {
  const { log = () => {}, timeoutMs = DEFAULT_OPEN_TIMEOUT_MS, signal } = options;
  const connection = new HidConnection(transport, log, DEFAULT_TIMEOUT_MS);
  const opening = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
  try {
    switch (protocol) {
      case "otp-slots": {
        const session = new OtpSession(connection);
        return await openSlotDevice({ ...settings, connection, session }, opening);
      }
      case "nitrokey":
        return await openNitrokey({ ...settings, connection }, opening);
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
}
