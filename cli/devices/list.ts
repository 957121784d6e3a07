// Every token that --device takes here.

import type { Found } from "../../devices/driver.ts";
import { DeviceError } from "../../devices/errors.ts";
import { DRIVERS } from "../../devices/registry.ts";
import { EMULATED_SPECS } from "../../devices/sources.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { inventoryOf } from "../sources.ts";
import { formatTable } from "../table.ts";

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
  const found: Row[] = [];
  for (const driver of DRIVERS) {
    const options = { timeoutMs: LIST_TIMEOUT_MS, signal };
    try {
      found.push(...(await driver.list(options)).map((one) => rowOf(driver.name, one)));
    } catch (error) {
      if (!(error instanceof DeviceError) || signal.aborted) throw error;
      const hint = error.hint === "" ? "" : `; ${error.hint}`;
      terminal.err(
        `${terminal.errStyle.warn("warning:")} driver ${driver.name}: ${error.message}${hint}\n`,
      );
    }
  }
  return [...named, ...emulated, ...found];
}

function rowOf(driver: string, { address, description, problem = "" }: Found): Row {
  return { device: `${driver}:${address}`, description, problem };
}
