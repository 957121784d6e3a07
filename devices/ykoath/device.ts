// A token with the OATH applet as a Device, whatever the transport. It has no clock: codes are for
// the time that goes with the request, or the host's.

import { describeSecret } from "../../core/oath/secret.ts";
import type { Clock } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { codeOfTruncated } from "../../core/wire/ykoath.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialCode,
  CredentialInfo,
  CredentialInput,
  Device,
  DeviceInfo,
  HotpRequest,
  OperationOptions,
  ReadAllRequest,
  TotpRequest,
} from "../device.ts";
import type { OpenOptions, WireLog } from "../driver.ts";
import { notSupported } from "../errors-firmware.ts";
import { closedError, OperationQueue } from "../operation-queue.ts";
import type { RawAccess } from "../raw.ts";
import { CardChannel } from "./card-channel.ts";
import { checkCredential, checkTime } from "./checks.ts";
import { CredentialTable } from "./credential-table.ts";
import { asReadBack, challengeOf, findCredential, type TokenCredential } from "./credentials.ts";
import { loggedCcid } from "./logged-ccid.ts";
import { readManagement } from "./management.ts";
import { modelOf, type YkoathModel } from "./model.ts";
import { idOfName } from "./names.ts";
import { YkoathSession } from "./session.ts";
import { TouchPrompt } from "./touch-prompt.ts";
import type { ApduTransport } from "./transport.ts";

const DEFAULT_TIMEOUT_MS = 5000;
/** A token waits 15 s for a touch. */
const TOUCH_TIMEOUT_MS = 20_000;
/** The challenge of a HOTP credential, which ignores it. */
const NO_CHALLENGE: Uint8Array = new Uint8Array(0);

/** @see openYkoathDevice */
export interface YkoathOpenOptions extends OpenOptions {
  /** Name of the driver, in front of the address. */
  readonly driver: string;
  /** Opens the token again with the driver; without its name. */
  readonly address: string;
  /** The host's clock, for readings that bring no time; default the system's. */
  readonly clock?: Clock;
}

/**
 * Begins a session over a transport, which is closed with the device, also when this fails.
 *
 * @throws {DeviceError} not-supported, refused (wrong password), protocol, timed-out, …
 */
export async function openYkoathDevice(
  transport: ApduTransport,
  options: YkoathOpenOptions,
): Promise<Device> {
  const { log = () => {}, password } = options;
  const queue = new OperationQueue(DEFAULT_TIMEOUT_MS);
  transport.onGone((error) => {
    log({ direction: "event", text: error.message });
    queue.end(error);
  });
  try {
    // To prove the PIN of a Nitrokey 3 may take a touch.
    const patience = password === undefined ? {} : { timeoutMs: TOUCH_TIMEOUT_MS };
    return await queue.run("open", { ...patience, ...options }, async (signal) => {
      const channel = new CardChannel(transport, options.log);
      const management = await readManagement(channel, signal);
      const session = await YkoathSession.open(channel, signal);
      if (password !== undefined) await session.unlock(password, signal);
      const model = modelOf(session.answer, transport.product, management);
      return new YkoathDevice({ options, transport, queue, channel, session, model, log });
    });
  } catch (error) {
    await transport[Symbol.asyncDispose]();
    throw error;
  }
}

interface Parts {
  readonly options: YkoathOpenOptions;
  readonly transport: ApduTransport;
  readonly queue: OperationQueue;
  readonly channel: CardChannel;
  readonly session: YkoathSession;
  readonly model: YkoathModel;
  readonly log: WireLog;
}

class YkoathDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly raw: RawAccess;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #table: CredentialTable;

  constructor(parts: Parts) {
    const { driver, address, clock = new SystemClock() } = parts.options;
    const { name, firmware, serial, capabilities } = parts.model;
    this.info = {
      driver,
      address: `${driver}:${address}`,
      model: name,
      firmware,
      ...(serial === undefined ? {} : { serial }),
    };
    const { ccid } = parts.transport;
    this.capabilities = { ...capabilities, raw: ccid === undefined ? ["apdu"] : ["apdu", "ccid"] };
    this.raw = {
      apdu: {
        maxCommandBytes: parts.transport.maxCommandBytes,
        transmit: (command, options = {}) =>
          this.#read("transmit", options, (_, signal) => {
            this.#table.forget();
            return parts.channel.transmit(command, signal);
          }),
      },
      ...(ccid === undefined ? {} : { ccid: loggedCcid(ccid, parts.log) }),
    };
    this.#parts = parts;
    this.#clock = clock;
    this.#table = new CredentialTable(parts.session, parts.model, () => clock.nowUs());
  }

  get isLocked(): boolean {
    return this.#parts.session.isLocked;
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    const { credential: name } = request;
    return this.#read("read TOTP", request, async (session, signal) => {
      const atUs = request.atUs ?? this.#clock.nowUs();
      checkTime(atUs);
      const credential = findCredential(await this.#table.get(signal), "totp", name);
      const { parameters } = credential;
      if (parameters.kind !== "totp") throw new TypeError("found another kind than asked for");
      return this.#code(session, credential, challengeOf(atUs, parameters), request, signal);
    });
  }

  readHotp(request: HotpRequest = {}): Promise<CodeReading> {
    const { credential: name, counter } = request;
    return this.#read("read HOTP", request, async (session, signal) => {
      if (counter !== undefined) throw notSupported("make a code for a counter the host names");
      const credential = findCredential(await this.#table.get(signal), "hotp", name);
      return this.#code(session, credential, NO_CHALLENGE, request, signal);
    });
  }

  readAll(request: ReadAllRequest = {}): Promise<readonly CredentialCode[]> {
    return this.#run("read all", request, async (_, signal) => {
      this.#need("readAll", "read all codes at once");
      const atUs = request.atUs ?? this.#clock.nowUs();
      checkTime(atUs);
      const codes = await this.#table.readAll(atUs, signal);
      for (const entry of codes) if (entry.state === "code") this.#logCode(entry.name, entry.code);
      return codes;
    });
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    const { name, secret, parameters, counter = 0n, touch = false } = credential;
    return this.#run("provision", options, async (session, signal) => {
      checkCredential(credential, this.capabilities);
      const id = idOfName(name, parameters);
      this.#event(`provision "${id}" ${parameters.kind} ${describeSecret(secret)}`);
      // The same name with another period is another id on the token.
      const others = (await this.#table.get(signal)).filter((each) => each.name === name);
      if (!this.#parts.model.replaces) {
        for (const other of others) await session.delete(other.id, signal);
      }
      const { kind: type, algorithm, digits } = parameters;
      const put = { id, type, algorithm, digits, secret, touch };
      // Where the first code is that of the factor and one more, counter 0 cannot be had.
      const factor = Math.max(0, Number(counter) - this.#parts.model.firstCounter);
      await session.put(type === "hotp" ? { ...put, counter: factor } : put, signal);
      if (this.#parts.model.replaces) {
        for (const other of others) if (other.id !== id) await session.delete(other.id, signal);
      }
      this.#table.put({ id, name, parameters: asReadBack(parameters), touch });
    });
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#run("list", options, async (_, signal) => {
      this.#table.forget();
      const credentials = await this.#table.get(signal);
      return credentials.map(({ name, parameters }) => ({ name, parameters }));
    });
  }

  remove(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#run("remove", options, async (session, signal) => {
      const { id } = this.#table.named(await this.#table.get(signal), name);
      await session.delete(id, signal);
      this.#table.remove(id);
    });
  }

  rename(from: string, to: string, options: OperationOptions = {}): Promise<void> {
    return this.#run("rename", options, async (session, signal) => {
      this.#need("rename", "rename credentials");
      const credential = this.#table.named(await this.#table.get(signal), from);
      const id = idOfName(to, credential.parameters);
      await session.rename(credential.id, id, signal);
      this.#table.forget();
    });
  }

  reset(options: OperationOptions = {}): Promise<void> {
    return this.#read("reset", options, async (session, signal) => {
      this.#need("reset", "be reset over this interface");
      this.#table.forget();
      using prompt = new TouchPrompt(() => {
        this.#event("touch the token: the reset waits for it");
        options.onTouch?.();
      });
      prompt.soon();
      await session.reset(signal);
    });
  }

  unlock(password: string, options: OperationOptions = {}): Promise<void> {
    return this.#locking("unlock", options, async (session, signal) => {
      this.#need("password", "be locked by a password");
      // The challenge of the last SELECT may have been used up.
      await session.select(signal);
      await session.unlock(password, signal);
    });
  }

  setPassword(password: string | null, options: OperationOptions = {}): Promise<void> {
    return this.#locking("set password", options, async (session, signal) => {
      this.#need("password", "be locked by a password");
      if (password === null) await session.removePassword(signal);
      else await session.setPassword(password, signal);
      await session.select(signal);
      if (password !== null) await session.unlock(password, signal);
    });
  }

  setTime(_seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#run("set time", options, () => Promise.reject(notSupported("keep a time")));
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#run("read time", options, () => Promise.reject(notSupported("tell a time")));
  }

  async close(): Promise<void> {
    this.#parts.queue.end(closedError());
    await this.#parts.queue.idle();
    await this.#parts.transport[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #code(
    session: YkoathSession,
    { id, name, parameters, touch }: TokenCredential,
    challenge: Uint8Array,
    { onTouch }: OperationOptions,
    signal: AbortSignal,
  ): Promise<CodeReading> {
    using prompt = new TouchPrompt(() => {
      this.#event(`touch the token: "${name}" waits for it`);
      onTouch?.();
    });
    if (touch) prompt.now();
    else if (parameters.kind === "hotp") prompt.soon();
    const { digits, truncated } = await session.calculate(id, challenge, signal);
    const code = codeOfTruncated(truncated, digits);
    this.#logCode(name, code);
    return { code };
  }

  #need(extra: "readAll" | "rename" | "reset" | "password", what: string): void {
    if (this.capabilities.extras?.[extra] !== true) throw notSupported(what);
  }

  /** What may have to wait for a touch. */
  #read<T>(what: string, options: OperationOptions, work: Act<T>): Promise<T> {
    return this.#run(what, { timeoutMs: TOUCH_TIMEOUT_MS, ...options }, work);
  }

  /** What a PIN is set or proven by, which may have to wait for a touch the first time, too. */
  #locking<T>(what: string, options: OperationOptions, work: Act<T>): Promise<T> {
    return this.#run(what, options, work, this.#parts.session.takesPin);
  }

  #run<T>(
    what: string,
    options: OperationOptions,
    work: Act<T>,
    mayTouch: boolean = this.#parts.session.hasPin,
  ): Promise<T> {
    const { queue, session } = this.#parts;
    const patience = mayTouch ? { timeoutMs: TOUCH_TIMEOUT_MS, ...options } : options;
    return queue.run(what, patience, async (signal) => {
      using prompt = new TouchPrompt(() => {
        this.#event(`touch the token: it asks for that with its PIN, to ${what}`);
        options.onTouch?.();
      });
      if (mayTouch) prompt.soon();
      try {
        return await work(session, signal);
      } catch (error) {
        // What the token holds is not known for sure any more.
        this.#table.forget();
        this.#event(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    });
  }

  #logCode(name: string, code: string): void {
    // What the answer above comes to.
    this.#parts.log({ direction: "from-token", text: `code ${code} of "${name}"` });
  }

  #event(text: string): void {
    this.#parts.log({ direction: "event", text });
  }
}

type Act<T> = (session: YkoathSession, signal: AbortSignal) => Promise<T>;
