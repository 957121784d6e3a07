// From --device and --target to what runs.

import { existsSync } from "node:fs";
import type { TokenSource } from "../conformance/run/token-source.ts";
import type { TargetFactory } from "../conformance/target.ts";
import { libraryTarget } from "../conformance/targets/library.ts";
import {
  INVENTORY_FILE_NAME,
  type Inventory,
  readInventory,
} from "../devices/inventory/inventory.ts";
import { EMULATED_SPECS, subjectSource } from "../devices/sources.ts";
import type { Terminal } from "./terminal.ts";
import { nearest, UsageError } from "./usage-error.ts";

/**
 * The inventory of this run; undefined when none is named and there is no default one. Its warnings
 * go to stderr.
 *
 * @throws {InventoryError} naming the place that is wrong
 */
export async function inventoryOf(
  path: string | undefined,
  terminal: Terminal,
): Promise<Inventory | undefined> {
  if (path === undefined && !existsSync(INVENTORY_FILE_NAME)) return undefined;
  const inventory = await readInventory(path ?? INVENTORY_FILE_NAME);
  for (const warning of inventory.warnings) {
    terminal.err(`${terminal.errStyle.warn("warning:")} ${warning}\n`);
  }
  return inventory;
}

/**
 * The tokens that are named; all emulated ones when none is.
 *
 * @throws {UsageError} when one is named twice
 * @throws {RangeError} for an unknown driver or name
 */
export async function sourcesOf(
  specs: readonly string[] | undefined,
  inventoryPath: string | undefined,
  terminal: Terminal,
): Promise<readonly TokenSource[]> {
  const inventory = await inventoryOf(inventoryPath, terminal);
  const names = specs === undefined || specs.length === 0 ? EMULATED_SPECS : specs;
  refuseTwice("device", names);
  return names.map((spec) => subjectSource(spec, inventory === undefined ? {} : { inventory }));
}

/** Whether a specification is of an emulated token, which is fresh each time it is opened. */
export function isEmulatedSpec(spec: string): boolean {
  return EMULATED_SPECS.includes(spec) || /^(virtual|serial:emulated)\b/.test(spec);
}

/** Names of the targets there are. */
export const TARGET_NAMES: readonly string[] = ["library:memory", "library:sqlite"];

/** The targets that are named; all when none is. @throws {UsageError} for an unknown one */
export function targetsOf(names: readonly string[] | undefined): readonly TargetFactory[] {
  const wanted = names === undefined || names.length === 0 ? TARGET_NAMES : names;
  refuseTwice("target", wanted);
  return wanted.map(targetOf);
}

function targetOf(name: string): TargetFactory {
  switch (name) {
    case "library":
    case "library:memory":
      return libraryTarget({ store: "memory", name: "library:memory" });
    case "library:sqlite":
      return libraryTarget({ store: "sqlite", name: "library:sqlite" });
    default: {
      const near = nearest(name, TARGET_NAMES);
      const hint =
        near === undefined ? `there are ${TARGET_NAMES.join(" and ")}` : `did you mean ${near}?`;
      throw new UsageError(`no target is called ${JSON.stringify(name.slice(0, 60))}`, hint);
    }
  }
}

function refuseTwice(option: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new UsageError(`--${option} ${twice} is given twice`, "give it once");
}
