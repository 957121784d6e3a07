// oathbed bench --against: the load on a service that a template says how to ask.

import type { LoadShape } from "../bench/http/load.ts";
import type { Measurement } from "../bench/workload.ts";
import { SystemClock } from "../core/time/system-clock.ts";
import { asUsage, readText } from "./commands/fleet-output.ts";
import { UsageError } from "./usage-error.ts";

/** Options of the load. */
export const AGAINST_OPTIONS = {
  against: {
    type: "string",
    requiresArg: true,
    description: "load this verification service over HTTP instead; needs --template and --tokens",
  },
  template: {
    type: "string",
    requiresArg: true,
    description: "JSON file: path, headers and body of a login, with {id} and {code}",
  },
  tokens: {
    type: "string",
    requiresArg: true,
    description: "file of otpauth URIs, one a line; each token logs in once",
  },
  load: {
    type: "string",
    array: true,
    requiresArg: true,
    description: "closed:CLIENTS or open:A-SECOND; may be repeated; default: closed:64, open:200",
  },
} as const;

/** @see AGAINST_OPTIONS */
export interface AgainstArguments {
  readonly against: string;
  readonly template?: string | undefined;
  readonly tokens?: string | undefined;
  readonly load?: readonly string[] | undefined;
}

const MOST = 10_000;

/** Runs the loads. @throws {UsageError} for options and files that cannot be used */
export async function runAgainst(
  args: AgainstArguments,
  signal: AbortSignal,
  onProgress: (what: string) => void,
): Promise<readonly Measurement[]> {
  const { against, template, tokens, load = ["closed:64", "open:200"] } = args;
  if (template === undefined) {
    throw new UsageError("--against needs --template FILE", "its form is in docs/bench.md");
  }
  if (tokens === undefined) {
    throw new UsageError("--against needs --tokens FILE", "otpauth URIs, one a line");
  }
  const shapes = load.map(shapeOf);
  const { loadAgainst, parseTokens } = await import("../bench/http/against.ts");
  const { parseTemplate } = await import("../bench/http/template.ts");
  const texts = { template: await readText(template), tokens: await readText(tokens) };
  const given = asUsage(() => ({
    template: parseTemplate(texts.template, template),
    tokens: parseTokens(texts.tokens, tokens),
  }));
  const options = { url: originOf(against), ...given, shapes, clock: new SystemClock() };
  try {
    return await loadAgainst({ ...options, signal, onProgress });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  } finally {
    for (const { key } of given.tokens) key.dispose();
  }
}

function shapeOf(text: string): LoadShape {
  const [, kind, digits = ""] = /^(closed|open):(\d{1,6})$/.exec(text) ?? [];
  const rate = Number(digits);
  if (kind === undefined || rate < 1 || rate > MOST) {
    throw new UsageError(`--load must be closed:N or open:N, N from 1 to ${MOST}, got ${text}`);
  }
  return kind === "closed" ? { kind, connections: rate } : { kind: "open", perSecond: rate };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === undefined || !isHttp || url.pathname !== "/" || url.search !== "") {
    throw new UsageError(`--against must be http://HOST:PORT, the path is the template's: ${text}`);
  }
  return url.origin;
}
