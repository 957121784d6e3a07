// The virtual driver: a software token in this process. Its link to the host can be cut, muted,
// slowed and damaged like any other, so that everything above meets the same troubles.

import { setTimeout as sleep } from "node:timers/promises";
import { describeSecret } from "../core/oath/secret.ts";
import {
  type EmulatedToken,
  type FirmwareCode,
  FirmwareError,
  type TokenProfile,
} from "../firmware-sim/emulated-token.ts";
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
} from "./device.ts";
import type { WireLog } from "./driver.ts";
import { DeviceError } from "./errors.ts";
import { refusalError } from "./errors-firmware.ts";
import { closedError, OperationQueue } from "./operation-queue.ts";
import type { Fault } from "./rig.ts";

const DEFAULT_TIMEOUT_MS = 2000;

/** The way between a virtual token and its host. */
export class VirtualLink {
  #faults: Fault[] = [];
  #muted = false;
  #cut = false;
  #onCut: () => void = () => {};

  /** Applies to the next answers; "mute" until reset. */
  inject(fault: Fault): void {
    if (fault.kind === "mute") this.#muted = true;
    else this.#faults.push(fault);
  }

  /** Power was cycled: a mute token speaks again. */
  reset(): void {
    this.#muted = false;
  }

  /** A cut link stays cut until it is mended. */
  get isCut(): boolean {
    return this.#cut;
  }

  mend(): void {
    this.#cut = false;
  }

  /** Called once when the link is cut. One listener: the device that is open. */
  onCut(listener: () => void): void {
    this.#onCut = listener;
  }

  cut(): void {
    this.#cut = true;
    this.#onCut();
  }

  /** What happens to the next answer. Settles when it has arrived. */
  async carry(signal: AbortSignal): Promise<void> {
    if (this.#muted) return silence(signal);
    for (let fault = this.#faults.shift(); fault !== undefined; fault = this.#faults.shift()) {
      switch (fault.kind) {
        case "delay":
          await sleep(fault.byMs, undefined, { signal }).catch(() => signal.throwIfAborted());
          break;
        case "disconnect":
          this.cut();
          return silence(signal);
        case "drop":
        case "corrupt":
        case "garbage":
          throw new DeviceError("protocol", "the answer arrived damaged", {
            hint: "check the cable; read again",
          });
        case "mute":
        case "brown-out":
        case "wear":
          break;
      }
    }
  }
}

/** Never resolves; rejects when aborted. */
function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** @see openVirtualDevice */
export interface VirtualDeviceOptions {
  readonly token: EmulatedToken;
  readonly link: VirtualLink;
  readonly driver: string;
  readonly address: string;
  readonly log: WireLog;
}

/** Opens a token of this process. @throws {DeviceError} "disconnected" when its link is cut */
export function openVirtualDevice(options: VirtualDeviceOptions): Device {
  if (options.link.isCut || !options.token.powered) throw gone();
  return new VirtualDevice(options);
}

class VirtualDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly #token: EmulatedToken;
  readonly #link: VirtualLink;
  readonly #log: WireLog;
  readonly #queue = new OperationQueue(DEFAULT_TIMEOUT_MS);

  constructor(options: VirtualDeviceOptions) {
    const { token, link, log, driver, address } = options;
    this.#token = token;
    this.#link = link;
    this.#log = log;
    this.info = { driver, address, model: token.profile.name, firmware: token.profile.firmware };
    this.capabilities = virtualCapabilities(token.profile);
    link.onCut(() => this.#queue.end(gone()));
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    const name = request.credential;
    return this.#run("read TOTP", request, nameText(name), () => reading(this.#token.totp(name)));
  }

  readHotp(request: HotpRequest = {}): Promise<CodeReading> {
    const { credential, counter } = request;
    const text = `${nameText(credential)}${counter === undefined ? "" : ` counter ${counter}`}`;
    return this.#run("read HOTP", request, text, () =>
      reading(this.#token.hotp(credential, counter)),
    );
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    const { name, secret, parameters, counter } = credential;
    const text = ` "${name}" ${parameters.kind} ${describeSecret(secret)}`;
    return this.#run("provision", options, text, () =>
      this.#token.put({ name, secret, parameters, ...(counter === undefined ? {} : { counter }) }),
    );
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#run("list", options, "", () =>
      this.#token.list().map(({ name, parameters }) => ({ name, parameters })),
    );
  }

  remove(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#run("remove", options, ` "${name}"`, () => this.#token.remove(name));
  }

  setTime(seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#run("set time", options, ` ${seconds}`, () => this.#token.setTime(seconds));
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#run("read time", options, "", () => Math.floor(this.#token.nowUs() / 1_000_000));
  }

  async close(): Promise<void> {
    this.#queue.end(closedError());
    await this.#queue.idle();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run<T>(what: string, options: OperationOptions, text: string, act: () => T): Promise<T> {
    return this.#queue.run(what, options, async (signal) => {
      this.#log({ direction: "to-token", text: `${what}${text}` });
      try {
        const result = act();
        await this.#link.carry(signal);
        this.#log({ direction: "from-token", text: answerText(result) });
        return result;
      } catch (error) {
        const translated = this.#translate(error);
        const message = translated instanceof Error ? translated.message : String(translated);
        this.#log({ direction: "event", text: `${what} failed: ${message}` });
        throw translated;
      }
    });
  }

  #translate(error: unknown): unknown {
    if (!(error instanceof FirmwareError)) return error;
    const translated = refusalError(error.refusal, error.message, error);
    if (error.refusal === "off") this.#queue.end(translated);
    return translated;
  }
}

/** What a host can do with a token of this model in the same process. */
export function virtualCapabilities(profile: TokenProfile): Capabilities {
  const { algorithms, digits, stepSeconds, secretBytes, credentials, timeRange } = profile;
  return {
    totp: { algorithms, digits, stepSeconds, t0: true, clock: "token" },
    hotp: {
      algorithms,
      digits,
      atCounter: true,
      ownCounter: true,
      highestCounter: 0xffff_ffff_ffff_ffffn,
    },
    provision: { secretBytes, names: true, credentials },
    list: true,
    remove: true,
    setTime: true,
    ...(profile.settingTimeForgets === true ? { setTimeForgets: true } : {}),
    readTime: true,
    button: profile.showSeconds > 0,
    timeRange,
    inProcess: true,
  };
}

function reading({ code, movingFactor, tokenSeconds }: FirmwareCode): CodeReading {
  return { code, movingFactor, tokenSeconds };
}

function nameText(name: string | undefined): string {
  return name === undefined ? "" : ` "${name}"`;
}

function answerText(result: unknown): string {
  if (typeof result === "object" && result !== null && "code" in result) {
    const { code, movingFactor } = result as CodeReading;
    return `code ${code}${movingFactor === undefined ? "" : ` of ${movingFactor}`}`;
  }
  if (Array.isArray(result)) return `${result.length} credentials`;
  return result === undefined ? "ok" : String(result);
}

function gone(): DeviceError {
  return new DeviceError("disconnected", "the token has gone", {
    hint: "connect it and open it again",
  });
}
