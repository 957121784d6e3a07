// Devices and users as the page shows them.

import type { AuditRow } from "../../../verifier/stores/store.ts";
import type { Holder } from "../../iam/devices.ts";
import { type DeviceRow, serialOf } from "../../iam/state/model.ts";
import type { Console, Visit } from "../console.ts";
import type { Device, DeviceState, Person } from "../contract.ts";
import { secondsUp } from "../refusal.ts";
import { type DeviceAct, dateText, type Who, whyNot } from "./who.ts";

/** Latest audit rows looked at: more refusals in a row than lock a device. */
const ROWS = 40;

/** Whose own a device is: its holder's, and while nobody holds it, its maker's or last holder's. */
export function ownerOf({ holder, creator }: DeviceRow): string {
  return holder ?? creator;
}

/** A user or root. */
export function personOf({ iam }: Console, { account, id }: Holder): Person {
  const kind = id === account ? "root" : "user";
  return { kind, name: iam.endpoint.devices.holderName({ account, id }) };
}

/** A device as `who` sees it. */
export async function deviceView(visit: Visit, who: Who, row: DeviceRow): Promise<Device> {
  const { console, moment } = visit;
  const { state, unlocksInSeconds } = await standingOf(visit, row);
  const serial = serialOf(row);
  const wizard = console.iam.core.pending.of(serial);
  const owner = ownerOf(row);
  const may = (act: DeviceAct) => whyNot(who, act, owner) === null;
  const isHeld = row.holder !== null;
  return {
    serial,
    name: row.name,
    state,
    holder:
      row.holder === null ? null : personOf(console, { account: row.account, id: row.holder }),
    createdAt: dateText(row.createdAtUs),
    enabledAt: row.enabledAtUs === null ? null : dateText(row.enabledAtUs),
    unlocksInSeconds,
    expiresInSeconds: wizard === null ? null : secondsUp(wizard.untilUs - moment.codesAtUs),
    isOwn: owner === who.holder.id,
    can: {
      enable: !isHeld && may("enable"),
      resync: isHeld && may("resync"),
      deactivate: isHeld && may("deactivate"),
      delete: !isHeld && may("delete"),
    },
  };
}

/** Where a device stands, by its token's record and its latest decisions. */
export async function standingOf(
  { console, moment }: Visit,
  row: DeviceRow,
): Promise<{ readonly state: DeviceState; readonly unlocksInSeconds: number | null }> {
  const { verifier } = console.iam.core;
  const token = await verifier.state(row.token);
  const { locked, lockedUntilUs } = token;
  const isLocked = locked && (lockedUntilUs === null || lockedUntilUs > moment.codesAtUs);
  const unlocksInSeconds =
    isLocked && lockedUntilUs !== null ? secondsUp(lockedUntilUs - moment.codesAtUs) : null;
  if (row.holder === null) {
    // A token made anew of the same secret has another label: the device was enabled before.
    const isNew = token.state === "created" && token.label === serialOf(row);
    return { state: isNew ? "waiting" : "inactive", unlocksInSeconds };
  }
  // Out of use by an operator of the verifier: it has to be deactivated here, too.
  if (token.state !== "enabled") return { state: "inactive", unlocksInSeconds };
  if (isLocked) return { state: "locked", unlocksInSeconds };
  const rows = await verifier.history(row.token, ROWS);
  const isLost = isOutOfSync(rows, verifier.policy.windowPast);
  return { state: isLost ? "out-of-sync" : "enabled", unlocksInSeconds };
}

/**
 * Whether its next code would be refused, as far as is known: the latest that tells is a right code
 * at a wrong time, or an enrollment before the window of sign-ins.
 */
export function isOutOfSync(rows: readonly AuditRow[], windowPast: number): boolean {
  for (const { act, outcome, reason, offsetSteps } of rows) {
    if (reason === "out-of-sync") return true;
    if (outcome !== "accepted") continue;
    return act === "enroll" && (offsetSteps ?? 0) < -windowPast;
  }
  return false;
}
