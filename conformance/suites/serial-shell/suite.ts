// The line shell of serial tokens (docs/serial-shell.md), judged over its line, byte for byte.

import type { Suite } from "../../case.ts";
import { COMMAND_CASES } from "./commands.ts";
import { ERROR_CASES } from "./errors.ts";
import { LINE_CASES } from "./line.ts";

/** @see file head */
export const SERIAL_SHELL_SUITE: Suite = {
  name: "serial-shell",
  title: "The serial shell, over its line",
  cases: [...LINE_CASES, ...COMMAND_CASES, ...ERROR_CASES],
};
