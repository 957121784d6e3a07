// A token behind a serial port, as a Device.

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
import type { OpenOptions, WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { closedError, OperationQueue } from "../operation-queue.ts";
import type { RawAccess, RawLine } from "../raw.ts";
import { formatSerialAddress, type SerialAddress } from "./address.ts";
import { ArduinoDialect } from "./arduino-dialect.ts";
import { CompleteDialect } from "./complete-dialect.ts";
import { flipperDialectOf } from "./flipper-dialect.ts";
import { FlipperSession } from "./flipper-session.ts";
import { openLine, type SerialLine } from "./line.ts";
import { PromptReader, rawLine } from "./raw-line.ts";
import type { Ask, ShellDialect } from "./shell-dialect.ts";
import { DEFAULT_WAITS, type GreetingWaits, ShellSession } from "./shell-session.ts";
import { parseVersion } from "./version-line.ts";

/** Enough for a token at 9600 baud that works out HMAC-SHA-512 on 8 bits. */
const DEFAULT_TIMEOUT_MS = 5000;
/** The same, and a board that is reset first. */
const DEFAULT_OPEN_TIMEOUT_MS = 8000;

/** @see openSerialDevice */
export interface SerialOpenOptions extends OpenOptions {
  /** How long to wait for a token that is silent at first; default DEFAULT_WAITS. */
  readonly waits?: GreetingWaits;
}

/**
 * Opens a port and asks what is behind it.
 *
 * @throws {DeviceError} missing-package, not-found, no-access, timed-out, cancelled, protocol
 */
export async function openSerialDevice(
  address: SerialAddress,
  options: SerialOpenOptions = {},
): Promise<Device> {
  const { log = () => {}, waits = DEFAULT_WAITS } = options;
  const queue = new OperationQueue(DEFAULT_TIMEOUT_MS);
  const shells: (ShellSession | FlipperSession)[] = [];
  const prompts = new PromptReader();
  const line = await openLine(address, {
    onData: (bytes) => {
      for (const shell of shells) shell.receive(bytes);
      prompts.receive(bytes);
    },
    onGone: (error) => {
      log({ direction: "event", text: error.message });
      queue.end(error);
    },
  });
  try {
    const timeoutMs = options.timeoutMs ?? DEFAULT_OPEN_TIMEOUT_MS;
    const opening = {
      timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    const { shell, dialect } = await queue.run("open", opening, (signal) =>
      findShell(line, shells, { log, waits, signal }),
    );
    const isLineShell = shell instanceof ShellSession;
    const raw = isLineShell ? rawLine(line, prompts, queue, log) : undefined;
    const connection = { line, shell, queue, log, ...(raw && { raw }) };
    return new SerialDevice(formatSerialAddress(address), dialect, connection);
  } catch (error) {
    await line.close();
    throw withBaudRate(error, address);
  }
}

interface Greeting {
  readonly log: WireLog;
  readonly waits: GreetingWaits;
  readonly signal: AbortSignal;
}

/**
 * A CR makes a Flipper show its prompt; the other shells ignore it, and are greeted at the same
 * time. Afterwards `shells` holds the one that is there.
 */
async function findShell(
  line: SerialLine,
  shells: (ShellSession | FlipperSession)[],
  { log, waits, signal }: Greeting,
): Promise<{ readonly shell: Shell; readonly dialect: ShellDialect }> {
  const generic = new ShellSession(line.write, log);
  const flipper = new FlipperSession(line.write, log);
  const isFlipper = flipper.prompted();
  const stop = new AbortController();
  shells.push(generic, flipper);
  line.write(Buffer.from("\r"));
  const greeted = generic.greet(waits, AbortSignal.any([signal, stop.signal]));
  const found = await Promise.race([greeted.then(() => "generic"), isFlipper]);
  const shell = found === "generic" ? generic : flipper;
  stop.abort();
  await greeted.catch(() => {});
  shells.splice(0, 2, shell);
  const ask: Ask = (command) => shell.ask(command, signal);
  const dialect = shell === flipper ? await flipperDialectOf(ask) : await dialectOf(ask);
  return { shell, dialect };
}

/** Finds out by asking. @throws {DeviceError} protocol when it is a shell of neither kind */
async function dialectOf(ask: Ask): Promise<ShellDialect> {
  const version = parseVersion(await ask("version"));
  if (version !== undefined) return new CompleteDialect(version);
  const dialect = new ArduinoDialect();
  try {
    await dialect.readTime(ask);
  } catch (cause) {
    if (!(cause instanceof DeviceError) || cause.code !== "protocol") throw cause;
    throw new DeviceError("protocol", "what answers is no OATH token with a shell we know", {
      cause,
      hint: "docs/serial-shell.md has the commands a token must know: version, or time and totp",
    });
  }
  return dialect;
}

/** Silence and noise look the same at a wrong baud rate. */
function withBaudRate(error: unknown, { path, baudRate }: SerialAddress): unknown {
  if (!(error instanceof DeviceError) || error.code !== "timed-out") return error;
  return new DeviceError("timed-out", `${path} does not answer at ${baudRate} baud`, {
    cause: error,
    hint: `check power and cable; another rate is written ${path}?baud=9600`,
  });
}

/** What commands are sent to. */
type Shell = Pick<ShellSession, "ask">;

interface Connection {
  readonly line: SerialLine;
  readonly shell: Shell;
  readonly queue: OperationQueue;
  readonly log: WireLog;
  readonly raw?: RawLine;
}

class SerialDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities;
  readonly raw?: RawAccess;
  readonly #dialect: ShellDialect;
  readonly #connection: Connection;

  constructor(address: string, dialect: ShellDialect, connection: Connection) {
    const { model, firmware } = dialect;
    this.info = {
      driver: "serial",
      address: `serial:${address}`,
      model,
      ...(firmware === undefined ? {} : { firmware }),
    };
    const { raw } = connection;
    this.capabilities = {
      ...dialect.capabilities,
      ...(raw && { raw: ["shell-line"] as const }),
    };
    if (raw !== undefined) this.raw = { shellLine: raw };
    this.#dialect = dialect;
    this.#connection = connection;
  }

  readTotp(request: TotpRequest = {}): Promise<CodeReading> {
    return this.#run("read TOTP", request, (ask) => this.#dialect.readTotp(ask, request));
  }

  readHotp(request: HotpRequest = {}): Promise<CodeReading> {
    return this.#run("read HOTP", request, (ask) => this.#dialect.readHotp(ask, request));
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    return this.#run("provision", options, (ask) => this.#dialect.provision(ask, credential));
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#run("list", options, (ask) => this.#dialect.list(ask));
  }

  remove(name: string, options: OperationOptions = {}): Promise<void> {
    return this.#run("remove", options, (ask) => this.#dialect.remove(ask, name));
  }

  setTime(seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#run("set time", options, (ask) => this.#dialect.setTime(ask, seconds));
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#run("read time", options, (ask) => this.#dialect.readTime(ask));
  }

  async close(): Promise<void> {
    this.#connection.queue.end(closedError());
    await this.#connection.queue.idle();
    await this.#connection.line.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run<T>(what: string, options: OperationOptions, act: (ask: Ask) => Promise<T>): Promise<T> {
    const { queue, shell, log } = this.#connection;
    return queue.run(what, options, async (signal) => {
      try {
        return await act((line) => shell.ask(line, signal));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        log({ direction: "event", text: `${what} failed: ${message}` });
        throw error;
      }
    });
  }
}
