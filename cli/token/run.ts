// Tokens for other programs, until Ctrl-C, and their rigs on sockets.

import { once } from "node:events";
import { SystemClock } from "../../core/time/system-clock.ts";
import { formatEndpoint } from "../../devices/control/endpoint.ts";
import { type ControlServer, serveControl } from "../../devices/control/server.ts";
import type { CredentialInput } from "../../devices/device.ts";
import type { OpenTap } from "../../firmware-sim/ports/tap.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";
import { randomSeedOf } from "../values.ts";
import { credentialOf } from "./credential.ts";
import { holdSerialToken } from "./held-serial.ts";
import { makeSmartToken } from "./held-smart.ts";
import { type HeldToken, randomOf, type TokenSetup, worldOf } from "./held-token.ts";
import { provisionSerial, provisionSmart } from "./provision.ts";
import { type TokenArguments, type TokenSpec, tokenSpecsOf } from "./run-spec.ts";
import { StateKeeper } from "./state-keeper.ts";
import { TokenNotices } from "./token-notices.ts";
import { bothTaps, traceTo } from "./trace.ts";

/** What `token run` takes. */
export interface RunArguments extends TokenArguments {
  readonly time: "real" | "simulated";
  readonly trace: boolean;
  readonly json: boolean;
  readonly "random-seed"?: string | undefined;
}

/** How far a credential of a token is given: what it holds from the start. */
type Given = CredentialInput | undefined;

/** Starts the tokens, says where they are, and keeps them until Ctrl-C. */
export async function runTokens(args: RunArguments, context: Context): Promise<ExitCode> {
  const specs = tokenSpecsOf(args);
  if (specs.length > 1 && args["secret-stdin"]) {
    throw new UsageError(
      "--secret-stdin is for one token",
      "give each its own: --token profile=…,secret-file=…",
    );
  }
  refuseFlipperTrace(specs, args.trace);
  const randomSeed = randomSeedOf(args["random-seed"]);
  context.terminal.err(`random seed ${randomSeed}\n`);
  const notices = new TokenNotices(context.terminal, args.json);
  await using running = new AsyncDisposableStack();
  const bench = { args, context, randomSeed, notices, running };
  try {
    for (const spec of specs) notices.add(spec, await startToken(spec, bench));
  } catch (error) {
    // Ended before all were ready: pcscd was waited for, for instance.
    if (!context.signal.aborted) throw error;
  }
  running.defer(async () => notices.stop());
  notices.listenForEnter();
  context.terminal.err("Ctrl-C ends it\n");
  if (!context.signal.aborted) await untilAborted(context.signal);
  await running.disposeAsync();
  context.terminal.err(`\n${specs.length === 1 ? "token" : "tokens"} stopped\n`);
  return EXIT.ok;
}

/** What the tokens of a run share. */
interface Bench {
  readonly args: RunArguments;
  readonly context: Context;
  readonly randomSeed: number;
  readonly notices: TokenNotices;
  readonly running: AsyncDisposableStack;
}

/** Starts one token and its rig's socket; both end with `running`. */
async function startToken(spec: TokenSpec, bench: Bench): Promise<HeldToken> {
  const { args, context, notices, randomSeed, running } = bench;
  const { signal } = context;
  const log = (line: string): void => notices.log(spec.name, line);
  const keeper = await StateKeeper.open(spec.stateFile, spec.model.profile, (text) =>
    log(`warning: ${text}`),
  );
  const given = keeper.kept === undefined ? await givenTo(spec, bench) : undefined;
  const setup: TokenSetup = {
    spec,
    world: worldOf(args.time),
    random: randomOf(randomSeed, spec.name),
    keeper,
    openTap: tapOf(spec, bench),
    log,
    signal,
  };
  const held = await hold(setup, given);
  // Last of all, when the host is gone: the clock has walked on.
  running.defer(async () => keeper.save());
  running.use(held);
  const rig = notices.rigThatTells(spec, held);
  const control =
    spec.control &&
    (await serveControl({ rig, endpoint: spec.control, time: args.time, lend: held.lend }));
  if (control !== undefined) running.use(control);
  notices.ready(spec, held, controlPlace(control));
  return held;
}

async function hold(setup: TokenSetup, given: Given): Promise<HeldToken> {
  const { spec, signal } = setup;
  const { model } = spec;
  if (model.kind === "smart") {
    const made = makeSmartToken(setup);
    if (given !== undefined) await provisionSmart(made.token, given, signal);
    return made.attach();
  }
  if (given !== undefined && spec.attach !== "pty") {
    throw new UsageError(
      `a secret cannot be given to ${spec.name} with --attach ${spec.attach}`,
      "let a host write it through the port, or give it to --attach pty with the same --state",
    );
  }
  const held = await holdSerialToken(setup, model);
  try {
    if (given !== undefined) await provisionSerial(held.address, given, signal);
    return held;
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

/** The credential of a secret that is given; undefined: hosts write it. */
async function givenTo(spec: TokenSpec, { context, randomSeed }: Bench): Promise<Given> {
  const { secret, credential: name } = spec;
  if (secret["secret-file"] === undefined && !secret["secret-stdin"]) return undefined;
  return { name, ...(await credentialOf(secret, randomSeed, context)) };
}

function tapOf(spec: TokenSpec, { args, context, notices }: Bench): OpenTap {
  const touch = notices.touchTap(spec);
  if (!args.trace) return touch;
  return bothTaps(traceTo(context.terminal, spec.name, new SystemClock()), touch);
}

/** The decoder of shells does not know which words of a Flipper's command line are secret. */
function refuseFlipperTrace(specs: readonly TokenSpec[], isTraced: boolean): void {
  const flipper = specs.find(({ model }) => model.profile === "flipper");
  if (!isTraced || flipper === undefined) return;
  throw new UsageError(
    "--trace does not know a Flipper's command line, and would show secrets",
    "leave it out",
  );
}

function controlPlace(control: ControlServer | undefined): string | undefined {
  return control && formatEndpoint(control.endpoint);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  // Sockets and terminals keep the process alive; uhid and waits for readers may not.
  const alive = setInterval(() => {}, 1 << 30);
  try {
    await once(signal, "abort");
  } finally {
    clearInterval(alive);
  }
}
