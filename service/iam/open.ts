// Puts the endpoint together: the verifier under preset `aws`, rows beside it, sessions.

import { policyOf } from "../../verifier/policy.ts";
import type { Store } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import type { IamConfig } from "./config.ts";
import type { IamCore, Moment } from "./core.ts";
import { type EndpointOptions, IamEndpoint } from "./endpoint.ts";
import { PendingDevices } from "./pending.ts";
import { Sessions } from "./sessions.ts";
import type { Journal } from "./state/journal.ts";
import { Locks } from "./state/locks.ts";
import { reconcile } from "./state/reconcile.ts";
import { IamState } from "./state/state.ts";

/** @see openIam */
export interface OpenIamOptions extends EndpointOptions {
  readonly config: IamConfig;
  /** Of the tokens; stays the caller's to close. */
  readonly store: Store;
  /** Of users and devices; stays the caller's to close. */
  readonly journal: Journal;
  /** The time of the start. */
  readonly moment: Moment;
}

/** The endpoint, ready. */
export interface Iam extends Disposable {
  readonly core: IamCore;
  readonly endpoint: IamEndpoint;
}

/**
 * The verifier of the endpoint: preset `aws`; a device that nobody holds waits as long as it takes,
 * and a lock ends by itself, since no action of the protocol lifts one.
 */
export function iamVerifier(store: Store, config: IamConfig): Verifier {
  const { throttleLimit, lockSeconds } = config;
  const policy = policyOf("aws", { pendingSeconds: 0, throttleLimit, lockSeconds });
  return new Verifier({ store, policy });
}

/**
 * Opens the endpoint over stores that are open.
 *
 * @throws {StoreError} when a store cannot be used, or the two do not belong together
 */
export async function openIam(options: OpenIamOptions): Promise<Iam> {
  const { config, store, journal, moment } = options;
  const verifier = iamVerifier(store, config);
  const state = new IamState(journal);
  await reconcile({ config, state, store, verifier }, moment);
  const sessions = new Sessions(journal.key);
  const pending = new PendingDevices(state);
  const core = { config, verifier, store, state, pending, sessions, locks: new Locks() };
  return {
    core,
    endpoint: new IamEndpoint(core, options),
    [Symbol.dispose]: () => verifier[Symbol.dispose](),
  };
}
