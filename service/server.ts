// The service: a verifier and its store behind HTTP, until it is closed.
//
//   await using store = await openStore("tokens.db");
//   const bearers = BearerTokens.parse(await readFile("service.tokens", "utf8"));
//   await using service = await startService({ store, policy: policyOf("default"), bearers });
//   console.log(service.url);

import type { AddressInfo } from "node:net";
import { SystemClock } from "../core/time/system-clock.ts";
import type { Engine } from "../verifier/engines/engine.ts";
import type { Policy } from "../verifier/policy.ts";
import type { Store } from "../verifier/stores/store.ts";
import { Verifier } from "../verifier/verifier.ts";
import { createApp, type TlsFiles } from "./app.ts";
import type { BearerTokens } from "./bearer-tokens.ts";
import type { ServiceCore, ServicePlugin } from "./core.ts";
import { type HostClockState, hostClockState } from "./host-clock.ts";
import { limitsOf, type ServiceLimits } from "./limits.ts";
import type { LogOptions } from "./log.ts";
import { ServiceMetrics } from "./metrics.ts";
import { SettableClock } from "./settable-clock.ts";

/** @see startService */
export interface ServiceOptions {
  /** Stays open when the service closes. */
  readonly store: Store;
  readonly policy: Policy;
  readonly bearers: BearerTokens;
  /** Default 127.0.0.1: this computer only. */
  readonly host?: string;
  /** Default 0: the system chooses. */
  readonly port?: number;
  readonly tls?: TlsFiles;
  readonly limits?: Partial<ServiceLimits>;
  /** Whether clients may set the clock; default false. */
  readonly testMode?: boolean;
  /** Default: no log. */
  readonly log?: LogOptions;
  readonly engine?: Engine;
  /** More routes on the same server. */
  readonly plugins?: readonly ServicePlugin[];
  /** Default: asked of the system. */
  readonly hostClock?: HostClockState;
}

/** A running service. */
export interface Service extends AsyncDisposable {
  /** Where it is: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly core: ServiceCore;
  /** What operators should know, one sentence each: a public address, a clock that nobody keeps. */
  readonly warnings: readonly string[];
  /**
   * Refuses new requests and waits for those in flight, as long as the limits say; then the
   * diagnoses of refused codes are stored, too.
   */
  close(): Promise<void>;
}

/**
 * Starts a service.
 *
 * @throws {RangeError} for a limit that is out of range
 * @throws when the address cannot be listened on (EADDRINUSE, EACCES, …) or the certificate is none
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { host = "127.0.0.1", port = 0, log, tls, plugins } = options;
  const core = await coreOf(options);
  const app = await createApp(core, {
    ...(log === undefined ? {} : { log }),
    ...(tls === undefined ? {} : { tls }),
    ...(plugins === undefined ? {} : { plugins }),
  });
  await app.listen({ host, port });
  const bound = (app.server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const stop = new SystemClock().setAlarm(core.limits.drainMs * 1000, () =>
      app.server.closeAllConnections(),
    );
    await app.close();
    stop.cancel();
    await core.verifier.settled();
    core.verifier[Symbol.dispose]();
  };
  const closeOnce = (): Promise<void> => {
    closing ??= close();
    return closing;
  };
  const warnings = warningsOf(host, options, core.hostClock);
  for (const warning of warnings) app.log.warn(warning);
  const { engineName, engineReason } = core.verifier;
  app.log.info({ engine: engineName, reason: engineReason }, "the engine that computes codes");
  return {
    url: `${tls === undefined ? "http" : "https"}://${urlHost(host)}:${bound}`,
    port: bound,
    core,
    warnings,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

async function coreOf(options: ServiceOptions): Promise<ServiceCore> {
  const { store, policy, engine, bearers, testMode = false } = options;
  const limits = limitsOf(options.limits);
  const verifier = new Verifier({ store, policy, ...(engine === undefined ? {} : { engine }) });
  const system = new SystemClock();
  const testClock = testMode ? new SettableClock(system) : null;
  const hostClock = options.hostClock ?? (await hostClockState());
  const metrics = new ServiceMetrics({ store, verifier, hostClock });
  const clock = testClock ?? system;
  return { verifier, store, policy, limits, clock, testClock, bearers, metrics, hostClock };
}

function warningsOf(
  host: string,
  { tls, testMode }: ServiceOptions,
  hostClock: HostClockState,
): readonly string[] {
  const isLocal = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);
  const warnings: string[] = [];
  if (!isLocal && tls === undefined) {
    warnings.push(`codes and tokens are sent in clear to ${host}; give --tls-cert and --tls-key`);
  }
  if (!isLocal && testMode === true) {
    warnings.push(`test mode on ${host}: whoever has an admin token sets the clock`);
  }
  if (hostClock === "unsynchronized") {
    warnings.push("no time server keeps this computer's clock; time-based codes are judged by it");
  }
  return warnings;
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
