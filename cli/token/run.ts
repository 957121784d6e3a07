// A token for other programs, until Ctrl-C, and its rig on a socket.

import { once } from "node:events";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "../../devices/control/endpoint.ts";
import { serveControl } from "../../devices/control/server.ts";
import type { CredentialInput } from "../../devices/device.ts";
import type { Rig } from "../../devices/rig.ts";
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
  readonly time: "real" | "simulated";
  readonly control?: string | undefined;
  readonly json: boolean;
  readonly "random-seed"?: string | undefined;
}

/** Starts the token, says where it is, and keeps it until Ctrl-C. @throws {DeviceError} */
export async function runToken(args: RunArguments, context: Context): Promise<ExitCode> {
  const { shell, json, credential: name } = args;
  const control = args.control === undefined ? undefined : parseEndpoint(args.control);
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
  await keepToken(
    { options, credential: given && { name, ...given }, time: args.time, control, json },
    context,
  );
  return EXIT.ok;
}

/** How the token is set up. */
interface RunTokenInput {
  readonly options: SubjectOptions;
  /** What it holds from the start; undefined: nothing, hosts write it. */
  readonly credential: CredentialInput | undefined;
  readonly time: "real" | "simulated";
  /** Where its rig is offered to other processes; undefined: nowhere. */
  readonly control: Endpoint | undefined;
  readonly json: boolean;
}

async function keepToken(input: RunTokenInput, context: Context): Promise<void> {
  const { signal, terminal } = context;
  const { options, time, json } = input;
  const nowUs = new SystemClock().nowUs();
  const world = time === "real" ? new RealTimeWorld() : new SimulatedClock(nowUs);
  await using token = await startSerialToken(options, world);
  const port = portOf(token);
  if (input.credential !== undefined) await provision(port, input.credential, signal);
  const tell = (event: "ready" | "port", facts: Readonly<Record<string, string>>): void =>
    terminal.out(
      json ? `${JSON.stringify({ event, ...facts })}\n` : `${event} ${facts.port ?? ""}\n`,
    );
  const rig = rigThatTells(token.rig, () => tell("port", { port: portOf(token) }));
  await using control =
    input.control && (await serveControl({ rig, endpoint: input.control, time }));
  const controlFacts = control && { control: formatEndpoint(control.endpoint) };
  if (controlFacts && !json) terminal.out(`control ${controlFacts.control}\n`);
  tell("ready", { port, ...controlFacts, description: token.description });
  terminal.err(`${token.description}\nCtrl-C ends it\n`);
  await untilAborted(signal);
  terminal.err("\ntoken stopped\n");
}

/** The same rig; a port that is plugged in again has another path, and hosts must know. */
function rigThatTells(rig: Rig, onReconnected: () => void): Rig {
  const reconnect = async (): Promise<void> => {
    await rig.reconnect();
    onReconnected();
  };
  return new Proxy(rig, {
    get: (target, name) => {
      if (name === "reconnect") return reconnect;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
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
