// The secret of the token to be measured: from a file, stdin, the inventory or the state store;
// never from a flag. An emulated token is fresh and takes a published one.

import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { InventoryToken } from "../../devices/inventory/inventory.ts";
import type { Subject } from "../../devices/subject.ts";
import type { Context } from "../command.ts";
import { type GivenSecret, givenSecret, type SecretArguments, secretOf } from "../secret-input.ts";
import { State } from "../state/open-state.ts";
import { UsageError } from "../usage-error.ts";

/** @see tokenSecret */
export interface TokenSecretArguments extends SecretArguments {
  readonly device: string;
  readonly state: string;
  readonly label?: string | undefined;
}

/** What codes are made of. */
export interface TokenSecret {
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
}

/** @throws {UsageError} when it is not known, or is of an event-based token */
export async function tokenSecret(
  args: TokenSecretArguments,
  known: InventoryToken | undefined,
  subject: Subject,
  context: Context,
): Promise<TokenSecret> {
  const given = (await givenElsewhere(args, known, context)) ?? (await storedSecret(args, known));
  if (given === undefined) {
    if (subject.rig !== null) return { secret: rfc4226Secret(), parameters: totpParameters() };
    throw new UsageError(
      `the secret of ${args.device} is not known, so its codes say nothing`,
      "give --secret-file, --secret-stdin or --label with --state, or name it in the inventory",
    );
  }
  if (given.kind === "bare") return { secret: given.secret, parameters: totpParameters() };
  const { secret, parameters } = given;
  if (parameters.kind === "totp") return { secret, parameters };
  throw new UsageError("the secret is of an event-based token, which has no clock");
}

async function givenElsewhere(
  args: TokenSecretArguments,
  known: InventoryToken | undefined,
  context: Context,
): Promise<GivenSecret | undefined> {
  const given = await givenSecret(args, context);
  if (given === undefined || args.label === undefined) return given ?? secretOf(known);
  throw new UsageError("--label and a secret's file exclude each other", "give one of them");
}

async function storedSecret(
  { state, label }: TokenSecretArguments,
  known: InventoryToken | undefined,
): Promise<GivenSecret | undefined> {
  const named = known?.secret !== undefined && "state" in known.secret ? known.secret.state : null;
  const wanted = label ?? named;
  if (wanted === null) return undefined;
  await using store = await State.open(state, "default", false);
  const { secret, record } = await store.tokenOf(wanted);
  return { kind: "uri", secret: secret.slice(), parameters: record.parameters, counter: 0n };
}
