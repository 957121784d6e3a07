// A token for other programs, in real time, until Ctrl-C.

import { once } from "node:events";
import type { CredentialInput } from "../../devices/device.ts";
import { type SerialToken, startSerialToken } from "../../devices/rigs/serial-token.ts";
import { RealTimeWorld } from "../../devices/rigs/world.ts";
import { parseSerialAddress } from "../../devices/serial/address.ts";
import { openSerialDevice } from "../../devices/serial/serial-device.ts";
import type { SubjectOptions } from "../../devices/subject.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { SecretArguments } from "../secret-input.ts";
import { randomSeedOf } from "../values.ts";
import { type ClockArguments, clockOptionsOf } from "./clock-options.ts";
import { credentialOf } from "./credential.ts";

/** What `token run` takes. */
export interface RunArguments extends ClockArguments, SecretArguments {
  readonly shell: "complete" | "arduino";
  readonly "press-to-show": boolean;
  /** Name of the credential that a given secret becomes. */
  readonly credential: string;
  readonly json: boolean;
  readonly "random-seed"?: string | undefined;
}

/** Starts the token, says where it is, and keeps it until Ctrl-C. @throws {DeviceError} */
export async function runToken(args: RunArguments, context: Context): Promise<ExitCode> {
  const { shell, json, credential: name } = args;
  const randomSeed = randomSeedOf(args["random-seed"]);
  const hasSecret = args["secret-file"] !== undefined || args["secret-stdin"];
  const given = hasSecret ? await credentialOf(args, randomSeed, context) : undefined;
  const options = {
    randomSeed,
    pressToShow: args["press-to-show"],
    shell,
    ...clockOptionsOf(args),
  } as const;
  context.terminal.err(`random seed ${randomSeed}\n`);
  await keepToken({ options, credential: given && { name, ...given }, json }, context);
  return EXIT.ok;
}

/** How the token is set up. */
interface RunTokenInput {
  readonly options: SubjectOptions;
  /** What it holds from the start; undefined: nothing, hosts write it. */
  readonly credential: CredentialInput | undefined;
  readonly json: boolean;
}

async function keepToken(input: RunTokenInput, context: Context): Promise<void> {
  const { signal, terminal } = context;
  await using token = await startSerialToken(input.options, new RealTimeWorld());
  const port = portOf(token);
  if (input.credential !== undefined) await provision(port, input.credential, signal);
  terminal.out(
    input.json
      ? `${JSON.stringify({ event: "ready", port, description: token.description })}\n`
      : `ready ${port}\n`,
  );
  terminal.err(`${token.description}\nCtrl-C ends it\n`);
  await untilAborted(signal);
  terminal.err("\ntoken stopped\n");
}

function portOf({ path }: SerialToken): string {
  if (path === undefined) throw new Error("the token has no port");
  return path;
}

/** As any host does it: through the port. */
async function provision(
  port: string,
  credential: CredentialInput,
  signal: AbortSignal,
): Promise<void> {
  await using device = await openSerialDevice(parseSerialAddress(port), { log: () => {}, signal });
  await device.provision(credential, { signal });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // The port's descriptors keep the process alive.
  if (!signal.aborted) await once(signal, "abort");
}
