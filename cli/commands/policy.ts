// oathbed policy: what a verifier tolerates.

import { type Policy, PRESET_NAMES, policyOf } from "../../verifier/policy.ts";
import { POLICY_FIELDS } from "../../verifier/policy-fields.ts";
import { type Command, type Context, defineCommand, groupCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { JSON_OPTION } from "../options.ts";
import { formatTable } from "../table.ts";

const OPTIONS = {
  ...JSON_OPTION,
  preset: {
    type: "string",
    requiresArg: true,
    choices: PRESET_NAMES,
    description: "one preset only; default: all of them",
  },
} as const;

const showCommand: Command = defineCommand({
  name: "show",
  summary: "Show every number of a policy, its unit, range and meaning",
  options: OPTIONS,
  examples: [
    ["oathbed policy show", "all presets side by side"],
    ["oathbed policy show --preset aws --json", "one preset for a script"],
  ],
  run: async ({ preset, json }, { terminal }) => {
    const names = preset === undefined ? PRESET_NAMES : [preset];
    const policies = names.map((name) => policyOf(name));
    terminal.out(json ? jsonText(policies) : tableText(policies, terminal));
    return EXIT.ok;
  },
});

/** `oathbed policy`. */
export const policyCommand: Command = groupCommand(
  "policy",
  "Show what a verifier tolerates: windows, searches, limits",
  [showCommand],
);

function jsonText(policies: readonly Policy[]): string {
  const fields = POLICY_FIELDS.map(({ name, low, high, unit, meaning }) => ({
    name,
    low,
    high,
    unit,
    meaning,
  }));
  return `${JSON.stringify({ policies, fields }, null, 2)}\n`;
}

function tableText(policies: readonly Policy[], terminal: Context["terminal"]): string {
  const header = ["number", ...policies.map(({ name }) => name), "unit", "range", "meaning"];
  const rows = POLICY_FIELDS.map(({ name, unit, low, high, meaning }) => [
    name,
    ...policies.map((policy) => String(policy[name])),
    unit,
    `${low} to ${high}`,
    meaning,
  ]);
  const tracking = [
    "trackDrift",
    ...policies.map(({ trackDrift }) => (trackDrift ? "yes" : "no")),
    "",
    "",
    "whether logins move the recorded offset (RFC 6238 §6)",
  ];
  const rule = [
    "windowRule",
    ...policies.map(({ windowRule }) => windowRule),
    "",
    "",
    "how a login's window is found",
  ];
  return formatTable(header, [...rows, tracking, rule], terminal.style);
}
