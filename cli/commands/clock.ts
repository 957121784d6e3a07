// oathbed clock: the oscillators that emulated tokens and fleets may have.

import type { ClockModel } from "../../firmware-sim/oscillators/clocks.ts";
import { type Command, defineCommand, groupCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { JSON_OPTION } from "../options.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { asUsage } from "./fleet-output.ts";

const listCommand: Command = defineCommand({
  name: "list",
  summary: "List the named clocks, and how far 95 % of their tokens walk in a year",
  options: JSON_OPTION,
  examples: [["oathbed clock list", "names for --clock"]],
  run: async ({ json }, { terminal }) => {
    const { CLOCK_MODELS } = await import("../../firmware-sim/oscillators/clocks.ts");
    if (json) {
      terminal.out(`${JSON.stringify(CLOCK_MODELS, null, 2)}\n`);
      return EXIT.ok;
    }
    const { clockDrift, spanText } = await import("../../bench/fleet/clock-drift.ts");
    const rows = CLOCK_MODELS.map((model) => {
      const [day, , year] = clockDrift(model);
      return [model.name, spanText(day), spanText(year), model.summary];
    });
    terminal.out(formatTable(["clock", "a day", "a year", "what"], rows, terminal.style));
    return EXIT.ok;
  },
});

const showCommand: Command = defineCommand({
  name: "show <clock>",
  summary: "Show a clock's numbers, its sources, and how far its tokens walk",
  details:
    "CLOCK is what --clock takes: NAME or FILE.json, then ,KIND.FIELD=VALUE for each changed number;\n" +
    "KIND.2.FIELD is of the second of its kind. --json prints a file for --clock FILE.json.",
  positionals: {
    clock: { type: "string", demandOption: true, description: "name or file, and changes" },
  },
  options: JSON_OPTION,
  examples: [
    ["oathbed clock show xtal-token", "every number that can be changed"],
    ["oathbed clock show xtal-token,tolerance.sigmaPpm=1 --json", "a file for --clock FILE.json"],
  ],
  run: async ({ clock, json }, { terminal }) => {
    const { clockModelFrom } = await import("../../firmware-sim/oscillators/clock-spec.ts");
    const { default: schema } = await import("../../firmware-sim/oscillators/clock.schema.json", {
      with: { type: "json" },
    });
    const model = asUsage(() => clockModelFrom(clock));
    if (json) {
      terminal.out(`${JSON.stringify({ $schema: schema.$id, ...model }, null, 2)}\n`);
      return EXIT.ok;
    }
    const { clockDrift, spanText } = await import("../../bench/fleet/clock-drift.ts");
    terminal.out(`${model.name}: ${model.summary}\n\n${fieldTable(model, terminal)}`);
    const rows = clockDrift(model).map((span) => [span.after, spanText(span)]);
    terminal.out(`\n${formatTable(["after", "95 % of tokens are off by"], rows, terminal.style)}`);
    const sources = model.sources ?? [];
    if (sources.length > 0)
      terminal.out(`\nsources:\n${sources.map((one) => `  ${one}\n`).join("")}`);
    return EXIT.ok;
  },
});

/** `oathbed clock`. */
export const clockCommand: Command = groupCommand(
  "clock",
  "Show the oscillators that emulated tokens and fleets may have (--clock)",
  [listCommand, showCommand],
);

/** Every number that can be changed, under the name that changes it. */
function fieldTable({ terms, events }: ClockModel, { style }: Terminal): string {
  const parts: readonly { readonly kind: string }[] = [...terms, ...events];
  const rows = parts.flatMap((part) => {
    const alike = parts.filter(({ kind }) => kind === part.kind);
    const name = alike.length === 1 ? part.kind : `${part.kind}.${alike.indexOf(part) + 1}`;
    return fieldsOf(part, name);
  });
  return rows.length === 0 ? "no numbers\n" : formatTable(["field", "value"], rows, style);
}

function fieldsOf(value: object, name: string): string[][] {
  return Object.entries(value)
    .filter(([field]) => field !== "kind")
    .flatMap(([field, inner]) => {
      const path = `${name}.${Array.isArray(value) ? Number(field) + 1 : field}`;
      return typeof inner === "object" && inner !== null
        ? fieldsOf(inner, path)
        : [[path, String(inner)]];
    });
}
