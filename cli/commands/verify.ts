// oathbed verify: judges one code against the state file, as a login does.

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
  code: { type: "string", description: "the code, as the token shows it" },
} as const;

const OPTIONS = {
  ...STATE_OPTION,
  ...PRESET_OPTION,
  ...DEVICE_OPTION,
  ...INVENTORY_OPTION,
  ...PASSWORD_OPTIONS,
  ...JSON_OPTION,
} as const;

/** `oathbed verify`. */
export const verifyCommand: Command = defineCommand({
  name: "verify <label> [code]",
  summary: "Judge a code, as at a login; the reason of a refusal is for the operator",
  details: "Exit code 0: accepted, 1: refused. An accepted code counts once.",
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ["oathbed verify alice 123456", "one code"],
    ["oathbed verify alice --device serial:/dev/ttyACM0 --json", "read from a token"],
  ],
  run: async (args, context) => {
    const { assertCodeSource, judge, namedDevice } = await import("../state/judge.ts");
    const { State } = await import("../state/open-state.ts");
    const { code, json } = args;
    const codes = code === undefined ? [] : [code];
    const input = { json, codes, device: await namedDevice(args, context) };
    assertCodeSource("verify", input);
    await using state = await State.open(args.state, args.preset, false);
    return await judge("verify", state, await state.tokenOf(args.label), input, context);
  },
});
