// Gives a phone app, or a display token, a key, asks for codes of it, and names what it ignored of
// the key's parameters. The person, or a script, is behind the operator driver; any other token
// that takes keys is judged in the same way.

import { expectedCode } from "../../conformance/oracle.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import { notSupported } from "../../devices/errors-firmware.ts";
import {
  type AppCode,
  type AppDiagnosis,
  describeDiagnosis,
  diagnoseCodes,
  usedParameters,
} from "../../devices/operator/diagnose.ts";
import { offsetOfTaps } from "../../devices/operator/taps.ts";
import { TerminalDevice } from "../../devices/operator/terminal-device.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { namedTokens, type ReachArguments } from "../sources.ts";
import { type NewTokenArguments, newToken } from "../state/new-token.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";
import { refuseReplacing, usingDevice } from "./manage.ts";

/** Most codes that a person is asked for. */
const MAX_CODES = 20;
/** Most taps: ten minutes of an app. */
const MAX_TAPS = 20;
/** Longest wait for all taps, milliseconds. */
const TAPS_TIMEOUT_MS = 900_000;
/** How often the same code is taken for one that was typed too early. */
const MAX_REPEATS = 3;

/** What `token provision` takes. */
export interface JudgeAppArguments extends ReachArguments, Omit<NewTokenArguments, "hotp"> {
  readonly device: string;
  readonly name: string;
  readonly codes: string;
  readonly taps: string;
  readonly json: boolean;
}

/** What the codes, and the taps, say. */
interface Verdict {
  readonly diagnosis: AppDiagnosis;
  /** A sentence on its clock; empty: nobody tapped. */
  readonly clock: string;
}

/** `token provision`. */
export async function judgeApp(args: JudgeAppArguments, context: Context): Promise<ExitCode> {
  const { name, device: spec } = args;
  const count = wholeOf("codes", args.codes, 1, MAX_CODES);
  if (args["secret-stdin"] && /^operator:/.test(spec)) {
    throw new UsageError("stdin is the operator's, who answers there", "give --secret-file");
  }
  const taps = wholeOf("taps", args.taps, 0, MAX_TAPS);
  const [token] = await namedTokens([spec], args, context);
  const made = await newToken({ ...args, hotp: false }, token?.known, context);
  const { secret, parameters } = made;
  if (parameters.kind !== "totp") {
    const hint = "write an event-based key with oathbed token put --hotp";
    throw new UsageError("time-based keys are judged: these have a period to ignore", hint);
  }
  const verdict = await usingDevice(args, context, async (device) => {
    if (device.capabilities.provision === undefined) throw notSupported("take a key");
    if (device.capabilities.totp === undefined) throw notSupported("make time-based codes");
    await refuseReplacing(device, name, context.signal);
    await device.provision({ name, secret, parameters }, { signal: context.signal });
    const seen = await codesOf(device, name, count, context);
    const diagnosis = diagnoseCodes({ secret, parameters }, seen, expectedCode);
    const clock = taps === 0 ? "" : await clockText(device, taps, parameters, diagnosis, context);
    return { diagnosis, clock };
  });
  print(verdict, parameters, args, context);
  return verdict.diagnosis.kind === "follows" ? EXIT.ok : EXIT.nonConformant;
}

/** So many different codes, each with the host's time at which it was there. */
async function codesOf(
  device: Device,
  name: string,
  count: number,
  { terminal, signal }: Context,
): Promise<readonly AppCode[]> {
  const clock = new SystemClock();
  const isHostTimed = device.capabilities.totp?.clock === "host";
  if (isHostTimed && count > 1) {
    throw new UsageError(
      "a token without a clock shows one code a time",
      "leave out --codes: one code tells all of it",
    );
  }
  const hasNames = device.capabilities.provision?.names === true;
  const seen: AppCode[] = [];
  for (let repeats = 0; seen.length < count; ) {
    const now = isHostTimed ? { atUs: clock.nowUs() } : {};
    const credential = hasNames ? { credential: name } : {};
    const { code } = await device.readTotp({ ...credential, ...now, signal });
    if (seen.at(-1)?.code === code) {
      if (++repeats >= MAX_REPEATS) throw sameCode(device);
      terminal.err("that is the code of before: wait for the next one\n");
      continue;
    }
    seen.push({ code, atUs: now.atUs ?? clock.nowUs() });
  }
  return seen;
}

function sameCode({ info }: Device): DeviceError {
  return new DeviceError("protocol", `${info.address} gave the same code again and again`, {
    hint: "its clock stands still, or nobody waited for the next code",
  });
}

/** A sentence on the clock behind a display, by taps at its changes. */
async function clockText(
  device: Device,
  count: number,
  asked: TotpParameters,
  diagnosis: AppDiagnosis,
  { signal }: Context,
): Promise<string> {
  if (!(device instanceof TerminalDevice)) {
    throw new UsageError("taps are a person's", "leave out --taps, or use operator:terminal");
  }
  const changes = await device.taps(count, { signal, timeoutMs: TAPS_TIMEOUT_MS });
  const bounds = offsetOfTaps(changes, usedParameters(asked, diagnosis).stepSeconds);
  if (bounds === undefined) return "the taps fit no clock: one came late, or beside a change";
  const [least, most] = [bounds.leastUs, bounds.mostUs].map(secondsText);
  return `its clock is ${least} to ${most} s from this computer's (positive = ahead)`;
}

function secondsText(us: number): string {
  return `${us < 0 ? "" : "+"}${(us / SECOND_US).toFixed(2)}`;
}

function print(
  { diagnosis, clock }: Verdict,
  { algorithm, digits, stepSeconds }: TotpParameters,
  { device, name, json }: JudgeAppArguments,
  { terminal }: Context,
): void {
  const summary = describeDiagnosis(diagnosis, device.startsWith("operator:") ? "the app" : device);
  const asked = { algorithm, digits, stepSeconds };
  const { kind: verdict, ...found } = diagnosis;
  const facts = { device, name, asked, verdict, ...found, summary, ...(clock ? { clock } : {}) };
  const lines = clock === "" ? [summary] : [summary, clock];
  terminal.out(json ? `${JSON.stringify(facts, null, 2)}\n` : `${lines.join("\n")}\n`);
}
