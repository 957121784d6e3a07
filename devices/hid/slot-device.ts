// The OTP slots of a YubiKey as a Device (HID document, A5): challenge-response used as TOTP. The
// token has no clock; the host passes the time step as the challenge and truncates the answer.

import { movingFactorBytes } from "../../core/oath/codes.ts";
import { type Clock, SECOND_US } from "../../core/time/clock.ts";
import {
  HMAC_RESPONSE_BYTES,
  hmacChallenge,
  OTP_TOUCH_LEVEL,
  type OtpStatus,
} from "../../core/wire/hid-otp.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  CredentialInput,
  Device,
  DeviceInfo,
  OperationOptions,
  TotpRequest,
} from "../device.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import type { RawAccess } from "../raw.ts";
import type { HidConnection } from "./connection.ts";
import { type OtpSession, otpSerialNumber } from "./otp-session.ts";
import { slotCapabilities } from "./slot-capabilities.ts";
import { eraseSlotCommand, writeSlotCommand } from "./slot-config.ts";
import { type OtpSlot, type SlotNotes, slotOfName } from "./slot-notes.ts";
import { truncatedCode } from "./truncate.ts";

/** @see openSlotDevice */
export interface SlotDeviceOptions {
  readonly connection: HidConnection;
  readonly session: OtpSession;
  /** Opens it again, without the driver's name. */
  readonly address: string;
  /** The slot that is meant when none is named. */
  readonly slot: OtpSlot;
  readonly notes: SlotNotes;
  /** The host's. */
  readonly clock: Clock;
}

/** Asks the token who it is. @throws {DeviceError} protocol, disconnected, timed-out, cancelled */
export function openSlotDevice(
  options: SlotDeviceOptions,
  opening: OperationOptions,
): Promise<Device> {
  const { connection, session, slot } = options;
  return connection.run("open", opening, async (signal) => {
    const status = await session.status(signal);
    const serial = await serialNumber(session, signal);
    const info: DeviceInfo = {
      driver: "hid",
      address: `hid:${options.address}`,
      model: "yubikey-otp",
      firmware: `${status.major}.${status.minor}.${status.build}`,
      ...(serial === undefined ? {} : { serial: String(serial) }),
    };
    return new SlotDevice(info, slotCapabilities(needsTouch(status, slot)), options);
  });
}

/** Undefined when the token is set to hide it. */
async function serialNumber(session: OtpSession, signal: AbortSignal): Promise<number | undefined> {
  try {
    return await otpSerialNumber(session, signal);
  } catch (error) {
    if (error instanceof DeviceError && error.code === "refused") return undefined;
    throw error;
  }
}

class SlotDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly raw: RawAccess;
  readonly #options: SlotDeviceOptions;

  constructor(info: DeviceInfo, capabilities: Capabilities, options: SlotDeviceOptions) {
    this.info = info;
    this.capabilities = { ...capabilities, raw: ["otp-hid"] };
    this.raw = {
      otpHid: {
        set: (report, asked = {}) =>
          this.#run("set report", asked, (signal) => options.session.setReport(report, signal)),
        get: (asked = {}) =>
          this.#run("get report", asked, (signal) => options.session.getReport(signal)),
      },
    };
    this.#options = options;
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    const { session, notes, clock, connection } = this.#options;
    return this.#run("read TOTP", request, async (signal) => {
      const slot = slotOfName(request.credential, this.#options.slot);
      await this.#assertFilled(slot, signal);
      const { digits, stepSeconds, t0 } = notes.of(slot);
      const movingFactor = timeStep(request.atUs ?? clock.nowUs(), stepSeconds, t0);
      const challenge = hmacChallenge(slot, movingFactorBytes(movingFactor));
      const onTouch = request.onTouch ?? noTouch;
      const hmac = await session.ask(challenge, HMAC_RESPONSE_BYTES, signal, onTouch);
      const code = truncatedCode(hmac, digits);
      connection.log({ direction: "from-token", text: `code ${code} of step ${movingFactor}` });
      return { code, movingFactor };
    });
  }

  readHotp(options: OperationOptions = {}): Promise<CodeReading> {
    return this.#cannot("give event-based codes: it types them, see the operator driver", options);
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    return this.#run("provision", options, async (signal) => {
      const slot = slotOfName(credential.name, this.#options.slot);
      const command = writeSlotCommand(slot, credential);
      try {
        await this.#options.session.change(command, signal);
      } finally {
        command.payload.fill(0);
      }
      if (credential.parameters.kind === "totp") {
        this.#options.notes.note(slot, credential.parameters);
      } else this.#options.notes.forget(slot);
    });
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#cannot("list its credentials: it does not tell what a slot is for", options);
  }

  remove(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#run("remove", options, async (signal) => {
      const slot = slotOfName(name, this.#options.slot);
      await this.#assertFilled(slot, signal);
      await this.#options.session.change(eraseSlotCommand(slot), signal);
      this.#options.notes.forget(slot);
    });
  }

  setTime(_seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("set its time: it has no clock", options);
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#cannot("read its time: it has no clock", options);
  }

  close(): Promise<void> {
    return this.#options.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Asks twice before it says no: a status has no CRC. */
  async #assertFilled(slot: OtpSlot, signal: AbortSignal): Promise<void> {
    for (let time = 0; time < 2; time++) {
      if (isFilled(await this.#options.session.status(signal), slot)) return;
    }
    throw new DeviceError("refused", `slot ${slot} is empty`, {
      hint: "provision it, or name the other slot in the address: ?slot=1",
    });
  }

  #cannot(what: string, options: OperationOptions): Promise<never> {
    return this.#run("ask", options, () => Promise.reject(notSupported(what)));
  }

  #run<T>(
    what: string,
    options: OperationOptions,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#options.connection.run(what, options, act);
  }
}

function noTouch(): void {}

function isFilled({ touchLevel }: OtpStatus, slot: OtpSlot): boolean {
  const bit = slot === 1 ? OTP_TOUCH_LEVEL.slot1Valid : OTP_TOUCH_LEVEL.slot2Valid;
  return (touchLevel & bit) !== 0;
}

/** The bit says that the slot answers a touch; for challenge-response, that it asks for one. */
function needsTouch({ touchLevel }: OtpStatus, slot: OtpSlot): boolean {
  const bit = slot === 1 ? OTP_TOUCH_LEVEL.slot1Touch : OTP_TOUCH_LEVEL.slot2Touch;
  return (touchLevel & bit) !== 0;
}

/** RFC 6238 §4.2. @throws {DeviceError} bad-argument, or refused before T0 */
function timeStep(atUs: number, stepSeconds: number, t0: number): bigint {
  const seconds = Math.floor(atUs / SECOND_US);
  if (!Number.isSafeInteger(seconds)) {
    throw new DeviceError("bad-argument", "atUs must be a time, microseconds since 1970");
  }
  if (seconds < t0) {
    throw new DeviceError("refused", `there is no time step before T0 (${t0} s)`, {
      hint: "check the clock of this computer",
    });
  }
  return BigInt(Math.floor((seconds - t0) / stepSeconds));
}
