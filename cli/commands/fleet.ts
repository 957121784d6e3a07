// oathbed fleet: how fleets of tokens fare under policies, over years.

import { type Command, groupCommand } from "../command.ts";
import { fleetReplayCommand } from "./fleet-replay.ts";
import { fleetMergeCommand, fleetSimulateCommand, fleetSweepCommand } from "./fleet-simulate.ts";

/** `oathbed fleet`. */
export const fleetCommand: Command = groupCommand(
  "fleet",
  "Simulate fleets of tokens over years, choose windows, replay recorded logins",
  [fleetSimulateCommand, fleetSweepCommand, fleetMergeCommand, fleetReplayCommand],
);
