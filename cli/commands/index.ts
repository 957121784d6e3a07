// Every command, in the order of `oathbed --help`.

import type { Command } from "../command.ts";
import { adminCommand } from "./admin.ts";
import { benchCommand } from "./bench.ts";
import { clockCommand } from "./clock.ts";
import { conformanceCommand } from "./conformance.ts";
import { demoCommand } from "./demo.ts";
import { devicesCommand } from "./devices.ts";
import { driftCommand } from "./drift.ts";
import { enrollCommand } from "./enroll.ts";
import { fleetCommand } from "./fleet.ts";
import { intakeCommand } from "./intake.ts";
import { policyCommand } from "./policy.ts";
import { reportCommand } from "./report.ts";
import { resyncCommand } from "./resync.ts";
import { serveCommand } from "./serve.ts";
import { tokenCommand } from "./token.ts";
import { verifyCommand } from "./verify.ts";

/** The commands. A new one is a file here and a line in this list. */
export const COMMANDS: readonly Command[] = [
  demoCommand,
  devicesCommand,
  tokenCommand,
  conformanceCommand,
  reportCommand,
  benchCommand,
  driftCommand,
  intakeCommand,
  fleetCommand,
  clockCommand,
  enrollCommand,
  verifyCommand,
  resyncCommand,
  policyCommand,
  serveCommand,
  adminCommand,
];
