// Every driver. Adding one: its file, and a line here.

import type { Driver, DriverHealth } from "./driver.ts";
import { hidDriver } from "./hid/driver.ts";
import { operatorDriver } from "./operator/driver.ts";
import { serialDriver } from "./serial/driver.ts";
import { smartCardDriver } from "./smart-card/driver.ts";
import { usbDriver } from "./usb/driver.ts";
import { virtualDriver } from "./virtual-driver.ts";

/** Every driver, in the order of listings. */
export const DRIVERS: readonly Driver[] = [
  virtualDriver,
  serialDriver,
  hidDriver,
  usbDriver,
  smartCardDriver,
  operatorDriver,
];

/** Names for the part of `--device` before the colon. */
export const DRIVER_NAMES: readonly string[] = DRIVERS.map((driver) => driver.name);

/** @throws {RangeError} naming the drivers there are */
export function driverOf(name: string): Driver {
  const driver = DRIVERS.find((candidate) => candidate.name === name);
  if (driver !== undefined) return driver;
  const shown = JSON.stringify(name.slice(0, 100));
  throw new RangeError(`there is no driver ${shown}; there are ${DRIVER_NAMES.join(", ")}`);
}

/** A driver and whether it can work on this machine. */
export interface DriverState {
  readonly driver: Driver;
  readonly health: DriverHealth;
}

/** The health of every driver. A check that fails is a driver that cannot work. */
export function healthOfDrivers(): Promise<readonly DriverState[]> {
  return Promise.all(DRIVERS.map(async (driver) => ({ driver, health: await healthOf(driver) })));
}

async function healthOf(driver: Driver): Promise<DriverHealth> {
  try {
    return await driver.health();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { state: "unavailable", detail, remedy: "report this: the check itself failed" };
  }
}
