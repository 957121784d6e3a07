// Shows a token's codes as they come: redrawn in place on a terminal, a line a code elsewhere.

import { SECOND_US, wait } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { PasswordArguments } from "../password-input.ts";
import { barText } from "../progress.ts";
import type { SecretArguments } from "../secret-input.ts";
import { namedTokens } from "../sources.ts";
import type { Style } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { randomSeedOf } from "../values.ts";
import { type ClockArguments, clockOptionsOf } from "./clock-options.ts";
import { credentialOf } from "./credential.ts";
import { type LiveToken, openLiveToken, type TokenLook } from "./live-token.ts";

/** How often the token is looked at, microseconds. */
const LOOK_AGAIN_US: number = SECOND_US / 4;
/** Back to the start of the line, and erase to its end (ECMA-48 EL). */
const ERASE_LINE = "\r\x1b[K";
/** ECMA-48 private modes: the cursor would blink in the middle of the line. */
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** What `token show` takes. */
export interface ShowArguments extends ClockArguments, SecretArguments, PasswordArguments {
  readonly device: string;
  readonly inventory?: string | undefined;
  readonly credential?: string | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly "random-seed"?: string | undefined;
}

/** Opens the token that is named and shows it. @throws {DeviceError} */
export async function show(args: ShowArguments, context: Context): Promise<ExitCode> {
  const { device, credential, once, json } = args;
  const [named] = await namedTokens([device], args, context);
  if (named === undefined) throw new UsageError("no device is named", "give --device");
  const randomSeed = randomSeedOf(args["random-seed"]);
  const { secret, parameters } = await credentialOf(args, randomSeed, context);
  if (parameters.kind !== "totp") {
    const hint = "looking at an event-based token would use up its codes";
    throw new UsageError("only time-based codes can be shown", hint);
  }
  const { signal, terminal } = context;
  if (named.isEmulated) terminal.err(`random seed ${randomSeed}\n`);
  const options = { randomSeed, ...clockOptionsOf(args) };
  await using token = await openLiveToken({
    source: named.source,
    options,
    secret,
    parameters,
    credential,
    signal,
  });
  await showToken(token, { once, json }, context);
  return EXIT.ok;
}

/** How to show. */
interface ShowOptions {
  readonly once: boolean;
  readonly json: boolean;
}

/** Shows until Ctrl-C, or once. @throws {DeviceError} */
async function showToken(token: LiveToken, options: ShowOptions, context: Context): Promise<void> {
  const { terminal, signal } = context;
  if (options.once) {
    terminal.out(lineText(token, await token.look(signal), options.json));
    return;
  }
  if (!terminal.outIsTerminal || options.json) return printCodes(token, options.json, context);
  terminal.out(`${terminal.style.bold(token.name)}  ${terminal.style.dim(token.model)}\n\n`);
  terminal.out(HIDE_CURSOR);
  try {
    await eachLook(token, context, (look) =>
      terminal.out(`${ERASE_LINE}  ${liveText(look, terminal.style)}`),
    );
  } finally {
    terminal.out(`${SHOW_CURSOR}\n`);
  }
}

/** A line whenever the code changes. */
async function printCodes(token: LiveToken, json: boolean, context: Context): Promise<void> {
  let last = "";
  await eachLook(token, context, (look) => {
    if (look.code !== last) context.terminal.out(lineText(token, look, json));
    last = look.code;
  });
}

/** Until Ctrl-C. */
async function eachLook(
  token: LiveToken,
  { signal }: Context,
  show: (look: TokenLook) => void,
): Promise<void> {
  const clock = new SystemClock();
  while (!signal.aborted) {
    show(await token.look(signal));
    await wait(clock, LOOK_AGAIN_US, signal);
  }
}

/** `123 456  ██████▌   17 s  offset +0.0 s  step 59853337`. */
export function liveText(look: TokenLook, style: Style): string {
  const { code, secondsLeft, stepSeconds } = look;
  const half = Math.ceil(code.length / 2);
  const digits = style.bold(`${code.slice(0, half)} ${code.slice(half)}`);
  const bar = barText(secondsLeft / stepSeconds);
  const isLate = secondsLeft <= 5;
  const left = `${String(Math.ceil(secondsLeft)).padStart(2)} s`;
  const facts = style.dim(`offset ${offsetText(look)}${stepText(look)}`);
  return `${digits}  ${isLate ? style.warn(bar) : style.accent(bar)} ${left}  ${facts}`;
}

function lineText(token: LiveToken, look: TokenLook, json: boolean): string {
  const { code, secondsLeft, offsetSeconds, movingFactor, stepSeconds } = look;
  if (json) {
    const facts = {
      device: token.name,
      code,
      secondsLeft: Number(secondsLeft.toFixed(3)),
      stepSeconds,
      offsetSeconds,
      movingFactor: movingFactor === null ? null : String(movingFactor),
    };
    return `${JSON.stringify(facts)}\n`;
  }
  return `${code}  ${Math.ceil(secondsLeft)} s left  offset ${offsetText(look)}${stepText(look)}\n`;
}

function offsetText({ offsetSeconds }: TokenLook): string {
  if (offsetSeconds === null) return "unknown";
  return `${offsetSeconds < 0 ? "−" : "+"}${Math.abs(offsetSeconds).toFixed(1)} s`;
}

function stepText({ movingFactor }: TokenLook): string {
  return movingFactor === null ? "" : `  step ${movingFactor}`;
}
