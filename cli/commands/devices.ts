// oathbed devices: which tokens there are, and which drivers can work here.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import { INVENTORY_OPTION, JSON_OPTION } from "../options.ts";

const listCommand: Command = defineCommand({
  name: "list",
  summary: "List the tokens that --device takes: emulated, plugged in, and of the inventory",
  options: { ...INVENTORY_OPTION, ...JSON_OPTION },
  examples: [
    ["oathbed devices list", "everything that is there"],
    ["oathbed devices list --json", "for a script"],
  ],
  run: async ({ inventory, json }, context) => {
    const { listDevices } = await import("../devices/list.ts");
    return listDevices(inventory, json, context);
  },
});

const doctorCommand: Command = defineCommand({
  name: "doctor",
  summary: "Say for each driver and port whether it works here, and what to do if not",
  details: "Exit code 3 when something does not work.",
  options: { ...JSON_OPTION },
  examples: [["oathbed devices doctor", "all drivers, and the versions that matter"]],
  run: async ({ json }, { terminal }) => {
    const { examineDrivers } = await import("../devices/doctor.ts");
    return examineDrivers(json, terminal);
  },
});

/** `oathbed devices`. */
export const devicesCommand: Command = groupCommand(
  "devices",
  "List tokens, and say whether their drivers work here",
  [listCommand, doctorCommand],
);
