// The serial driver: tokens with a line shell on a UART or a USB-CDC port.

import { access, constants } from "node:fs/promises";
import type { OperationOptions } from "../device.ts";
import type { Driver, DriverHealth, Found } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { OperationQueue } from "../operation-queue.ts";
import { parseSerialAddress } from "./address.ts";
import { loadSerialport } from "./line.ts";
import { ACCESS_REMEDY } from "./port-errors.ts";
import { openSerialDevice } from "./serial-device.ts";

const LIST_TIMEOUT_MS = 10_000;

/** What the package tells of a port. */
type PortInfo = Awaited<ReturnType<typeof import("serialport")["SerialPort"]["list"]>>[number];

/** @see Driver */
export const serialDriver: Driver = {
  name: "serial",
  summary: "tokens with a line shell on a serial port (UART, USB-CDC)",
  health,
  list,
  open: async (address, options) => openSerialDevice(parseSerialAddress(address), options),
};

async function health(): Promise<DriverHealth> {
  try {
    await loadSerialport();
    return { state: "ready", detail: "the serialport package loads" };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const reason = error.cause instanceof Error ? firstLine(error.cause.message) : "";
    return {
      state: "unavailable",
      detail: reason === "" ? error.message : `${error.message}: ${reason}`,
      remedy: error.hint,
    };
  }
}

/** Every port there is. One that may not be opened says what to do about it. */
async function list(options: OperationOptions = {}): Promise<readonly Found[]> {
  const { SerialPort } = await loadSerialport();
  const queue = new OperationQueue(LIST_TIMEOUT_MS);
  return queue.run("list serial ports", options, async () => {
    const ports = await listed(SerialPort);
    return Promise.all(ports.map(found));
  });
}

async function listed(port: typeof import("serialport")["SerialPort"]): Promise<PortInfo[]> {
  try {
    return await port.list();
  } catch (cause) {
    throw new DeviceError("unsupported-platform", "the serial ports cannot be listed", {
      cause,
      hint: "install udev (udevadm), or name the port: --device serial:/dev/ttyACM0",
    });
  }
}

async function found(port: PortInfo): Promise<Found> {
  const ids = port.vendorId === undefined ? "" : `${port.vendorId}:${port.productId ?? "?"}`;
  const serial = port.serialNumber === undefined ? "" : `serial number ${port.serialNumber}`;
  const words = [port.manufacturer ?? "", ids, serial].filter((word) => word !== "");
  const description = words.length === 0 ? "serial port" : words.join(", ");
  const problem = await problemWith(port.path);
  return { address: port.path, description, ...(problem === undefined ? {} : { problem }) };
}

/** Why a port may not be opened. Windows tells only when it is. */
export async function problemWith(path: string): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") return `may not be opened: ${ACCESS_REMEDY}`;
    return `cannot be opened (${code}): plug it in again`;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
