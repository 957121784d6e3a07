// An emulated token behind a pseudo-terminal: firmware shell, line with its faults, and port. What
// opens the port is no affair of it: our serial driver, or any other program.

import { setTimeout as pause } from "node:timers/promises";
import type { EmulatedToken } from "../../firmware-sim/emulated-token.ts";
import { FaultyLine } from "../../firmware-sim/faults.ts";
import type { NonVolatileMemory } from "../../firmware-sim/memory.ts";
import { type BytePort, openPty, PtyError } from "../../firmware-sim/ports/pty.ts";
import type { WireTap } from "../../firmware-sim/ports/tap.ts";
import { FlipperShell } from "../../firmware-sim/shell/flipper.ts";
import { LineShell } from "../../firmware-sim/shell/line-shell.ts";
import { DeviceError } from "../errors.ts";
import type { Rig } from "../rig.ts";
import type { SerialShell, SubjectOptions } from "../subject.ts";
import { EmulatedRig, type RigLink } from "./emulated-rig.ts";
import { type TokenInWorld, tokenInWorld } from "./emulated-token.ts";
import type { World } from "./world.ts";

/** A pseudo-terminal takes 8 KiB that nobody has read; more would stop this process. */
const CHUNK_BYTES = 2048;
/** Bytes kept for a host that does not read; more are lost, as on a wire. */
const MAX_QUEUED_BYTES = 65_536;

/** Models behind the shells. */
export const SERIAL_PROFILES: Readonly<Record<SerialShell, string>> = {
  complete: "serial-shell",
  arduino: "arduino-shell",
  flipper: "flipper",
};

/** A token on a port, and the hand around it. Disposing closes the port. */
export interface SerialToken extends AsyncDisposable {
  /** What a host opens, another one after each reconnect; undefined while it is unplugged. */
  readonly path: string | undefined;
  readonly rig: Rig;
  /** Model and clock, one line. */
  readonly description: string;
  /** The token itself, for its clock and what it keeps. */
  readonly token: EmulatedToken;
}

/** What a token on a port may have besides. */
export interface SerialTokenExtras {
  /** Of an earlier life, with as many slots as the profile; default an empty one. */
  readonly memory?: NonVolatileMemory;
  /** Sees what goes over the line, for wire logs. */
  readonly tap?: WireTap;
}

/**
 * Starts a token with a shell on a pseudo-terminal.
 *
 * @param world default: simulated time from `options.startUs`
 * @throws {DeviceError} unsupported-platform, missing-package
 * @throws {RangeError} naming an option that is out of range
 */
export async function startSerialToken(
  options: SubjectOptions,
  world?: World,
  { memory, tap = () => {} }: SerialTokenExtras = {},
): Promise<SerialToken> {
  const dialect = options.shell ?? "complete";
  const made = tokenInWorld(SERIAL_PROFILES[dialect], options, world, memory);
  const port = new TokenPort(tap);
  await port.plugIn();
  return new EmulatedSerialToken(made, port, dialect, options.pressToShow !== true);
}

/** The port of a token that can be unplugged and plugged in again. */
class TokenPort {
  readonly #tap: WireTap;
  #pty: BytePort | undefined;
  #listener: (bytes: Uint8Array) => void = () => {};
  #unplugging: Promise<void> = Promise.resolve();
  #queued: Uint8Array = new Uint8Array(0);
  #pumping: Promise<void> | undefined;

  constructor(tap: WireTap) {
    this.#tap = tap;
  }

  get path(): string | undefined {
    return this.#pty?.path;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  write(bytes: Uint8Array): void {
    this.#tap("from-token", bytes);
    if (this.#pumping === undefined && bytes.length <= CHUNK_BYTES) {
      this.#pty?.write(bytes);
      return;
    }
    const room = MAX_QUEUED_BYTES - this.#queued.length;
    this.#queued = Buffer.concat([this.#queued, bytes.subarray(0, room)]);
    this.#pumping ??= this.#pump();
  }

  async plugIn(): Promise<void> {
    await this.#unplugging;
    if (this.#pty !== undefined) return;
    const pty = await opened();
    pty.onData((bytes) => {
      if (this.#pty !== pty) return;
      this.#tap("to-token", bytes);
      this.#listener(bytes);
    });
    this.#pty = pty;
  }

  /** What was written before still arrives, if the host reads it in time. */
  unplug(): Promise<void> {
    const pty = this.#pty;
    this.#pty = undefined;
    this.#queued = new Uint8Array(0);
    if (pty !== undefined) {
      this.#unplugging = pty.drain().then(() => pty[Symbol.asyncDispose]());
    }
    return this.#unplugging;
  }

  /** Nothing is on its way. */
  async idle(): Promise<void> {
    await this.#unplugging;
    await this.#pumping;
    await this.#pty?.drain();
  }

  /** A host in this process gets its turn to read between two pieces. */
  async #pump(): Promise<void> {
    while (this.#queued.length > 0) {
      this.#pty?.write(this.#queued.subarray(0, CHUNK_BYTES));
      this.#queued = this.#queued.subarray(CHUNK_BYTES);
      await pause(1);
    }
    this.#pumping = undefined;
  }
}

async function opened(): Promise<BytePort> {
  try {
    return await openPty();
  } catch (cause) {
    if (!(cause instanceof PtyError)) throw cause;
    const hint = "emulated serial tokens need Linux; the virtual driver runs everywhere";
    throw new DeviceError("unsupported-platform", cause.message, { cause, hint });
  }
}

class EmulatedSerialToken implements SerialToken {
  readonly description: string;
  readonly rig: Rig;
  readonly token: EmulatedToken;
  readonly #port: TokenPort;
  readonly #line: FaultyLine;

  constructor(
    { token, world, description }: TokenInWorld,
    port: TokenPort,
    dialect: SerialShell,
    confirms: boolean,
  ) {
    this.description = description;
    this.token = token;
    this.#port = port;
    this.#line = new FaultyLine({
      write: (bytes) => port.write(bytes),
      disconnect: () => void port.unplug(),
      later: (run, byMs) => {
        const timer = setTimeout(run, byMs);
        return () => clearTimeout(timer);
      },
    });
    const send = (bytes: Uint8Array): void => this.#line.send(bytes);
    const shell =
      dialect === "flipper"
        ? new FlipperShell({ token, send, confirms })
        : new LineShell({ token, dialect, send });
    port.onData((bytes) => shell.receive(bytes));
    const link: RigLink = {
      inject: (fault) => {
        if (fault.kind !== "brown-out" && fault.kind !== "wear") this.#line.inject(fault);
      },
      powerLost: () => this.#line.reset(),
      powerBack: () => shell.powerOn(),
      reconnect: () => port.plugIn(),
      buttonPressed: () => {
        if (shell instanceof FlipperShell) shell.confirm();
      },
      idle: () => port.idle(),
    };
    this.rig = new EmulatedRig(token, world, link);
  }

  get path(): string | undefined {
    return this.#port.path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A late answer must not keep the process alive.
    this.#line.reset();
    await this.#port.unplug();
  }
}
