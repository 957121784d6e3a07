// What oathbed enroll does: creates the token when there is none, enables it when there are codes.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { PresetName } from "../../verifier/policy.ts";
import type { StoredToken } from "../../verifier/stores/store.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { operatorOf } from "../service/operator.ts";
import { UsageError } from "../usage-error.ts";
import {
  assertCodeSource,
  type CodeArguments,
  type DeviceArguments,
  judge,
  namedDevice,
} from "./judge.ts";
import { type NewTokenArguments, newToken, showSecret, uriOf } from "./new-token.ts";
import { State } from "./open-state.ts";

/** What `enroll` takes. */
export interface EnrollArguments extends NewTokenArguments, DeviceArguments {
  readonly label: string;
  readonly codes: readonly string[];
  readonly state: string;
  readonly preset: PresetName;
  readonly user?: string | undefined;
  readonly issuer: string;
  readonly write: boolean;
  readonly json: boolean;
}

/** Creates, enables, or both. @returns 1 when codes were refused */
export async function enroll(args: EnrollArguments, context: Context): Promise<ExitCode> {
  const { label, codes, json, write } = args;
  const input = { codes, json, device: await namedDevice(args, context) };
  if (label.trim() === "") throw new UsageError("the label is empty", "name the token");
  const hasCodes = codes.length > 0 || input.device !== undefined;
  if (hasCodes) assertCodeSource("enroll", input);
  await using state = await State.open(args.state, args.preset, true);
  const found = await state.find(label);
  if (found !== null) refuseSecret(args, found);
  const token = found ?? (await create(args, input, state, context));
  if (found === null && !hasCodes) {
    context.terminal.err(`created; oathbed enroll ${label} CODE CODE enables it\n`);
    return EXIT.ok;
  }
  assertCodeSource("enroll", input);
  return await judge("enroll", state, token, input, context, write);
}

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
  await state.verifier.admin.as(operatorOf()).create({
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

function refuseSecret(args: EnrollArguments, { record }: StoredToken): void {
  if (args["secret-file"] === undefined && !args["secret-stdin"]) return;
  throw new UsageError(
    `there is a token ${JSON.stringify(args.label)} already, ${record.state}`,
    record.state === "deactivated"
      ? `choose another label, or oathbed admin delete ${args.label}; what was used stays used`
      : "choose another label; a secret is not replaced, oathbed admin replace makes a new token",
  );
}
