// --preset and --set: what a verifier tolerates, each number overridable.

import { type Policy, type PresetName, policyOf } from "../../verifier/policy.ts";
import { UsageError } from "../usage-error.ts";

/** @see POLICY_OPTIONS */
export interface PolicyArguments {
  readonly preset: string;
  readonly set?: readonly string[] | undefined;
}

/**
 * The preset with `NAME=VALUE` settings put over it.
 *
 * @throws {UsageError} for a setting that is not of that form, or given twice
 * @throws {RangeError} naming an unknown setting, or a value out of its range
 */
export function policyFrom({ preset, set = [] }: PolicyArguments): Policy {
  const overrides: Record<string, number | boolean | string> = {};
  for (const text of set) {
    const [, name, value] = /^(\w{1,40})=([\w-]{1,40})$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      const shown = JSON.stringify(text.slice(0, 60));
      throw new UsageError(`--set takes NAME=VALUE, got ${shown}`, "see oathbed policy show");
    }
    if (name in overrides) throw new UsageError(`--set ${name} is given twice`, "give it once");
    overrides[name] = settingOf(value);
  }
  return policyOf(preset as PresetName, overrides);
}

function settingOf(text: string): number | boolean | string {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
