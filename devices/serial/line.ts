// A serial line: bytes to and from a port, through the serialport package, which loads when the
// first port is opened.

import type { SerialPort } from "serialport";
import { DeviceError } from "../errors.ts";
import { keepBothWaits } from "./both-waits.ts";
import { noticeHangUp } from "./hang-up.ts";
import { portError } from "./port-errors.ts";

/** What is done with a line that is open. */
export interface LineHandlers {
  /** Bytes from the token, in pieces of any size. */
  readonly onData: (bytes: Uint8Array) => void;
  /** The port has gone, and the line with it; not called after close(). */
  readonly onGone: (error: DeviceError) => void;
}

/** An open line. */
export interface SerialLine {
  write(bytes: Uint8Array): void;
  /** May be called twice; never rejects. */
  close(): Promise<void>;
}

/** How to open a line. */
export interface LineSettings {
  readonly path: string;
  readonly baudRate: number;
}

/** The serialport package. @throws {DeviceError} missing-package */
export async function loadSerialport(): Promise<typeof import("serialport")> {
  try {
    return await import("serialport");
  } catch (cause) {
    throw new DeviceError("missing-package", "the serialport package does not load", {
      cause,
      hint: "install it in the folder of oathbed: npm install serialport",
    });
  }
}

/**
 * Opens a port: 8 data bits, no parity, one stop bit. Nobody else may have it open, and closing it
 * leaves the DTR line alone: a board that resets with DTR is reset once.
 *
 * @throws {DeviceError} missing-package, not-found, no-access, protocol
 */
export async function openLine(
  settings: LineSettings,
  handlers: LineHandlers,
): Promise<SerialLine> {
  const { SerialPort } = await loadSerialport();
  const port = await opened(SerialPort, settings);
  let closing = false;
  port.on("data", handlers.onData);
  // A failed write or read is followed by "close", with the reason.
  port.on("error", () => {});
  port.on("close", (cause: unknown) => {
    if (!closing) handlers.onGone(goneError(settings.path, cause));
  });
  return {
    write: (bytes) => {
      if (port.isOpen) port.write(Buffer.from(bytes));
    },
    close: async () => {
      if (closing) return;
      closing = true;
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}

function opened(port: typeof SerialPort, settings: LineSettings): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const line = new port({ ...settings, hupcl: false, lock: true }, (cause) => {
      if (cause !== null) {
        reject(portError(settings.path, cause));
        return;
      }
      noticeHangUp(line);
      keepBothWaits(line);
      resolve(line);
    });
  });
}

function goneError(path: string, cause: unknown): DeviceError {
  return new DeviceError("disconnected", `${path} has gone`, {
    cause,
    hint: "plug the token in again, then open it again",
  });
}
