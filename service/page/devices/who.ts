// What a person who is signed in may do on the page: as over the API (service/iam/caller.ts), and
// what only the page knows: root's own device, and sessions that may but repair a lost one.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { Holder } from "../../iam/devices.ts";
import type { Identity, MessageId } from "../contract.ts";
import { PageRefusal } from "../refusal.ts";

/** Who asks. */
export interface Who {
  readonly holder: Holder;
  readonly identity: Identity;
  /** Whether a code was given. */
  readonly isMfa: boolean;
  /** Signed in by alternative factors. */
  readonly isRestricted: boolean;
}

/** What may be done to a device of somebody. */
export type DeviceAct = "create" | "enable" | "resync" | "deactivate" | "delete" | "set-up-again";

/** Why `who` may not; null when they may. @param owner id of whose own it is; null: nobody's */
export function whyNot(who: Who, act: DeviceAct, owner: string | null): MessageId | null {
  const { identity, holder, isMfa, isRestricted } = who;
  const isOwn = owner === holder.id;
  const isRoot = identity.kind === "root";
  if (identity.manages === "nobody") return "not-allowed";
  if (isRestricted && (!isOwn || act === "resync")) return "session-restricted";
  // Root's device is root's alone; deleting one that nobody holds is what the API lets admins do.
  if (owner === holder.account && !isRoot && act !== "delete") return "not-allowed";
  if (identity.manages === "self" && !isOwn) return "not-allowed";
  const needsMfa = act === "deactivate" && isOwn && (isRoot || identity.manages === "self");
  return needsMfa && !isMfa && !isRestricted ? "mfa-needed" : null;
}

/** @throws {PageRefusal} */
export function assertMayOn(who: Who, act: DeviceAct, owner: string | null): void {
  const reason = whyNot(who, act, owner);
  if (reason !== null) throw new PageRefusal(reason);
}

/** Whether all of the account is shown, or the caller's own only. */
export function seesAll({ identity, isRestricted }: Who): boolean {
  return identity.manages === "admin" && !isRestricted;
}

/** ISO 8601, whole seconds. */
export function dateText(atUs: number): string {
  return new Date(Math.floor(atUs / SECOND_US) * 1000).toISOString().replace(".000Z", "Z");
}
