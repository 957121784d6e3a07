// oathbed fleet: how fleets of tokens fare under policies, over years.

import { type Command, groupCommand } from "../command.ts";
import { fleetAcceptCommand } from "./fleet-accept.ts";
import { fleetReplayCommand } from "./fleet-replay.ts";
import { fleetMergeCommand, fleetSimulateCommand, fleetSweepCommand } from "./fleet-simulate.ts";

/** `oathbed fleet`. */
export const fleetCommand: Command = groupCommand(
  "fleet",
  "Simulate fleets over years, choose windows, replay logins, accept lots of tokens",
  [
    fleetSimulateCommand,
    fleetSweepCommand,
    fleetMergeCommand,
    fleetReplayCommand,
    fleetAcceptCommand,
  ],
);
