// What all acts of the endpoint work with.

import type { Store } from "../../verifier/stores/store.ts";
import type { Verifier } from "../../verifier/verifier.ts";
import type { IamConfig } from "./config.ts";
import type { PendingDevices } from "./pending.ts";
import type { Sessions } from "./sessions.ts";
import type { Locks } from "./state/locks.ts";
import type { IamState } from "./state/state.ts";

/** The parts, made once (open.ts). */
export interface IamCore {
  readonly config: IamConfig;
  /** Judges codes, under the preset `aws`. */
  readonly verifier: Verifier;
  /** The verifier's store. */
  readonly store: Store;
  /** Users and devices. */
  readonly state: IamState;
  readonly pending: PendingDevices;
  readonly sessions: Sessions;
  readonly locks: Locks;
}

/** What stands in the audit log where nobody asked: names of users have no space. */
export const SERVICE_NAME = "oathbed serve";

/** The two times of a request. Tests move one and not the other. */
export interface Moment {
  /** By which signatures and sessions are judged and dates are told; µs since the Unix epoch. */
  readonly nowUs: number;
  /** By which codes are judged; microseconds since the Unix epoch. */
  readonly codesAtUs: number;
}
