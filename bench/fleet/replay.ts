// Policies on the recorded logins of a real system: what each of them would have done.

import type { ClockClass } from "../../verifier/record.ts";
import type { RecordedLogin } from "./login-log.ts";
import { PATIENCE } from "./simulate.ts";
import type { NamedPolicy } from "./spec.ts";
import { StepVerifier } from "./verifier.ts";

/** One policy on the log. */
export interface ReplayRow {
  readonly policy: string;
  readonly tokens: number;
  /** Logins judged: all with a step but the first accepted one of each token. */
  readonly logins: number;
  readonly rejectsPer1000: number;
  readonly meanCodes: number;
  readonly maxCodes: number;
  readonly repaired: number;
  /** Three refusals of a token in a row: the user would have called for help. */
  readonly lockedOut: number;
  /** Accepted in the log, refused by this policy; and the other way round. */
  readonly newlyRefused: number;
  readonly newlyAccepted: number;
  /** Lines of the first newly refused logins. */
  readonly newlyRefusedLines: readonly number[];
}

/** @see replay */
export interface Replay {
  readonly rows: readonly ReplayRow[];
  /** Rows without a step: of a code with no secret, or of a code of no step (recorded-codes.ts). */
  readonly withoutStep: number;
  /** The same token, time and step twice. */
  readonly duplicates: number;
  /** Tokens with no accepted login: nothing tells where their clock was. */
  readonly neverAccepted: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** @see replay */
export interface ReplayOptions {
  readonly clockClass: ClockClass;
}

const SHOWN_LINES = 5;

/**
 * Tries policies on logins in order of time. A token's first accepted login stands for its
 * enrollment; after three refusals in a row it is resynchronized where it is.
 */
export function replay(
  logins: readonly RecordedLogin[],
  policies: readonly NamedPolicy[],
  options: ReplayOptions,
): Replay {
  const byToken = new Map<string, SteppedLogin[]>();
  /** Of one time: logins come in its order. */
  const seen = new Set<string>();
  let seenAt = Number.NaN;
  let withoutStep = 0;
  let duplicates = 0;
  for (const login of logins) {
    if (login.at !== seenAt) seen.clear();
    seenAt = login.at;
    const key = `${login.step} ${login.token}`;
    if (!hasStep(login)) withoutStep++;
    else if (seen.has(key)) duplicates++;
    else {
      seen.add(key);
      const own = byToken.get(login.token);
      if (own === undefined) byToken.set(login.token, [login]);
      else own.push(login);
    }
  }
  const lives = [...byToken.values()]
    .map((own) => own.slice(own.findIndex(({ wasAccepted }) => wasAccepted)))
    .filter(([first]) => first?.wasAccepted === true);
  return {
    rows: policies.map((policy) => replayOne(policy, lives, options.clockClass)),
    withoutStep,
    duplicates,
    neverAccepted: byToken.size - lives.length,
    firstAt: logins[0]?.at ?? Number.NaN,
    lastAt: logins.at(-1)?.at ?? Number.NaN,
  };
}

interface SteppedLogin extends RecordedLogin {
  readonly step: number;
}

function hasStep(login: RecordedLogin): login is SteppedLogin {
  return login.step !== null;
}

function replayOne(
  { name, policy }: NamedPolicy,
  lives: readonly (readonly SteppedLogin[])[],
  clockClass: ClockClass,
): ReplayRow {
  const verifier = new StepVerifier({ ...policy, enrollSteps: 5760 }, clockClass);
  const lines: number[] = [];
  const sum = { logins: 0, rejected: 0, codes: 0, maxCodes: 0 };
  const events = { repaired: 0, lockedOut: 0, newlyRefused: 0, newlyAccepted: 0 };
  for (const [first, ...rest] of lives) {
    if (first === undefined) continue;
    verifier.enroll(first.at, first.step);
    let refusals = 0;
    for (const { at, step, wasAccepted, line } of rest) {
      const judged = verifier.judge(at, step);
      sum.logins++;
      sum.codes += verifier.codes;
      sum.maxCodes = Math.max(sum.maxCodes, verifier.codes);
      if (judged === "repaired") events.repaired++;
      const isRefused = judged === "refused";
      if (isRefused) sum.rejected++;
      if (isRefused && wasAccepted) {
        events.newlyRefused++;
        lines.push(line);
      }
      if (!isRefused && !wasAccepted) events.newlyAccepted++;
      refusals = isRefused ? refusals + 1 : 0;
      if (refusals < PATIENCE) continue;
      events.lockedOut++;
      refusals = 0;
      verifier.resync(at, step);
    }
  }
  return {
    policy: name,
    tokens: lives.length,
    logins: sum.logins,
    rejectsPer1000: sum.logins === 0 ? 0 : (1000 * sum.rejected) / sum.logins,
    meanCodes: sum.logins === 0 ? 0 : sum.codes / sum.logins,
    maxCodes: sum.maxCodes,
    ...events,
    newlyRefusedLines: lines.sort((a, b) => a - b).slice(0, SHOWN_LINES),
  };
}
