// oathbed devices: which tokens there are, and which drivers can work here.

import { type Command, defineCommand, groupCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
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

const udevCommand: Command = defineCommand({
  name: "udev",
  summary: "Print a udev rules file (Linux): who sits at the computer may open tokens, nobody else",
  details:
    "Install it as /etc/udev/rules.d/70-oathbed.rules, for example by\n" +
    "oathbed devices udev | sudo tee /etc/udev/rules.d/70-oathbed.rules",
  options: {},
  examples: [["oathbed devices udev", "the file; on a terminal also how to install it"]],
  run: async (_args, { terminal }) => {
    const { UDEV_INSTALLATION, udevRules } = await import("../../devices/udev.ts");
    terminal.out(udevRules());
    if (terminal.outIsTerminal) {
      terminal.err(
        `hint: install it so:\n${UDEV_INSTALLATION.map((line) => `  ${line}\n`).join("")}`,
      );
    }
    return EXIT.ok;
  },
});

/** `oathbed devices`. */
export const devicesCommand: Command = groupCommand(
  "devices",
  "List tokens, and say whether their drivers work here",
  [listCommand, doctorCommand, udevCommand],
);
