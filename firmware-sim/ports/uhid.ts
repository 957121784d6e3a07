// A HID device of this Linux computer, without USB: /dev/uhid makes the kernel believe in it, and
// hosts open it as hidraw. The file is opened without blocking and asked again and again: a read
// that waits would hold one of the four threads that Node has for files.

import { closeSync, constants, existsSync, openSync, readSync, writeSync } from "node:fs";
import type { Clock } from "../../core/time/clock.ts";
import { concatBytes } from "../../core/wire/bytes.ts";
import type { HidApplication } from "../applets/applet.ts";
import { PortError } from "./port-error.ts";
import type { WireTap } from "./tap.ts";
import {
  decodeUhidEvent,
  encodeUhidCreate,
  encodeUhidDestroy,
  encodeUhidGetReply,
  encodeUhidInput,
  encodeUhidSetReply,
  UHID_EVENT_BYTES,
  type UhidDevice,
  type UhidEvent,
} from "./uhid-events.ts";

/** The kernel's file. */
const UHID_PATH = "/dev/uhid";
/** Time between two looks at the file, microseconds: while a host talks, and after that. */
const BUSY_US = 1000;
const IDLE_US = 10_000;
/** Looks without an event until a host is taken to be silent. */
const BUSY_LOOKS = 500;
/** Most events taken at one look. */
const MAX_EVENTS = 64;

/** An open /dev/uhid, or what a test has for it. */
export interface UhidFile {
  /** The next event; undefined when there is none now. */
  read(): Uint8Array | undefined;
  write(event: Uint8Array): void;
  close(): void;
}

/** @see openUhidDevice */
export interface UhidOptions {
  readonly application: HidApplication;
  readonly device: UhidDevice;
  /** Looks at the file are timed by it. */
  readonly clock: Clock;
  /** Default: opens /dev/uhid. */
  readonly openFile?: () => UhidFile;
  /** Sees each feature report. */
  readonly tap?: WireTap;
}

/** A HID device that the kernel knows. */
export interface UhidPort extends AsyncDisposable {
  /** Whether a host has it open. */
  readonly isOpen: boolean;
}

/**
 * Creates a HID device.
 *
 * @throws {PortError} where there is no /dev/uhid, or it may not be opened
 */
export function openUhidDevice(options: UhidOptions): UhidPort {
  return new CreatedDevice(options);
}

class CreatedDevice implements UhidPort {
  readonly #application: HidApplication;
  readonly #tap: WireTap | undefined;
  readonly #clock: Clock;
  readonly #file: UhidFile;
  readonly #stopInput: () => void;
  #isOpen = false;
  #isDisposed = false;
  #silentLooks = 0;
  #cancelLook: () => void = () => {};

  constructor(options: UhidOptions) {
    this.#application = options.application;
    this.#tap = options.tap;
    this.#clock = options.clock;
    const create = encodeUhidCreate(options.device);
    this.#file = (options.openFile ?? openUhidFile)();
    try {
      this.#file.write(create);
    } catch (cause) {
      this.#file.close();
      throw new PortError(`${UHID_PATH} does not create the device: ${String(cause)}`, { cause });
    }
    this.#stopInput = this.#application.onInput(() => this.#sendInput());
    this.#look();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#cancelLook();
    this.#stopInput();
    this.#write(encodeUhidDestroy());
    this.#file.close();
    this.#application.reset();
  }

  #look(): void {
    let events = 0;
    for (; events < MAX_EVENTS; events++) {
      const bytes = this.#file.read();
      if (bytes === undefined) break;
      const event = decodeUhidEvent(bytes);
      if (event.kind !== "malformed") this.#handle(event);
    }
    this.#silentLooks = events > 0 ? 0 : this.#silentLooks + 1;
    const byUs = this.#silentLooks < BUSY_LOOKS ? BUSY_US : IDLE_US;
    const alarm = this.#clock.setAlarm(byUs, () => this.#look());
    this.#cancelLook = () => alarm.cancel();
  }

  #handle(event: UhidEvent): void {
    switch (event.kind) {
      case "open":
        this.#isOpen = true;
        this.#sendInput();
        break;
      case "close":
      case "stop":
        this.#isOpen = false;
        break;
      case "get-report": {
        const isFeature = event.type === "feature" && event.number === 0;
        const report = isFeature ? this.#application.getFeatureReport() : undefined;
        if (report !== undefined) this.#tap?.("from-token", report);
        this.#write(encodeUhidGetReply(event.id, report && withReportId(report)));
        break;
      }
      case "set-report": {
        const isFeature = event.type === "feature" && event.number === 0;
        if (isFeature) this.#setFeature(event.data);
        this.#write(encodeUhidSetReply(event.id, isFeature || event.type === "output"));
        break;
      }
      case "start":
      case "output":
      case "unknown":
        break;
    }
  }

  /** The kernel leaves the report id in front, 0 as there is none; over USB it does not. */
  #setFeature(data: Uint8Array): void {
    const bytes = this.#application.featureReportBytes;
    const report = data.length === bytes + 1 ? data.subarray(1) : data;
    this.#tap?.("to-token", report);
    this.#application.setFeatureReport(report);
  }

  /** Keys typed while no host has the device open wait for one. */
  #sendInput(): void {
    if (!this.#isOpen) return;
    const next = (): Uint8Array | undefined => this.#application.takeInputReport();
    for (let report = next(); report; report = next()) this.#write(encodeUhidInput(report));
  }

  /** A device that the kernel has dropped takes nothing any more. */
  #write(event: Uint8Array): void {
    try {
      this.#file.write(event);
    } catch {
      this.#isOpen = false;
    }
  }
}

/** The report as the kernel hands it to hidraw: it expects the id, 0, in front of the answer. */
function withReportId(report: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0), report]);
}

/**
 * Opens the kernel's file.
 *
 * @param path where it is, for tests
 * @throws {PortError} where there is none, or it may not be opened
 */
export function openUhidFile(path: string = UHID_PATH): UhidFile {
  if (!existsSync(path)) {
    throw new PortError(
      `there is no ${path} here; on Linux load it with "modprobe uhid", or attach by usbip`,
    );
  }
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (cause) {
    const problem = `${path} cannot be opened: ${cause instanceof Error ? cause.message : ""}`;
    throw new PortError(`${problem}; run as root, or give yourself access to it`, { cause });
  }
  const buffer = new Uint8Array(UHID_EVENT_BYTES);
  return {
    read: () => readOne(descriptor, buffer),
    write: (event) => void writeSync(descriptor, event),
    close: () => closeSync(descriptor),
  };
}

function readOne(descriptor: number, buffer: Uint8Array): Uint8Array | undefined {
  try {
    return buffer.slice(0, readSync(descriptor, buffer));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}
