// A service in test mode with a policy of the caller's: what conformance cases and people who try
// clients of the API run against. Its store outlives its restarts.

import type { Policy } from "../verifier/policy.ts";
import { MemoryStore } from "../verifier/stores/memory.ts";
import { BearerTokens } from "./bearer-tokens.ts";
import { type Service, startService } from "./server.ts";

/** A service that can be stopped and started. */
export interface TestService extends AsyncDisposable {
  /** Where it is now; another place after a restart. */
  readonly url: string;
  /** A bearer token with every scope. */
  readonly token: string;
  /** Stops it, and starts it on the same state. */
  restart(): Promise<void>;
}

/** Nothing but the verifier limits whoever tests it. */
const NO_LIMITS = { clientRequests: 0, tokenRequests: 0, refusalMs: 0 } as const;

/** Starts one on 127.0.0.1, in memory. */
export async function startTestService(policy: Policy): Promise<TestService> {
  const store = new MemoryStore();
  const { tokens: bearers, token } = BearerTokens.draw();
  const start = (): Promise<Service> =>
    startService({
      store,
      policy,
      bearers,
      testMode: true,
      limits: NO_LIMITS,
      hostClock: "unknown",
    });
  let service = await start();
  return {
    get url(): string {
      return service.url;
    },
    token,
    async restart() {
      await service.close();
      service = await start();
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await store.close();
    },
  };
}
