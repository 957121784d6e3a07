// oathbed resync: finds the clock or counter of a token again, from two consecutive codes.

import { type Command, defineCommand } from "../command.ts";
import {
  DEVICE_OPTION,
  INVENTORY_OPTION,
  JSON_OPTION,
  PASSWORD_OPTIONS,
  PRESET_OPTION,
  STATE_OPTION,
} from "../options.ts";

const POSITIONALS = {
  label: { type: "string", demandOption: true, description: "name of the token" },
  codes: {
    type: "string",
    array: true,
    default: [] as string[],
    description: "two consecutive codes, in order",
  },
} as const;

const OPTIONS = {
  ...STATE_OPTION,
  ...PRESET_OPTION,
  ...DEVICE_OPTION,
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
  ...JSON_OPTION,
} as const;

/** `oathbed resync`. */
export const resyncCommand: Command = defineCommand({
  name: "resync <label> [codes..]",
  summary: "Repair a token that is out of sync, with two consecutive codes",
  details: "Exit code 0: accepted, the offset is recorded; 1: refused.",
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ["oathbed resync alice 123456 789012", "two codes, in order"],
    [
      "oathbed resync alice --device serial:/dev/ttyACM0",
      "read from a token, waits for the second",
    ],
  ],
  run: async (args, context) => {
    const { assertCodeSource, judge, namedDevice } = await import("../state/judge.ts");
    const { State } = await import("../state/open-state.ts");
    const { codes, json } = args;
    const input = { json, codes, device: await namedDevice(args, context) };
    assertCodeSource("resync", input);
    await using state = await State.open(args.state, args.preset, false);
    return await judge("resync", state, await state.tokenOf(args.label), input, context);
  },
});
