// liboath through its command line: oathtool checks a code at a time that it is told. The secret
// goes over stdin; a command line can be read by others.

import { encodeBase32 } from "../../core/oath/base32.ts";
import type { TargetFactory } from "../target.ts";
import { type Ended, runProgram } from "./program.ts";
import { type Check, statelessTarget } from "./stateless.ts";

/** Exit code for a code that fits nowhere. */
const NO_MATCH = 2;

/** oathtool of the oath-toolkit. @throws {TargetCannot} when it is not installed */
export async function oathtoolTarget(): Promise<TargetFactory> {
  const { out } = await oathtool(["--version"], "");
  const version = /OATH Toolkit\) (\S+)/.exec(out)?.[1] ?? "of unknown version";
  return statelessTarget({
    name: "oathtool",
    description: `oathtool ${version}: liboath's oath_totp_validate`,
    widest: 1000,
    lack: ({ digits }) => (digits > 8 ? "oathtool makes 6, 7 or 8 digits" : undefined),
    match,
  });
}

async function match({ secret, parameters, code, seconds, past }: Check): Promise<boolean> {
  const { algorithm, digits, stepSeconds, t0 } = parameters;
  // It takes what begins with a hyphen for an option, and no text for a wish to be shown codes.
  if (!/^[^-\0][^\0]*$/.test(code) || seconds < t0) return false;
  const { exitCode, err } = await oathtool(
    [
      `--totp=${algorithm.toLowerCase()}`,
      "--base32",
      `--digits=${digits}`,
      `--time-step-size=${stepSeconds}s`,
      `--start-time=@${t0}`,
      `--now=@${Math.floor(seconds)}`,
      `--window=${past}`,
      "-",
      code,
    ],
    `${encodeBase32(secret)}\n`,
  );
  if (exitCode === 0) return true;
  if (exitCode === NO_MATCH || exitCode === 1) return false;
  throw new Error(`oathtool ended with ${exitCode}: ${err.slice(0, 200)}`);
}

function oathtool(words: readonly string[], input: string): Promise<Ended> {
  return runProgram("oathtool", words, { input, remedy: "apt install oathtool" });
}
