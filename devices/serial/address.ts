// Where a serial token is: `/dev/ttyACM0`, `COM3`, or with its speed `/dev/ttyUSB0?baud=9600`.

import { DeviceError } from "../errors.ts";

/** A port and its speed. USB-CDC ports and pseudo-terminals take any. */
export interface SerialAddress {
  readonly path: string;
  readonly baudRate: number;
}

const DEFAULT_BAUD_RATE = 115_200;
const MAX_BAUD_RATE = 12_000_000;
const MAX_PATH_CHARACTERS = 4096;

/** @throws {DeviceError} not-found, saying how an address is written */
export function parseSerialAddress(address: string): SerialAddress {
  const [, path, baud] = /^([^?]+)(?:\?baud=(\d{1,8}))?$/.exec(address) ?? [];
  const baudRate = baud === undefined ? DEFAULT_BAUD_RATE : Number(baud);
  const isPath = path !== undefined && path.length <= MAX_PATH_CHARACTERS;
  if (isPath && !/\p{Cc}/u.test(path) && baudRate >= 50 && baudRate <= MAX_BAUD_RATE) {
    return { path, baudRate };
  }
  throw new DeviceError("not-found", `"${address.slice(0, 100)}" is no address of a serial port`, {
    hint: "write it like /dev/ttyACM0 or /dev/ttyUSB0?baud=9600",
  });
}

/** The reverse of parseSerialAddress; the usual speed is left out. */
export function formatSerialAddress({ path, baudRate }: SerialAddress): string {
  return baudRate === DEFAULT_BAUD_RATE ? path : `${path}?baud=${baudRate}`;
}
