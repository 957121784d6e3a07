// What tokens in memory take, and how long it takes until they can log in: measured once, in a
// process that does nothing else.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Goal, Measurement } from "../workload.ts";
import type { MemoryAnswer } from "./process.ts";

/** Tokens of the figures that have goals. */
export const MOST_TOKENS = 1_000_000;
/** Fewer where less time is given: so many for each millisecond. */
const TOKENS_A_MS = 2000;
const TIMEOUT_MS = 300_000;

/** Bytes a token and seconds for all, for as many tokens as the time for a figure allows. */
export async function measureMemory(
  durationMs: number,
  signal?: AbortSignal,
): Promise<readonly Measurement[]> {
  const tokens = Math.min(MOST_TOKENS, Math.round(durationMs * TOKENS_A_MS));
  const script = fileURLToPath(new URL("./process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", script, String(tokens)],
    { timeout: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) },
  );
  const answer = JSON.parse(stdout) as MemoryAnswer;
  const many = tokens.toLocaleString("en-US");
  const hasGoals = tokens === MOST_TOKENS;
  const figure = (
    name: string,
    unit: "bytes" | "s",
    value: number,
    highest?: number,
  ): Measurement => ({
    suite: "verify",
    subject: "memory",
    name,
    unit,
    median: value,
    low: value,
    high: value,
    slices: 1,
    ...(highest === undefined || !hasGoals ? {} : { goal: atMost(highest) }),
  });
  const { loadMs, keyMs, keptBytes, residentBytes } = answer;
  return [
    figure(`a token of ${many}, enrolled and keyed`, "bytes", keptBytes / tokens, 300),
    figure("the same, of the process's memory", "bytes", residentBytes / tokens),
    figure(`${many} tokens loaded and keyed`, "s", (loadMs + keyMs) / 1000, 10),
    figure(`${many} tokens keyed`, "s", keyMs / 1000),
  ];
}

function atMost(value: number): Goal {
  return { comparison: "at-most", value };
}
