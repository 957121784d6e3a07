// oathbed fleet replay: what policies would have done on the recorded logins of a real system.

import type { ReplayRow } from "../../bench/fleet/replay.ts";
import type { ClockClass } from "../../verifier/record.ts";
import { type Command, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { JSON_OPTION } from "../options.ts";
import { formatTable } from "../table.ts";
import { asUsage, readText } from "./fleet-output.ts";

/** `oathbed fleet replay`. */
export const fleetReplayCommand: Command = defineCommand({
  name: "replay <log>",
  summary: "Run policies over recorded logins: CSV or JSON lines of time, token, step, outcome",
  details:
    "time is ISO 8601 with a zone or Unix seconds; outcome is accepted or refused. A token's first " +
    "accepted login stands for its enrollment. Rows with a code and no step need its secret and " +
    "are only counted.",
  positionals: {
    log: { type: "string", demandOption: true, description: "file of recorded logins" },
  },
  options: {
    policy: {
      type: "string",
      requiresArg: true,
      default: "default,rfc6238,rfc6238-2,fixed-window,gap-growth",
      description: "policies, separated by commas; see fleet simulate",
    },
    class: {
      type: "string",
      requiresArg: true,
      choices: ["crystal", "tcxo", "network"],
      default: "crystal",
      description: "what the verifier believes of these clocks",
    },
    ...JSON_OPTION,
  },
  examples: [["oathbed fleet replay logins.csv --policy default,rfc6238-2", "two policies"]],
  run: async ({ log, policy, class: clockClass, json }, { terminal }) => {
    const { policiesOf } = await import("../../bench/fleet/spec.ts");
    const { parseLoginLog } = await import("../../bench/fleet/login-log.ts");
    const { replay } = await import("../../bench/fleet/replay.ts");
    const policies = asUsage(() => policiesOf(policy));
    const content = await readText(log);
    const logins = asUsage(() => parseLoginLog(content, log));
    const result = replay(logins, policies, { clockClass: clockClass as ClockClass });
    if (json) {
      terminal.out(`${JSON.stringify(result, null, 2)}\n`);
      return EXIT.ok;
    }
    terminal.out(formatTable(HEADER, result.rows.map(cellsOf), terminal.style));
    const { withoutStep, duplicates, neverAccepted } = result;
    const notes: readonly (readonly [number, string])[] = [
      [withoutStep, "logins have no step: they were not judged"],
      [duplicates, "logins are there twice, with the same token, time and step: judged once"],
      [neverAccepted, "tokens were never accepted: nothing tells where their clock was"],
    ];
    for (const [count, note] of notes) if (count > 0) terminal.err(`note: ${count} ${note}\n`);
    return EXIT.ok;
  },
});

const HEADER: readonly string[] = [
  "policy",
  "tokens",
  "logins",
  "rejects/1000",
  "codes mean",
  "max",
  "lock-outs",
  "newly refused",
  "newly accepted",
  "first lines newly refused",
];

function cellsOf(row: ReplayRow): readonly string[] {
  return [
    row.policy,
    String(row.tokens),
    String(row.logins),
    row.rejectsPer1000.toFixed(2),
    row.meanCodes.toFixed(2),
    String(row.maxCodes),
    String(row.lockedOut),
    String(row.newlyRefused),
    String(row.newlyAccepted),
    row.newlyRefusedLines.join(", "),
  ];
}
