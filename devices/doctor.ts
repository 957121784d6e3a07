// What can keep tokens from being reached on this machine, as data: every driver, every native
// package, and pseudo-terminals, each with its remedy. The command line prints it.

import { access, constants } from "node:fs/promises";
import type { Driver, DriverHealth } from "./driver.ts";
import { DeviceError } from "./errors.ts";
import { DRIVERS, healthOfDrivers } from "./registry.ts";
import { startSerialToken } from "./rigs/serial-token.ts";

/** Longest time that one check takes, milliseconds. */
const CHECK_TIMEOUT_MS = 15_000;

/** What a check looks at. */
export type CheckSubject = "runtime" | "driver" | "emulation" | "port";

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly subject: CheckSubject;
  /** `serial`, `pseudo-terminals`, `serial:/dev/ttyACM0`. */
  readonly name: string;
  readonly health: DriverHealth;
}

/** Every check, in the order in which people want to read them. Never rejects. */
export async function diagnose(): Promise<readonly DoctorCheck[]> {
  const [drivers, terminals, ports] = await Promise.all([
    healthOfDrivers(),
    pseudoTerminals(),
    portChecks(),
  ]);
  return [
    { subject: "runtime", name: "node", health: nodeHealth(process.versions.node) },
    ...drivers.map(
      ({ driver, health }): DoctorCheck => ({ subject: "driver", name: driver.name, health }),
    ),
    { subject: "emulation", name: "pseudo-terminals", health: terminals },
    ...ports,
  ];
}

/** Whether a version of Node runs oathbed. */
export function nodeHealth(version: string): DriverHealth {
  const major = Number(version.split(".")[0]);
  if (major >= 24) return { state: "ready", detail: `version ${version}` };
  return {
    state: "unavailable",
    detail: `version ${version} is too old`,
    remedy:
      "run npm ci, which brings Node 24 along, and start oathbed with npm start or npx oathbed",
  };
}

/** Starts a token on one, as `serial:emulated` does. */
async function pseudoTerminals(): Promise<DriverHealth> {
  try {
    await using token = await startSerialToken({});
    await access(token.path ?? "", constants.R_OK | constants.W_OK);
    return { state: "ready", detail: "emulated serial tokens work" };
  } catch (error) {
    return {
      state: "unavailable",
      detail: messageOf(error),
      remedy: error instanceof DeviceError ? error.hint : "mount devpts, or use --device virtual",
    };
  }
}

/** Tokens that are plugged in and may not be opened. */
async function portChecks(): Promise<readonly DoctorCheck[]> {
  return (await Promise.all(DRIVERS.map(portsOf))).flat();
}

async function portsOf(driver: Driver): Promise<readonly DoctorCheck[]> {
  try {
    const found = await driver.list({ timeoutMs: CHECK_TIMEOUT_MS });
    return found.flatMap(({ address, description, problem }): readonly DoctorCheck[] => {
      if (problem === undefined) return [];
      const detail = `${description}: ${problem}`;
      const health: DriverHealth = { state: "unavailable", detail, remedy: problem };
      return [{ subject: "port", name: `${driver.name}:${address}`, health }];
    });
  } catch (error) {
    // A package that is missing is the driver's own check.
    if (error instanceof DeviceError && error.code === "missing-package") return [];
    const remedy = error instanceof DeviceError ? error.hint : "report this: the check failed";
    const health: DriverHealth = { state: "unavailable", detail: messageOf(error), remedy };
    return [{ subject: "port", name: driver.name, health }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
