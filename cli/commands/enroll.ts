// oathbed enroll: creates a token in the state file and enables it with two consecutive codes.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { StoredToken } from "../../verifier/stores/store.ts";
import { type ArgumentsOf, type Command, type Context, defineCommand } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import {
  DEVICE_OPTION,
  INVENTORY_OPTION,
  JSON_OPTION,
  PRESET_OPTION,
  SECRET_OPTIONS,
  STATE_OPTION,
} from "../options.ts";
import { assertCodeSource, type CodeArguments, judge, namedDevice } from "../state/judge.ts";
import { newToken, showSecret, uriOf } from "../state/new-token.ts";
import { State } from "../state/open-state.ts";
import { UsageError } from "../usage-error.ts";

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
  user: { type: "string", requiresArg: true, description: "whom the token belongs to" },
  issuer: {
    type: "string",
    requiresArg: true,
    default: "oathbed",
    description: "who gives out the secret, for the otpauth URI",
  },
  ...SECRET_OPTIONS,
  ...DEVICE_OPTION,
  ...INVENTORY_OPTION,
  write: {
    type: "boolean",
    default: false,
    description: "write the secret to the physical token of --device before reading codes",
  },
  hotp: { type: "boolean", default: false, description: "event-based; default: time-based" },
  algorithm: { type: "string", requiresArg: true, description: "SHA1 (default), SHA256, SHA512" },
  digits: { type: "string", requiresArg: true, description: "6 (default) to 8" },
  period: { type: "string", requiresArg: true, description: "time step, seconds; default 30" },
  counter: { type: "string", requiresArg: true, description: "first counter, --hotp; default 0" },
  ...JSON_OPTION,
} as const;

type EnrollArguments = ArgumentsOf<typeof OPTIONS> & ArgumentsOf<typeof POSITIONALS>;

/** `oathbed enroll`. */
export const enrollCommand: Command = defineCommand({
  name: "enroll <label> [codes..]",
  summary: "Create a token in the state file; two consecutive codes enable it",
  details:
    "Without a secret one is made and shown once, as an otpauth URI and a QR code. A new token\n" +
    "without codes stays created; enroll it again with two codes. Exit code 1: codes refused.",
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ["oathbed enroll alice", "make a secret and show it"],
    ["oathbed enroll alice 123456 789012", "enable the token with two codes"],
    ["oathbed enroll bob --secret-file bob.txt --device virtual", "codes from an emulated token"],
  ],
  run: async (args, context) => {
    const { label, codes, json, write } = args;
    const input = { codes, json, device: await namedDevice(args, context) };
    if (label.trim() === "") throw new UsageError("the label is empty", "name the token");
    const hasCodes = codes.length > 0 || input.device !== undefined;
    if (hasCodes) assertCodeSource("enroll", input);
    await using state = await State.open(args.state, args.preset, true);
    const found = await state.find(label);
    if (found !== null) refuseSecret(args);
    const token = found ?? (await create(args, input, state, context));
    if (found === null && !hasCodes) {
      context.terminal.err(`created; oathbed enroll ${label} CODE CODE enables it\n`);
      return EXIT.ok;
    }
    assertCodeSource("enroll", input);
    return await judge("enroll", state, token, input, context, write);
  },
});

async function create(
  args: EnrollArguments,
  input: CodeArguments,
  state: State,
  context: Context,
): Promise<StoredToken> {
  const { label, user, issuer, json, write } = args;
  const { device } = input;
  const fresh = await newToken(args, device?.known, context);
  if (fresh.isMade) refuseStrangers(label, input, write);
  const { secret, parameters, counter } = fresh;
  const uri = fresh.isMade ? uriOf(label, issuer, fresh) : "";
  await state.verifier.create({
    label,
    secret,
    parameters,
    atUs: new SystemClock().nowUs(),
    ...(parameters.kind === "hotp" ? { counter } : {}),
    ...(user === undefined ? {} : { user }),
  });
  if (fresh.isMade) {
    if (!json) await showSecret(uri, context.terminal);
    else if (device === undefined) {
      context.terminal.out(`${JSON.stringify({ label, otpauthUri: uri })}\n`);
    }
  }
  return state.tokenOf(label);
}

/** A secret that is made now cannot be one that codes come from already. */
function refuseStrangers(label: string, { codes, device }: CodeArguments, write: boolean): void {
  if (codes.length > 0) {
    throw new UsageError(
      `there is no token ${JSON.stringify(label)} these codes could be of`,
      "enroll it without codes first, or give its secret with --secret-file",
    );
  }
  if (device === undefined || device.isEmulated || write) return;
  throw new UsageError(
    `the secret of ${device.source.name} is not known`,
    "give it with --secret-file or in the inventory, or let --write put a new one on the token",
  );
}

function refuseSecret(args: EnrollArguments): void {
  if (args["secret-file"] === undefined && !args["secret-stdin"]) return;
  throw new UsageError(
    `there is a token ${JSON.stringify(args.label)} already`,
    "choose another label; a secret is not replaced",
  );
}
