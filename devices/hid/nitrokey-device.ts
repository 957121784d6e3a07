// A Nitrokey Pro or Librem Key as a Device (HID document, part B).

import type { NitrokeyStatusAnswer } from "../../core/wire/hid-reports.ts";
import {
  decodeNitrokeyCodeAnswer,
  decodeNitrokeyStatusAnswer,
} from "../../core/wire/hid-reports.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  CredentialInput,
  Device,
  DeviceInfo,
  HotpRequest,
  OperationOptions,
  TotpRequest,
} from "../device.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import type { HidConnection } from "./connection.ts";
import { NITROKEY_TIME_RANGE, nitrokeyCapabilities } from "./nitrokey-capabilities.ts";
import { NitrokeyPins } from "./nitrokey-pins.ts";
import { NitrokeySession } from "./nitrokey-session.ts";
import { type NitrokeySlot, readSlots, slotDigits } from "./nitrokey-slots.ts";
import { eraseSlot, type NitrokeyAccess, writeCredential } from "./nitrokey-write.ts";
import type { PinSource } from "./pins.ts";

/** Byte of the general config that says that codes need the user PIN. */
const USER_PIN_BYTE = 3;

/** @see openNitrokey */
export interface NitrokeyOptions {
  readonly connection: HidConnection;
  /** Opens it again, without the driver's name. */
  readonly address: string;
  readonly pins: PinSource;
}

/** Asks the token who it is. @throws {DeviceError} protocol, disconnected, timed-out, cancelled */
export function openNitrokey(options: NitrokeyOptions, opening: OperationOptions): Promise<Device> {
  const { connection, address, pins } = options;
  const session = new NitrokeySession(connection);
  return connection.run("open", opening, async (signal) => {
    const status = decodeNitrokeyStatusAnswer(await session.ask({ kind: "get-status" }, signal));
    const info: DeviceInfo = {
      driver: "hid",
      address: `hid:${address}`,
      model: "nitrokey-pro",
      firmware: `${status.major}.${status.minor}`,
      serial: Buffer.from(status.cardSerial).toString("hex"),
    };
    const access = { session, pins: new NitrokeyPins(session, pins) };
    return new NitrokeyDevice(info, status, connection, access);
  });
}

class NitrokeyDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #connection: HidConnection;
  readonly #access: NitrokeyAccess;
  readonly #needsUserPin: boolean;

  constructor(
    info: DeviceInfo,
    status: NitrokeyStatusAnswer,
    connection: HidConnection,
    access: NitrokeyAccess,
  ) {
    this.info = info;
    this.capabilities = nitrokeyCapabilities(status);
    this.#connection = connection;
    this.#access = access;
    this.#needsUserPin = (status.generalConfig[USER_PIN_BYTE] ?? 0) === 1;
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    return this.#connection.run("read TOTP", request, async (signal) => {
      return this.#code(await this.#find("totp", request.credential, signal), signal);
    });
  }

  readHotp(request: HotpRequest = {}): Promise<CodeReading> {
    return this.#connection.run("read HOTP", request, async (signal) => {
      if (request.counter !== undefined) throw notSupported("give the code of a named counter");
      return this.#code(await this.#find("hotp", request.credential, signal), signal);
    });
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    return this.#connection.run("provision", options, (signal) => {
      if (this.capabilities.provision === undefined) {
        throw notSupported("be provisioned by this driver: its firmware is older than 0.8");
      }
      return writeCredential(this.#access, credential, signal);
    });
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#connection.run("list", options, async (signal) => {
      const slots = await this.#slots(signal);
      return slots.map(({ name, parameters }) => ({ name, parameters }));
    });
  }

  remove(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#connection.run("remove", options, async (signal) => {
      if (!this.capabilities.remove) throw notSupported("be written: its firmware is too old");
      const found = (await this.#slots(signal)).find((each) => each.name === name);
      if (found === undefined) throw noCredential(name);
      await eraseSlot(this.#access, found.slot, signal);
    });
  }

  setTime(seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#connection.run("set time", options, async (signal) => {
      const { fromSeconds, toSeconds } = NITROKEY_TIME_RANGE;
      if (!Number.isInteger(seconds) || seconds < fromSeconds || seconds > toSeconds) {
        const range = `whole seconds from ${fromSeconds} to ${toSeconds}`;
        throw new DeviceError("bad-argument", `the clock holds ${range}, not ${seconds}`);
      }
      const command = { kind: "set-time", mode: 1, timeSeconds: BigInt(seconds) } as const;
      await this.#access.session.ask(command, signal);
    });
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#connection.run("read time", options, () =>
      Promise.reject(notSupported("tell its time")),
    );
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#access.pins.forget();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #slots(signal: AbortSignal): Promise<readonly NitrokeySlot[]> {
    const { session } = this.#access;
    return [
      ...(await readSlots(session, "totp", signal)),
      ...(await readSlots(session, "hotp", signal)),
    ];
  }

  async #find(
    kind: "totp" | "hotp",
    name: string | undefined,
    signal: AbortSignal,
  ): Promise<NitrokeySlot> {
    const slots = await readSlots(this.#access.session, kind, signal);
    const found = name === undefined ? slots[0] : slots.find((each) => each.name === name);
    if (found === undefined) throw noCredential(name ?? `of kind ${kind}`);
    return found;
  }

  async #code({ slot }: NitrokeySlot, signal: AbortSignal): Promise<CodeReading> {
    const { session, pins } = this.#access;
    const password = this.#needsUserPin ? await pins.password("user", signal) : new Uint8Array(0);
    // The token takes the time from its own clock; these fields are for other firmware.
    const unused = { challenge: 0n, lastTime: 0n, lastInterval: 0 };
    const payload = await session.ask({ kind: "get-code", slot, ...unused, password }, signal);
    const { code, config } = decodeNitrokeyCodeAnswer(payload);
    const digits = slotDigits(config);
    const text = String(code).padStart(digits, "0");
    if (text.length > digits) throw new DeviceError("protocol", "the answer is not a code");
    this.#connection.log({ direction: "from-token", text: `code ${text}` });
    return { code: text };
  }
}

function noCredential(name: string): DeviceError {
  return new DeviceError("refused", `there is no credential "${name}"`, {
    hint: "list the credentials of the token",
  });
}
