// Tokens for other programs, until Ctrl-C, and their rigs on sockets.

import { once } from "node:events";
import { SystemClock } from "../../core/time/system-clock.ts";
import { formatEndpoint } from "../../devices/control/endpoint.ts";
import { type ControlServer, serveControl } from "../../devices/control/server.ts";
import type { OpenTap } from "../../firmware-sim/ports/tap.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { givenPassword } from "../password-input.ts";
import { UsageError } from "../usage-error.ts";
import { randomSeedOf } from "../values.ts";
import { credentialOf } from "./credential.ts";
import { holdSerialToken } from "./held-serial.ts";
import { makeSmartToken } from "./held-smart.ts";
import { type HeldToken, randomOf, type TokenSetup, worldOf } from "./held-token.ts";
import { type Provisions, provisionSerial, provisionSmart } from "./provision.ts";
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

/** What a token holds from the start. */
type Given = Provisions | undefined;

/** Starts the tokens, says where they are, and keeps them until Ctrl-C. */
export async function runTokens(args: RunArguments, context: Context): Promise<ExitCode> {
  const specs = tokenSpecsOf(args);
  refuseSharedStdin(specs, args);
  refuseFlipperTrace(specs, args.trace);
  const randomSeed = randomSeedOf(args["random-seed"]);
  context.terminal.err(`random seed ${randomSeed}\n`);
  const notices = new TokenNotices(context.terminal, args.json);
  if (args.time === "simulated" && specs.every(({ control }) => control === undefined)) {
    notices.warn("time stands still and nothing can move it: add --control");
  }
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
  running.use(keeper);
  tellUnused(spec, keeper, log);
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
  const { credential } = given ?? {};
  if (credential !== undefined && spec.attach !== "pty") {
    throw new UsageError(
      `a secret cannot be given to ${spec.name} with --attach ${spec.attach}`,
      "let a host write it through the port, or give it to --attach pty with the same --state",
    );
  }
  const held = await holdSerialToken(setup, model);
  try {
    if (credential !== undefined) await provisionSerial(held.address, credential, signal);
    return held;
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}

/** Secret and password that are given; undefined: hosts write both. */
async function givenTo(spec: TokenSpec, { context, randomSeed }: Bench): Promise<Given> {
  const { secret, credential: name } = spec;
  const password = await givenPassword(spec.password, context);
  const locked = password === undefined ? {} : { password };
  if (!hasSecret(spec)) return password === undefined ? undefined : locked;
  return { ...locked, credential: { name, ...(await credentialOf(secret, randomSeed, context)) } };
}

function hasSecret({ secret }: TokenSpec): boolean {
  return secret["secret-file"] !== undefined || secret["secret-stdin"];
}

/** Stdin is one secret, or one password, of one token. */
function refuseSharedStdin(specs: readonly TokenSpec[], args: RunArguments): void {
  const isPassword = args["password-stdin"] === true;
  if (args["secret-stdin"] && isPassword) {
    throw new UsageError("stdin holds the secret or the password", "give one of them by file");
  }
  if (specs.length === 1 || !(args["secret-stdin"] || isPassword)) return;
  const what = isPassword ? "password" : "secret";
  throw new UsageError(
    `--${what}-stdin is for one token`,
    `give each its own: --token profile=…,${what}-file=…`,
  );
}

/** A state file counts more than what is for a new token: nobody shall think otherwise. */
function tellUnused(spec: TokenSpec, { kept }: StateKeeper, log: (line: string) => void): void {
  if (kept === undefined) return;
  const { "password-file": passwordFile, "password-stdin": passwordStdin } = spec.password;
  const unused = [
    ...(hasSecret(spec) ? ["the secret"] : []),
    ...(passwordFile !== undefined || passwordStdin === true ? ["the password"] : []),
    ...(spec.serial === undefined || spec.serial === kept.state.serial ? [] : ["--serial"]),
    ...(spec.clock.offsetSeconds === undefined || kept.clockOffsetUs === undefined
      ? []
      : ["--offset"]),
  ];
  if (unused.length === 0) return;
  log(`warning: not used, for ${spec.stateFile} is there and counts more: ${unused.join(", ")}`);
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
