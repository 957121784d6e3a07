// An emulated token of this process on its port, with its rig and its state file.

import { createRandom, type Random } from "../../core/time/random.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Lend } from "../../devices/control/loan.ts";
import type { Rig } from "../../devices/rig.ts";
import { RealTimeWorld, type World } from "../../devices/rigs/world.ts";
import type { SubjectOptions } from "../../devices/subject.ts";
import type { AttachOptions } from "../../firmware-sim/ports/attach.ts";
import type { OpenTap } from "../../firmware-sim/ports/tap.ts";
import type { TokenSpec } from "./run-spec.ts";
import type { KeptToken } from "./state-file.ts";
import type { StateKeeper } from "./state-keeper.ts";

/** What a token is started with. */
export interface TokenSetup {
  readonly spec: TokenSpec;
  readonly world: World;
  readonly random: Random;
  readonly keeper: StateKeeper;
  readonly openTap: OpenTap;
  /** Takes lines about hosts that come and go, and warnings. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A token on its port. Disposing takes it off. */
export interface HeldToken extends AsyncDisposable {
  /** For programs: a path, `host:port` or `host:port/busid`. */
  readonly address: string;
  /** What it is and where, for people. */
  readonly description: string;
  /** What `--device` takes for it, where this process knows. */
  readonly device?: string;
  readonly serial?: number;
  readonly rig: Rig;
  /** Makes it fresh for a client of its control socket. */
  readonly lend: Lend;
  /** Whether somebody must touch it now. */
  readonly isTouchAwaited: boolean;
}

/** The time around one token: each has its own, so that each can be moved alone. */
export function worldOf(time: "real" | "simulated"): World {
  return time === "real" ? new RealTimeWorld() : new SimulatedClock(new SystemClock().nowUs());
}

/** Numbers of one token of a run: the same for the same name and seed. */
export function randomOf(randomSeed: number, name: string): Random {
  return createRandom(randomSeed).fork(name);
}

/** How a token of the run is attached. */
export function attachOptionsOf({ spec, openTap, log, signal }: TokenSetup): AttachOptions {
  const { attach: kind, host, port } = spec;
  return {
    kind,
    // Waits of hosts are real ones, whatever time it is for the token.
    clock: new SystemClock(),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    openTap,
    log,
    signal,
  };
}

/** Furthest offset that an oscillator begins with, seconds; what is more is set. */
const MAX_START_OFFSET_SECONDS: number = 399 * 86_400;

/** How a token's clock begins: where an earlier run left it, else as the options say. */
export function clockStart(
  options: SubjectOptions,
  kept: KeptToken | undefined,
): { readonly options: SubjectOptions; readonly setByUs: number } {
  const offsetUs = kept?.clockOffsetUs;
  if (offsetUs === undefined) return { options, setByUs: 0 };
  const seconds = offsetUs / 1e6;
  if (Math.abs(seconds) > MAX_START_OFFSET_SECONDS) {
    return { options: { ...options, offsetSeconds: 0 }, setByUs: offsetUs };
  }
  return { options: { ...options, offsetSeconds: seconds }, setByUs: 0 };
}
