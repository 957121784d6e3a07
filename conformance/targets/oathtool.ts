// liboath through its command line: oathtool checks a code at a time that it is told. The secret
// goes over stdin; a command line can be read by others.

import { spawn } from "node:child_process";
import { encodeBase32 } from "../../core/oath/base32.ts";
import { TargetCannot, type TargetFactory } from "../target.ts";
import { type Check, statelessTarget } from "./stateless.ts";

const TIMEOUT_MS = 10_000;
/** Most bytes of its answer that are kept. */
const MOST_BYTES = 10_000;
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

interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

function oathtool(words: readonly string[], input: string): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const child = spawn("oathtool", words, { timeout: TIMEOUT_MS, env: { LC_ALL: "C", TZ: "UTC" } });
  const kept = { out: "", err: "" };
  const keep = (stream: "out" | "err") => (bytes: Buffer) => {
    kept[stream] = (kept[stream] + bytes.toString("utf8")).slice(0, MOST_BYTES);
  };
  child.stdout.on("data", keep("out"));
  child.stderr.on("data", keep("err"));
  child.on("error", () =>
    reject(new TargetCannot("oathtool is not installed: apt install oathtool")),
  );
  child.on("close", (exitCode) => resolve({ exitCode, ...kept }));
  // It may end before it has read its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return promise;
}
