// oathbed fleet replay: what policies would have done on the recorded logins of a real system.

import type { RecordedLogin } from "../../bench/fleet/login-log.ts";
import type { Replay } from "../../bench/fleet/replay.ts";
import type { ClockClass } from "../../verifier/record.ts";
import { type Command, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { LOT_SECRET_OPTIONS } from "../intake/options.ts";
import { JSON_OPTION } from "../options.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { assertWritable, asUsage, readText, writeText } from "./fleet-output.ts";

/** `oathbed fleet replay`. */
export const fleetReplayCommand: Command = defineCommand({
  name: "replay <log>",
  summary: "Run policies over recorded logins: CSV or JSON lines of time, token, step, outcome",
  details:
    "time: ISO 8601 with a zone, or Unix seconds; token: any name; step, or code with --secrets or\n" +
    "--state; outcome: accepted or refused. A token's first accepted login stands for its\n" +
    "enrollment. What is wrong in the log is told by its line, and nothing is replayed then.",
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
    ...LOT_SECRET_OPTIONS,
    csv: { type: "string", requiresArg: true, description: "write CSV into this file" },
    ...JSON_OPTION,
  },
  examples: [
    ["oathbed fleet replay logins.csv --policy default,rfc6238-2", "two policies"],
    ["oathbed fleet replay codes.jsonl --secrets shipment.xml", "codes instead of steps"],
  ],
  run: async (args, { terminal }) => {
    const { policiesOf } = await import("../../bench/fleet/spec.ts");
    const { parseLoginLog } = await import("../../bench/fleet/login-log.ts");
    const { replay } = await import("../../bench/fleet/replay.ts");
    const { replayCsv, replayNotes, replayTable } = await import(
      "../../bench/fleet/replay-format.ts"
    );
    const policies = asUsage(() => policiesOf(args.policy));
    if (args.csv !== undefined) await assertWritable("csv", args.csv);
    const content = await readText(args.log);
    const parsed = asUsage(() => parseLoginLog(content, args.log));
    const logins = await steppedLogins(parsed, args, terminal);
    const result = replay(logins, policies, { clockClass: args.class as ClockClass });
    if (args.csv !== undefined) await writeText("csv", args.csv, replayCsv(result));
    if (args.json) {
      terminal.out(`${JSON.stringify(result, null, 2)}\n`);
      return outcomeOf(result);
    }
    const { header, rows } = replayTable(result);
    terminal.out(formatTable(header, rows, terminal.style));
    for (const note of replayNotes(result)) terminal.err(`note: ${note}\n`);
    return outcomeOf(result);
  },
});

interface SecretArguments {
  readonly secrets?: string | undefined;
  readonly state?: string | undefined;
  readonly "passphrase-file"?: string | undefined;
  readonly "key-file"?: string | undefined;
}

/** Codes become steps where secrets were named. */
async function steppedLogins(
  logins: readonly RecordedLogin[],
  args: SecretArguments,
  terminal: Terminal,
): Promise<readonly RecordedLogin[]> {
  if (args.secrets === undefined && args.state === undefined) return logins;
  const { withSteps } = await import("../../bench/fleet/recorded-codes.ts");
  const { lotOf } = await import("../intake/secrets.ts");
  using lot = await lotOf({ ...args, lot: "replayed" }, terminal);
  const stepped = asUsage(() => withSteps(logins, lot));
  const { unknownTokens, strayCodes } = stepped;
  const [first] = unknownTokens;
  if (first !== undefined) {
    terminal.err(`note: no secret for ${unknownTokens.length} tokens, the first is ${first}\n`);
  }
  if (strayCodes > 0) {
    const text = "codes belong to no step near their time: mistyped, guessed, or a wrong secret";
    terminal.err(`note: ${strayCodes} ${text}\n`);
  }
  return stepped.logins;
}

/** A log of which nothing could be judged has told nothing. */
function outcomeOf({ rows }: Replay): typeof EXIT.ok | typeof EXIT.nothingSelected {
  return rows.some(({ logins }) => logins > 0) ? EXIT.ok : EXIT.nothingSelected;
}
