// A service for tests, and a client of it that speaks JSON.

import { type Policy, policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { BearerTokens } from "../bearer-tokens.ts";
import { type Service, type ServiceOptions, startService } from "../server.ts";

/** What came back. */
export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

/** A service with one client of every scope, and its log. */
export interface ServiceBench extends AsyncDisposable {
  readonly service: Service;
  readonly token: string;
  readonly log: readonly string[];
  /** One request; `body` is sent as JSON unless it is a text. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
}

/** Tokens of every single scope, by name. */
export const SCOPED = {
  enroll: "enroll-token-of-the-tests",
  verify: "verify-token-of-the-tests",
  admin: "admin-token-of-the-tests-",
  read: "read-token-of-the-tests--",
} as const;

const ALL = "token-of-the-tests-for-all";

/** Starts one in memory, in test mode, no answer delayed unless `options` say otherwise. */
export async function serviceBench(
  options: Partial<ServiceOptions> = {},
  policy: Policy = policyOf("rfc6238"),
): Promise<ServiceBench> {
  const lines = Object.entries(SCOPED).map(([scope, token]) => `${token} ${scope} ${scope}`);
  const bearers = BearerTokens.parse([...lines, `${ALL} enroll,verify,admin,read all`].join("\n"));
  const log: string[] = [];
  const service = await startService({
    store: new MemoryStore(),
    policy,
    bearers,
    testMode: true,
    hostClock: "unknown",
    log: { level: "debug", write: (line) => log.push(line) },
    ...options,
    limits: { refusalMs: 0, ...options.limits },
  });
  return {
    service,
    token: ALL,
    log,
    ask: (method, path, body, token = ALL) => ask(service.url + path, method, body, token),
    [Symbol.asyncDispose]: () => service.close(),
  };
}

async function ask(url: string, method: string, body: unknown, token: string): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const { status, headers } = response;
  return { status, text, headers, body: isJson ? JSON.parse(text) : null };
}
