// Wizards that are not finished: devices whose secret was shown and whose codes are awaited. Past
// its time, or when it is begun anew, such a device is deleted: nothing stays half-assigned. After
// a restart of the service they are devices that nobody holds, like those of the API.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { Holder } from "../../iam/devices.ts";
import { IamFault } from "../../iam/fault.ts";
import { PageRefusal } from "../refusal.ts";

/** How long a secret waits for its two codes, seconds. */
export const WIZARD_SECONDS = 600;
/** Most wizards remembered, open and over; of more the oldest give way. */
const MAX_WIZARDS = 10_000;

/** A wizard that is open. */
export interface OpenWizard {
  readonly serial: string;
  readonly name: string;
  /** Id of who began it. */
  readonly by: string;
  /** Whom the device is for. */
  readonly holder: Holder;
  /** By the clock of codes, microseconds since the Unix epoch. */
  readonly untilUs: number;
}

/** Deletes a device that nobody holds. @throws {IamFault} DeleteConflict when somebody does */
export type DeleteDevice = (account: string, serial: string) => Promise<void>;

/** @see OpenWizard */
export class Wizards {
  readonly #open = new Map<string, OpenWizard>();
  /** Serials of those that are over, and why: for whom asks after it. */
  readonly #over = new Map<string, "wizard-expired" | "wizard-replaced">();

  begin(wizard: Omit<OpenWizard, "untilUs">, codesAtUs: number): OpenWizard {
    const open = { ...wizard, untilUs: codesAtUs + WIZARD_SECONDS * SECOND_US };
    this.#over.delete(wizard.serial);
    this.#open.delete(wizard.serial);
    this.#open.set(wizard.serial, open);
    if (this.#open.size > MAX_WIZARDS) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#open.delete(oldest);
    }
    return open;
  }

  of(serial: string): OpenWizard | null {
    return this.#open.get(serial) ?? null;
  }

  /** The latest that this person has open. */
  latestBy(by: string): OpenWizard | null {
    return [...this.#open.values()].findLast((wizard) => wizard.by === by) ?? null;
  }

  /** Those this person has open for this holder. */
  openFor(by: string, holder: string): readonly OpenWizard[] {
    return [...this.#open.values()].filter((one) => one.by === by && one.holder.id === holder);
  }

  /** @throws {PageRefusal} wizard-expired, wizard-replaced */
  assertNotOver(serial: string): void {
    const why = this.#over.get(serial);
    if (why !== undefined) throw new PageRefusal(why);
  }

  /** It ended well, or its device is gone otherwise. */
  forget(serial: string): void {
    this.#open.delete(serial);
  }

  /** Ends one whose holder begins anew. */
  async replace(wizard: OpenWizard, remove: DeleteDevice): Promise<void> {
    await this.#end(wizard, "wizard-replaced", remove);
  }

  /** Ends those whose time is over. */
  async sweep(codesAtUs: number, remove: DeleteDevice): Promise<void> {
    const late = [...this.#open.values()].filter(({ untilUs }) => codesAtUs >= untilUs);
    for (const wizard of late) await this.#end(wizard, "wizard-expired", remove);
  }

  async #end(
    wizard: OpenWizard,
    why: "wizard-expired" | "wizard-replaced",
    remove: DeleteDevice,
  ): Promise<void> {
    const { serial, holder } = wizard;
    if (this.#open.get(serial) !== wizard) return;
    this.#open.delete(serial);
    try {
      await remove(holder.account, serial);
    } catch (error) {
      const isEnabledOrGone =
        error instanceof IamFault && ["DeleteConflict", "NoSuchEntity"].includes(error.code);
      if (isEnabledOrGone) return;
      this.#open.set(serial, wizard);
      throw error;
    }
    this.#over.set(serial, why);
    if (this.#over.size <= MAX_WIZARDS) return;
    const [oldest] = this.#over.keys();
    if (oldest !== undefined) this.#over.delete(oldest);
  }
}
