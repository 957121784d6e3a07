// The demo's tokens: a software token, one with a bad crystal, one behind a real serial port.

import type { TokenSource } from "../../conformance/run/token-source.ts";
import type { Random } from "../../core/time/random.ts";
import { DeviceError } from "../../devices/errors.ts";
import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { liveYear, type Year } from "./year.ts";

/** A token, and what became of its year. */
export interface TokenYear {
  readonly name: string;
  readonly description: string;
  /** Absent when the token cannot be had here; `absence` says why and what to do. */
  readonly year?: Year;
  readonly absence: string;
}

/** Clocks of tokens whose source does not say: a crystal as key-ring tokens have it. */
const CLOCKS: Readonly<Record<string, string>> = { "serial:emulated": "xtal-token" };

/** Each token lives its year, one verifier for all of them. Ctrl-C: the years that were over. */
export async function liveYears(
  sources: readonly TokenSource[],
  random: Random,
  signal: AbortSignal,
  onWeek: (name: string, week: number) => void,
): Promise<readonly TokenYear[]> {
  await using store = new MemoryStore();
  const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
  const years: TokenYear[] = [];
  for (const source of sources) {
    try {
      years.push(await liveOne(source, verifier, random.fork(source.name), signal, onWeek));
    } catch (error) {
      if (!signal.aborted) throw error;
      break;
    }
  }
  return years;
}

async function liveOne(
  source: TokenSource,
  verifier: Verifier,
  random: Random,
  signal: AbortSignal,
  onWeek: (name: string, week: number) => void,
): Promise<TokenYear> {
  const { name, description } = source;
  try {
    const clockName = CLOCKS[name];
    await using subject = await source.open({
      randomSeed: random.fork("token").uint32(),
      ...(clockName === undefined ? {} : { clockName }),
    });
    const device = await subject.connect();
    if (subject.rig === null) throw new TypeError(`${name} is no emulated token`);
    const year = await liveYear({
      name,
      device,
      rig: subject.rig,
      verifier,
      random: random.fork("year"),
      signal,
      onWeek: (week) => onWeek(name, week),
    });
    return { name, description, year, absence: "" };
  } catch (error) {
    if (!(error instanceof DeviceError) || signal.aborted) throw error;
    const hint = error.hint === "" ? "" : `; ${error.hint}`;
    return { name, description, absence: `${error.message}${hint}` };
  }
}
