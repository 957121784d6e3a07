// PINs of a token, from where they may come: the environment or a file that nobody else can read.
// Never a flag, never a log, never a message.

import { readFile, stat } from "node:fs/promises";
import { DeviceError } from "../errors.ts";

/** Which PIN. Both have few tries, and the admin PIN of a Nitrokey Pro has no second chance. */
export type PinKind = "admin" | "user";

/** Gives PINs when one is needed. */
export interface PinSource {
  /** Undefined when there is none. @throws {DeviceError} no-access, bad-argument */
  pin(kind: PinKind): Promise<string | undefined>;
}

/** Environment variables that hold PINs. */
export const PIN_VARIABLES: Readonly<Record<PinKind, string>> = {
  admin: "OATHBED_ADMIN_PIN",
  user: "OATHBED_USER_PIN",
};

const MAX_FILE_BYTES = 4096;
const MAX_PIN_BYTES = 25;
/** Permissions of group and others. */
const OTHERS = 0o077;

/**
 * PINs from the environment first, then from a file of lines `admin=…` and `user=…`.
 *
 * @param path the file; it must be readable by its owner alone
 */
export function pinsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  path?: string,
): PinSource {
  return {
    pin: async (kind) => {
      const value = environment[PIN_VARIABLES[kind]] ?? (await pinOfFile(path, kind));
      if (value === undefined || value === "") return undefined;
      if (Buffer.byteLength(value) <= MAX_PIN_BYTES) return value;
      throw new DeviceError(
        "bad-argument",
        `the ${kind} PIN is longer than ${MAX_PIN_BYTES} bytes`,
      );
    },
  };
}

/** PINs that are known, for emulated tokens. */
export function knownPins(pins: Partial<Record<PinKind, string>>): PinSource {
  return { pin: async (kind) => pins[kind] };
}

/** PINs of a Nitrokey Pro as it leaves the factory. */
export const FACTORY_PINS: PinSource = knownPins({ admin: "12345678", user: "123456" });

async function pinOfFile(path: string | undefined, kind: PinKind): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const lines = (await privateText(path)).split(/\r?\n/);
  const prefix = `${kind}=`;
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

async function privateText(path: string): Promise<string> {
  try {
    const { mode, size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw unusable(path, `it is longer than ${MAX_FILE_BYTES} bytes`);
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw unusable(path, "others may read it", `chmod 600 ${path}`);
    }
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof DeviceError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw unusable(path, `it cannot be read (${code})`);
  }
}

function unusable(
  path: string,
  why: string,
  hint = "see the file of the address: ?pins=FILE",
): Error {
  return new DeviceError("no-access", `the PIN file ${path} is not used: ${why}`, { hint });
}
