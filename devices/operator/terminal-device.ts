// A token whose codes a person types, as a Device: display-only tokens, phone apps, tokens that
// type as a keyboard. Its clock is its own; this computer's is the host's.

import type { OathParameters } from "../../core/oath/parameters.ts";
import { HASH_ALGORITHMS, MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import { describeSecret } from "../../core/oath/secret.ts";
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
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import { closedError, OperationQueue } from "../operation-queue.ts";
import { possibleDigits } from "./diagnose.ts";
import { keyText, keyUri, writeKeyPng } from "./key-code.ts";
import { type ChangeBounds, collectTaps } from "./taps.ts";
import type { OperatorTerminal } from "./terminal.ts";
import { readTypedCode, type TypedCode } from "./typed-code.ts";

/** A person takes out a phone, unlocks it, scans, and types. */
const DEFAULT_TIMEOUT_MS = 180_000;
/** How often a code is asked for when something else was typed. */
const MAX_ATTEMPTS = 3;
/** Names remembered. */
const MAX_CREDENTIALS = 100;
const USUAL_DIGITS = 6;

const CAPABILITIES: Capabilities = {
  totp: {
    algorithms: HASH_ALGORITHMS,
    digits: [6, 7, 8],
    stepSeconds: { low: 1, high: 86_400 },
    t0: false,
    clock: "token",
  },
  hotp: {
    algorithms: HASH_ALGORITHMS,
    digits: [6, 7, 8],
    atCounter: false,
    ownCounter: true,
    highestCounter: MAX_MOVING_FACTOR,
  },
  provision: { secretBytes: { low: 1, high: 1024 }, names: true, credentials: MAX_CREDENTIALS },
  list: false,
  remove: false,
  setTime: false,
  readTime: false,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 253_402_300_799 },
};

/** @see TerminalDevice */
export interface TerminalDeviceOptions {
  readonly terminal: OperatorTerminal;
  /** Opens it again, without the driver's name. */
  readonly address: string;
  readonly log: WireLog;
  /** QR codes go to this file, and not to the terminal. */
  readonly pngFile?: string;
  /** Called when the device is closed. */
  readonly onClose?: () => void;
}

/** @see Device */
export class TerminalDevice implements Device {
  readonly info: DeviceInfo;
  readonly capabilities: Capabilities = CAPABILITIES;
  readonly #options: TerminalDeviceOptions;
  readonly #queue = new OperationQueue(DEFAULT_TIMEOUT_MS);
  /** What was provisioned here: how long codes are. */
  readonly #known = new Map<string, OathParameters>();

  constructor(options: TerminalDeviceOptions) {
    this.#options = options;
    const address = `operator:${options.address}`;
    this.info = { driver: "operator", address, model: "unknown" };
  }

