// Every token that --device takes here.

import type { Driver, Found } from "../../devices/driver.ts";
import { DeviceError } from "../../devices/errors.ts";
import { DRIVERS } from "../../devices/registry.ts";
import { EMULATED_SPECS } from "../../devices/sources.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { inventoryOf } from "../sources.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** Longest time a driver may look for tokens, milliseconds. */
const LIST_TIMEOUT_MS = 10_000;

/** A row of `devices list`. */
interface Row {
  /** What --device takes. */
  readonly device: string;
  readonly description: string;
  /** Why it cannot be opened; empty when it can. */
  readonly problem: string;
}

/** Whoever sits here cannot be found, only asked. */
const PERSON: Row = {
  device: "operator:terminal",
  description: "a person at this terminal types the codes of a display token or phone app",
  problem: "",
};

/** Prints them. @throws {InventoryError} */
export async function listDevices(
  inventory: string | undefined,
  json: boolean,
  context: Context,
): Promise<ExitCode> {
  const rows = await rowsOf(inventory, context);
  const { terminal } = context;
  const cells = rows.map(({ device, description, problem }) => [
    device,
    problem === "" ? description : `${description} (${problem})`,
  ]);
  terminal.out(
    json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : formatTable(["device", "what it is"], cells, terminal.style),
  );
  return EXIT.ok;
}

async function rowsOf(
  path: string | undefined,
  { terminal, signal }: Context,
): Promise<readonly Row[]> {
  const inventory = await inventoryOf(path, terminal);
  const named = (inventory?.tokens ?? []).map(({ name, driver, address, note }) => ({
    device: name,
    description: `${driver}:${address}${note === undefined ? "" : `, ${note}`}`,
    problem: "",
  }));
  const emulated = EMULATED_SPECS.map((device) => ({
    device,
    description: "emulated, needs nothing plugged in",
    problem: "",
  }));
  const found = await Promise.all(DRIVERS.map((driver) => foundBy(driver, terminal, signal)));
  signal.throwIfAborted();
  return [...named, ...emulated, ...found.flat(), PERSON];
}

/** What a driver finds; one that cannot look says why on stderr, and the others go on. */
async function foundBy(
  driver: Driver,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  try {
    const found = await driver.list({ timeoutMs: LIST_TIMEOUT_MS, signal });
    return found.map((one) => rowOf(driver.name, one));
  } catch (error) {
    if (signal.aborted) return [];
    const text = error instanceof Error ? error.message : String(error);
    const hint = error instanceof DeviceError && error.hint !== "" ? `; ${error.hint}` : "";
    const { errStyle: style } = terminal;
    terminal.err(`${style.warn("warning:")} driver ${driver.name}: ${text}${hint}\n`);
    return [];
  }
}

function rowOf(driver: string, { address, description, problem = "" }: Found): Row {
  return { device: `${driver}:${address}`, description, problem };
}
