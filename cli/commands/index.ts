// Every command, in the order of `oathbed --help`.

import type { Command } from "../command.ts";
import { policyCommand } from "./policy.ts";

/** The commands. A new one is a file here and a line in this list. */
export const COMMANDS: readonly Command[] = [policyCommand];
