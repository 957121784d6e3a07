// The HID driver of the operating system, through the node-hid package, which loads when it is
// first needed: it throws on Linux machines without libusb-1.0.

import { access, constants } from "node:fs/promises";
import type { HIDAsync, Device as HidInfo } from "node-hid";
import { DeviceError } from "../errors.ts";
import type { HidTransport } from "./transport.ts";

/** The only report id of these tokens: "none". hidapi wants it in front. */
const REPORT_ID = 0;
/** How long one read waits before it looks at the signal again, milliseconds. */
const READ_SLICE_MS = 100;

/** What to do about an interface that may not be opened. */
export const HID_ACCESS_REMEDY =
  "install the rules that oathbed devices udev prints, then plug the token in again";

/** The node-hid package. @throws {DeviceError} missing-package, saying what to install */
export async function loadNodeHid(): Promise<typeof import("node-hid")> {
  try {
    return await import("node-hid");
  } catch (cause) {
    throw missingPackage(cause);
  }
}

/** The error for a package that does not load, by what it said. */
export function missingPackage(cause: unknown): DeviceError {
  const needsLibusb = cause instanceof Error && /libusb-1\.0|libudev/.test(cause.message);
  return new DeviceError("missing-package", "the node-hid package does not load", {
    cause,
    hint: needsLibusb
      ? "install its library: apt-get install libusb-1.0-0"
      : "install it in the folder of oathbed: npm install node-hid",
  });
}

/** An interface, with the path that it has to have to be opened. */
export type HidInterface = HidInfo & { readonly path: string };

/** Every HID interface there is. @throws {DeviceError} missing-package, unsupported-platform */
export async function hidInterfaces(): Promise<readonly HidInterface[]> {
  const { devicesAsync } = await loadNodeHid();
  try {
    const all = await devicesAsync();
    return all.filter((info): info is HidInterface => info.path !== undefined && info.path !== "");
  } catch (cause) {
    throw new DeviceError("unsupported-platform", "the HID interfaces cannot be listed", { cause });
  }
}

/** Opens an interface. @throws {DeviceError} missing-package, not-found, no-access */
export async function openNodeHid(path: string): Promise<HidTransport> {
  const { HIDAsync } = await loadNodeHid();
  try {
    return new NodeHidTransport(path, await HIDAsync.open(path, { nonExclusive: true }));
  } catch (cause) {
    throw openError(path, await accessCode(path), cause);
  }
}

/** Why a path may not be opened, as errno says it; undefined when it may, or is no file. */
export async function accessCode(path: string): Promise<string | undefined> {
  if (!path.startsWith("/dev/")) return undefined;
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function openError(path: string, code: string | undefined, cause: unknown): DeviceError {
  if (code === "EACCES" || code === "EPERM") {
    const hint = HID_ACCESS_REMEDY;
    return new DeviceError("no-access", `${path} may not be opened`, { cause, hint });
  }
  if (code === "ENOENT") {
    const hint = "see what is plugged in with: oathbed devices list";
    return new DeviceError("not-found", `${path} is not there`, { cause, hint });
  }
  return new DeviceError("no-access", `${path} does not open`, {
    cause,
    hint: "close the program that uses the token (its vendor's tool), and look at oathbed devices list",
  });
}

/** @see HidTransport */
class NodeHidTransport implements HidTransport {
  readonly #path: string;
  readonly #hid: HIDAsync;
  #isClosed = false;
  /** hidapi does one thing at a time; what nobody waits for any more still has to end. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(path: string, hid: HIDAsync) {
    this.#path = path;
    this.#hid = hid;
    // Reads fail through this event, too; without a listener it would end the process.
    this.#hid.on("error", () => {});
  }

  async sendFeature(report: Uint8Array, signal: AbortSignal): Promise<void> {
    const bytes = Buffer.concat([Buffer.of(REPORT_ID), report]);
    await this.#do("send a report", signal, () => this.#hid.sendFeatureReport(bytes));
  }

  async getFeature(length: number, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#do("get a report", signal, () =>
      this.#hid.getFeatureReport(REPORT_ID, length + 1),
    );
    return Uint8Array.from(bytes.subarray(1));
  }

  async write(report: Uint8Array, signal: AbortSignal): Promise<void> {
    const bytes = Buffer.concat([Buffer.of(REPORT_ID), report]);
    await this.#do("write a report", signal, () => this.#hid.write(bytes));
  }

  async read(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const bytes = await this.#do("read a report", signal, () => this.#hid.read(READ_SLICE_MS));
      if (bytes !== undefined && bytes.length > 0) return Uint8Array.from(bytes);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tail.catch(() => {});
    await this.#hid.close().catch(() => {});
  }

  async #do<T>(what: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const doing = this.#tail.catch(() => {}).then(act);
    this.#tail = doing;
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([doing, aborted.promise]);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw await this.#failure(what, cause);
    } finally {
      signal.removeEventListener("abort", onAbort);
      doing.catch(() => {});
    }
  }

  /** hidapi does not tell a token that has gone from a transfer that failed: look for it. */
  async #failure(what: string, cause: unknown): Promise<DeviceError> {
    const isThere = await hidInterfaces().then(
      (all) => all.some(({ path }) => path === this.#path),
      () => false,
    );
    if (!isThere) {
      return new DeviceError("disconnected", `${this.#path} has gone`, {
        cause,
        hint: "plug the token in again, then open it again",
      });
    }
    return new DeviceError("protocol", `the token did not let the host ${what}`, {
      cause,
      hint: "try again; no other program may use the token at the same time",
    });
  }
}