  readTotp({ credential, ...options }: TotpRequest = {}): Promise<CodeReading> {
    return this.#run("read TOTP", options, (signal) =>
      this.#askCode(`Code now shown${nameText(credential)}:`, credential, "totp", signal),
    );
  }

  readHotp({ credential, counter, ...options }: HotpRequest = {}): Promise<CodeReading> {
    return this.#run("read HOTP", options, async (signal) => {
      if (counter !== undefined) throw notSupported("give the code of a named counter");
      const question = `Press the button and type the next code${nameText(credential)}:`;
      return this.#askCode(question, credential, "hotp", signal);
    });
  }

  provision(credential: CredentialInput, options: OperationOptions = {}): Promise<void> {
    const { name, secret, parameters } = credential;
    return this.#run("provision", options, async (signal) => {
      const uri = keyUri(credential);
      if (this.#known.size >= MAX_CREDENTIALS && !this.#known.has(name)) {
        throw new DeviceError("refused", `${MAX_CREDENTIALS} keys were shown already`);
      }
      this.#log("to-token", `QR code "${name}" ${parameters.kind} ${describeSecret(secret)}`);
      const { terminal, pngFile } = this.#options;
      if (pngFile === undefined) terminal.show(await keyText(uri));
      else {
        await writeKeyPng(uri, pngFile);
        terminal.show(`The QR code is in ${pngFile}; delete it when it was scanned.`);
      }
      const question = `Scan it into the token as "${name}", then press Enter (n: it was refused):`;
      const answer = (await terminal.ask(question, signal)).trim().toLowerCase();
      this.#log("from-token", answer === "" ? "scanned" : "answered");
      if (answer.startsWith("n")) {
        throw new DeviceError("refused", "the operator says that the token took no key");
      }
      this.#known.set(name, parameters);
    });
  }

  list(options: OperationOptions = {}): Promise<readonly CredentialInfo[]> {
    return this.#cannot("list its credentials", options);
  }

  remove(_name: string, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("remove a credential: the operator does it on the token", options);
  }

  setTime(_seconds: number, options: OperationOptions = {}): Promise<void> {
    return this.#cannot("be set to a time", options);
  }

  readTime(options: OperationOptions = {}): Promise<number> {
    return this.#cannot("tell its time", options);
  }

  /**
   * Changes of the display, told by taps on a key.
   *
   * @throws {RangeError} for a count out of range
   */
  taps(count: number, options: OperationOptions = {}): Promise<readonly ChangeBounds[]> {
    return this.#run("tap", options, async (signal) => {
      const changes = await collectTaps(this.#options.terminal, count, signal);
      this.#log("from-token", `${count} changes of the display`);
      return changes;
    });
  }

  async close(): Promise<void> {
    this.#queue.end(closedError());
    await this.#queue.idle();
    this.#options.onClose?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #askCode(
    question: string,
    name: string | undefined,
    kind: OathParameters["kind"],
    signal: AbortSignal,
  ): Promise<CodeReading> {
    const { terminal } = this.#options;
    const digits = this.#digitsOf(name, kind);
    this.#log("to-token", question);
    let problem = "";
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const line = await terminal.ask(question, signal);
      const read = readWithDigits(line, digits);
      if (read.kind === "code") {
        if (read.garbledBy !== undefined) {
          const { name: layout, remedy } = read.garbledBy;
          this.#log("event", `typed on the keyboard layout ${layout}`);
          terminal.show(`That was typed on the layout ${layout}: ${remedy}.`);
        }
        const prefix = read.prefix === "" ? "" : ` behind "${read.prefix}"`;
        this.#log("from-token", `code ${read.code}${prefix}`);
        return { code: read.code };
      }
      problem = read.problem;
      this.#log("event", `no code was typed: ${problem}`);
      terminal.show(`${problem}; please type it again.`);
    }
    throw new DeviceError("protocol", `no code was typed: ${problem}`, {
      hint: "type the digits as the token shows them; spaces do not matter",
    });
  }

  /**
   * Lengths that a code may have: apps that ignore the digits show six.
   *
   * @throws {DeviceError} refused, when the named credential is of the other kind
   */
  #digitsOf(name: string | undefined, kind: OathParameters["kind"]): readonly number[] {
    const all = [...this.#known].filter(([known]) => name === undefined || known === name);
    const [, parameters] = all.findLast(([, each]) => each.kind === kind) ?? [];
    if (parameters === undefined && name !== undefined && all.length > 0) {
      throw new DeviceError("refused", `"${name}" is no credential of kind ${kind}`);
    }
    return possibleDigits(parameters ?? { digits: USUAL_DIGITS });
  }

  #cannot(what: string, options: OperationOptions): Promise<never> {
    return this.#run("ask", options, () => Promise.reject(notSupported(what)));
  }

  #log(direction: "to-token" | "from-token" | "event", text: string): void {
    this.#options.log({ direction, text: text.replace(/\p{Cc}/gu, " ") });
  }

  #run<T>(
    what: string,
    options: OperationOptions,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#queue.run(what, options, async (signal) => {
      try {
        return await act(signal);
      } catch (error) {
        if (error instanceof DeviceError && error.code === "disconnected") this.#queue.end(error);
        throw error;
      }
    });
  }
}

/** The first length that fits; else what is wrong with the one that was asked for. */
function readWithDigits(
  line: string,
  [digits = USUAL_DIGITS, ...others]: readonly number[],
): TypedCode {
  const read = readTypedCode(line, digits);
  if (read.kind === "code") return read;
  return others.map((other) => readTypedCode(line, other)).find(isRead) ?? read;
}

function isRead(typed: TypedCode): boolean {
  return typed.kind === "code";
}

function nameText(name: string | undefined): string {
  return name === undefined ? "" : ` for "${name}"`;
}
