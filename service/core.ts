// What the routes of a service, and plugins beside them, work with.

import type { FastifyInstance } from "fastify";
import type { Policy } from "../verifier/policy.ts";
import type { Store } from "../verifier/stores/store.ts";
import type { Verifier } from "../verifier/verifier.ts";
import type { BearerTokens } from "./bearer-tokens.ts";
import type { HostClockState } from "./host-clock.ts";
import type { ServiceLimits } from "./limits.ts";
import type { ServiceMetrics } from "./metrics.ts";
import type { ServiceClock, SettableClock } from "./settable-clock.ts";

/** @see ServicePlugin */
export interface ServiceCore {
  readonly verifier: Verifier;
  readonly store: Store;
  readonly policy: Policy;
  readonly limits: ServiceLimits;
  /** When requests are received. */
  readonly clock: ServiceClock;
  /** The same where it may be set over the API; null outside of test mode. */
  readonly testClock: SettableClock | null;
  readonly bearers: BearerTokens;
  readonly metrics: ServiceMetrics;
  /** What was found out about the computer's clock when the service started. */
  readonly hostClock: HostClockState;
}

/**
 * More routes on the same server (the IAM-compatible endpoint, the page). They authenticate their
 * callers themselves: bearer tokens guard /v1 and /metrics only. Registered before `listen`, each
 * in a scope of its own.
 */
export type ServicePlugin = (app: FastifyInstance, core: ServiceCore) => void | Promise<void>;
