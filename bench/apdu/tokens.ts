// Tokens in a process of their own: how long until the first one can be attached, and how much
// memory many of them take.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Longest time the process may take for anything, milliseconds. */
const TIMEOUT_MS = 20_000;

/** What was measured of one process. */
export interface TokensFigure {
  /** From the start of the process until its first token can be attached, milliseconds. */
  readonly readyMs: number;
  /** Resident memory with all tokens, Node included, MiB. */
  readonly mebibytes: number;
}

/** Starts a process, has it emulate `count` tokens, and ends it. @throws {Error} when it fails */
export async function measureTokens(count: number): Promise<TokensFigure> {
  const script = fileURLToPath(new URL("./tokens-process.ts", import.meta.url));
  const startedMs = performance.now();
  const child = fork(script, [], { execArgv: [] });
  try {
    await answerOf(child);
    const readyMs = performance.now() - startedMs;
    child.send(count);
    const { mebibytes } = await answerOf(child);
    if (typeof mebibytes !== "number") throw new Error("the process tells no memory");
    return { readyMs, mebibytes };
  } finally {
    child.kill();
  }
}

async function answerOf(child: ChildProcess): Promise<{ readonly mebibytes?: unknown }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`the process of the tokens ended with ${code}`);
  });
  ended.catch(() => {});
  const [message] = await Promise.race([once(child, "message", { signal }), ended]);
  return message as { readonly mebibytes?: unknown };
}
