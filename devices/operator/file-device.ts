// Tokens that a scanner or a camera reads, as a Device: each reading takes the next line of a file
// or a named pipe. Nothing can be written this way.

import { HASH_ALGORITHMS, MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  Device,
  DeviceInfo,
  HotpRequest,
  OperationOptions,
  TotpRequest,
} from "../device.ts";
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import { closedError, OperationQueue } from "../operation-queue.ts";
import type { CodeFile } from "./code-file.ts";

/** A rig takes its time, and a person may have to put the next token under the camera. */
const DEFAULT_TIMEOUT_MS = 180_000;
const DIGITS: readonly number[] = [6, 7, 8, 9, 10];

const CAPABILITIES: Capabilities = {
  totp: {
    algorithms: HASH_ALGORITHMS,
    digits: DIGITS,
    stepSeconds: { low: 1, high: 86_400 },
    t0: true,
    clock: "token",
  },
  hotp: {
    algorithms: HASH_ALGORITHMS,
    digits: DIGITS,
    atCounter: false,
    ownCounter: true,
    highestCounter: MAX_MOVING_FACTOR,
  },
  list: false,
  remove: false,
  setTime: false,
  readTime: false,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 253_402_300_799 },
};

/** @see Device */
export class FileDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities = CAPABILITIES;
  readonly #file: CodeFile;
  readonly #log: WireLog;
  readonly #queue = new OperationQueue(DEFAULT_TIMEOUT_MS);

  /** @param address opens it again, without the driver's name */
  constructor(file: CodeFile, address: string, log: WireLog) {
    this.#file = file;
    this.#log = log;
    this.info = { driver: "operator", address: `operator:${address}`, model: "unknown" };
  }

  /** With `credential` only codes of the token of that serial number count. */
  readTotp({ credential, ...options }: TotpRequest = {}): Promise<CodeReading> {
    return this.#queue.run("read TOTP", options, (signal) => this.#next(credential, signal));
  }

  readHotp({ credential, counter, ...options }: HotpRequest = {}): Promise<CodeReading> {
    return this.#queue.run("read HOTP", options, (signal) => {
      if (counter !== undefined) throw notSupported("give the code of a named counter");
      return this.#next(credential, signal);
    });
  }

  provision(_credential: unknown, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("be provisioned: its codes come from a file", options);
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#cannot("list its credentials", options);
  }

  remove(_name: string, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("remove a credential", options);
  }

  setTime(_seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("be set to a time", options);
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#cannot("tell its time", options);
  }

  async close(): Promise<void> {
    this.#queue.end(closedError());
    await this.#queue.idle();
    await this.#file[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #next(serial: string | undefined, signal: AbortSignal): Promise<CodeReading> {
    try {
      for (;;) {
        const seen = await this.#file.next(signal);
        const text = `${seen.serial} showed ${seen.code} from ${seen.notBefore} to ${seen.notAfter}`;
        this.#log({ direction: "from-token", text });
        if (serial === undefined || seen.serial === serial) return { code: seen.code };
      }
    } catch (error) {
      if (error instanceof DeviceError && error.code === "disconnected") this.#queue.end(error);
      throw error;
    }
  }

  #cannot(what: string, options: OperationOptions): Promise<never> {
    return this.#queue.run("ask", options, () => Promise.reject(notSupported(what)));
  }
}
