// Devices whose enabling was begun on the page: the secret was shown, two codes are awaited. Past
// its time, or when its maker begins anew, such a device is deleted: nothing stays half-assigned.
// The time stands in the device's row, so that a restart neither ends nor prolongs it; every
// request, of the page or of the endpoint, deletes first what is over. Devices made by the API wait
// as long as it takes.

import { SECOND_US } from "../../core/time/clock.ts";
import type { Holder } from "./devices.ts";
import { IamFault } from "./fault.ts";
import { type DeviceRow, serialOf } from "./state/model.ts";
import type { IamState } from "./state/state.ts";

/** How long a secret waits for its two codes, seconds. */
export const PENDING_SECONDS = 600;
/** Most devices remembered that are over; of more the oldest give way. */
const MAX_OVER = 10_000;

/** A device that waits for its codes. */
export interface PendingDevice {
  readonly row: DeviceRow;
  readonly serial: string;
  /** Id of who began it. */
  readonly by: string;
  /** Whom the device is for. */
  readonly holder: Holder;
  /** By the clock of codes, microseconds since the Unix epoch. */
  readonly untilUs: number;
}

/** Why a device waits no longer. */
export type Over = "expired" | "replaced";

/** Deletes a device that nobody holds. @throws {IamFault} DeleteConflict when somebody does */
export type DeleteDevice = (account: string, serial: string) => Promise<void>;

/** @see PendingDevice */
export class PendingDevices {
  readonly #state: IamState;
  /** Serials of those that are over, and why: for whom asks after it. */
  readonly #over = new Map<string, Over>();

  constructor(state: IamState) {
    this.#state = state;
  }

  /** What stands in the row of a device whose time begins. */
  begin(serial: string, holder: Holder, codesAtUs: number): NonNullable<DeviceRow["pending"]> {
    this.#over.delete(serial);
    return { holder: holder.id, untilUs: codesAtUs + PENDING_SECONDS * SECOND_US };
  }

  of(serial: string): PendingDevice | null {
    const row = this.#state.device(serial);
    return row === null ? null : pendingOf(row);
  }

  /** The latest that this person began. */
  latestBy(by: string): PendingDevice | null {
    return this.#all().findLast((one) => one.by === by) ?? null;
  }

  /** Those this person began for this holder. */
  openFor(by: string, holder: string): readonly PendingDevice[] {
    return this.#all().filter((one) => one.by === by && one.holder.id === holder);
  }

  /** Why the device of this serial waits no longer; null: it does, or never did. */
  whyOver(serial: string): Over | null {
    return this.#over.get(serial) ?? null;
  }

  /** Ends one whose maker begins anew. */
  async replace(one: PendingDevice, remove: DeleteDevice): Promise<void> {
    await this.#end(one, "replaced", remove);
  }

  /** Ends those whose time is over. */
  async expire(codesAtUs: number, remove: DeleteDevice): Promise<void> {
    if (!this.#state.hasPending) return;
    for (const one of this.#all()) {
      if (codesAtUs >= one.untilUs) await this.#end(one, "expired", remove);
    }
  }

  #all(): readonly PendingDevice[] {
    return this.#state.pending().flatMap((row) => pendingOf(row) ?? []);
  }

  async #end({ row, serial }: PendingDevice, why: Over, remove: DeleteDevice): Promise<void> {
    try {
      await remove(row.account, serial);
    } catch (error) {
      const isEnabledOrGone =
        error instanceof IamFault && ["DeleteConflict", "NoSuchEntity"].includes(error.code);
      if (isEnabledOrGone) return;
      throw error;
    }
    this.#over.set(serial, why);
    if (this.#over.size <= MAX_OVER) return;
    const [oldest] = this.#over.keys();
    if (oldest !== undefined) this.#over.delete(oldest);
  }
}

function pendingOf(row: DeviceRow): PendingDevice | null {
  const { account, creator: by, pending = null } = row;
  if (pending === null) return null;
  const holder = { account, id: pending.holder };
  return { row, serial: serialOf(row), by, holder, untilUs: pending.untilUs };
}
