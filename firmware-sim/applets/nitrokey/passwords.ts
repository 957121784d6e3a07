// Who may do what on a Nitrokey Pro (HID document, B2): a PIN opens a session with a temporary
// password, which later commands repeat. Temporary passwords are gone with the power.

import { timingSafeEqual } from "node:crypto";
import { MAX_PIN_TRIES, type NitrokeyStore } from "./store.ts";

/** Whose PIN. */
export type NitrokeyRole = "admin" | "user";

/** PINs with their tries, and temporary passwords. */
export class NitrokeyPasswords {
  readonly #store: NitrokeyStore;
  readonly #temporary = new Map<NitrokeyRole, Uint8Array>();

  constructor(store: NitrokeyStore) {
    this.#store = store;
  }

  /**
   * Takes a PIN and, when it is right, the temporary password. A try is gone in memory before the
   * PIN is compared, so that no power cut gives it back.
   *
   * @throws {PowerFailure}
   */
  authenticate(role: NitrokeyRole, pin: Uint8Array, temporary: Uint8Array): boolean {
    const stored = this.#store.settings[role];
    if (stored.triesLeft === 0) return false;
    this.#store.change({ [role]: { ...stored, triesLeft: stored.triesLeft - 1 } });
    if (!timingSafeEqual(stored.pin, pin)) return false;
    this.#store.change({ [role]: { ...stored, triesLeft: MAX_PIN_TRIES } });
    this.#temporary.set(role, temporary);
    return true;
  }

  /** Whether it is the temporary password of `role`. */
  isOpen(role: NitrokeyRole, temporary: Uint8Array): boolean {
    const expected = this.#temporary.get(role);
    return expected !== undefined && timingSafeEqual(expected, temporary);
  }

  /** Forgets a temporary password. */
  close(role: NitrokeyRole): void {
    this.#temporary.delete(role);
  }
}
