// The token that stands behind a device: the verifier has it, and judges its codes alone.

import { totpParameters } from "../../core/oath/parameters.ts";
import type { Administration } from "../../verifier/administration.ts";
import { decideEnroll } from "../../verifier/decide/pair.ts";
import { defaultEngine } from "../../verifier/engines/default.ts";
import { VerifierError } from "../../verifier/errors.ts";
import { type StoredToken, StoreError } from "../../verifier/stores/store.ts";
import type { IamCore, Moment } from "./core.ts";
import { CodesRefused, IamFault, inUse, nameTaken, noSuchDevice } from "./fault.ts";
import { type DeviceRow, serialOf } from "./state/model.ts";

/** So many characters of a serial every label of its tokens begins with. */
export const LABEL_PART = 236;

/** Acts on tokens of devices, logged as `by`'s. */
export class DeviceTokens {
  readonly #core: IamCore;
  readonly #admin: Administration;

  /** @param by who does it, for the audit log, 1 to 64 characters; null: not told */
  constructor(core: IamCore, by: string | null) {
    this.#core = core;
    this.#admin = core.verifier.admin.as(by);
  }

  /** @throws {IamFault} EntityAlreadyExists */
  async create(label: string, secret: Uint8Array, { codesAtUs: atUs }: Moment): Promise<number> {
    // Left by a crash before its row was written: nobody was told its secret.
    const left = await this.#core.verifier.find(label);
    if (left?.state === "created") await this.#admin.delete(left.id, atUs);
    try {
      return await this.#admin.create({ label, parameters: totpParameters(), secret, atUs });
    } catch (error) {
      if (error instanceof StoreError && error.code === "duplicate") throw nameTaken();
      throw error;
    }
  }

  /**
   * The token of a device that nobody holds, ready to be enrolled. A token that was taken out of
   * use is replaced by one of the same secret: what it consumed stays consumed.
   *
   * @throws {IamFault} NoSuchEntity, EntityAlreadyExists
   */
  async unassigned(row: DeviceRow, moment: Moment): Promise<StoredToken> {
    const { state, store } = this.#core;
    const serial = serialOf(row);
    const token = await store.load(row.token);
    if (token === null || token.record.state === "deleted") {
      await state.remove(row);
      throw noSuchDevice(serial);
    }
    if (token.record.state === "enabled") throw inUse();
    if (token.record.state === "created") return token;
    const id = await this.create(renewedLabel(serial, token.id), token.secret, moment);
    await this.putOrUndo({ ...row, token: id, holder: null, enabledAtUs: null }, () =>
      this.#admin.delete(id, moment.codesAtUs),
    );
    await this.#admin.delete(token.id, moment.codesAtUs);
    const created = await store.load(id);
    if (created === null) throw new IamFault("ServiceFailure", "The token is gone.");
    return created;
  }

  /** Takes it out of use; it may be already, by an operator: the row follows. */
  async deactivate(id: number, { codesAtUs }: Moment): Promise<void> {
    try {
      await this.#admin.deactivate(id, codesAtUs);
    } catch (error) {
      if (!(error instanceof VerifierError && error.code === "wrong-state")) throw error;
    }
  }

  /** Deletes it, whatever its state. */
  async delete(id: number, { codesAtUs }: Moment): Promise<void> {
    const { state } = await this.#core.verifier.state(id);
    if (state === "enabled") await this.#admin.deactivate(id, codesAtUs);
    if (state !== "deleted") await this.#admin.delete(id, codesAtUs);
  }

  /** Stores a row; when that fails what the token went through is undone. */
  async putOrUndo(row: DeviceRow, undo: () => Promise<void>): Promise<void> {
    try {
      await this.#core.state.put(row);
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /** Judges a pair without consuming it. @throws {CodesRefused} */
  assertWouldEnroll(
    { secret, record }: StoredToken,
    codes: readonly [string, string],
    { codesAtUs: receivedAtUs }: Moment,
  ): void {
    const { engine } = defaultEngine();
    const key = engine.prepare(secret, record.parameters);
    try {
      const { highestMovingFactor } = engine;
      const { policy } = this.#core.verifier;
      const input = { record, policy, receivedAtUs, key: { key, highestMovingFactor } };
      const { verdict } = decideEnroll(input, codes);
      if (verdict.outcome === "refused") throw new CodesRefused(verdict);
    } finally {
      key.dispose();
    }
  }
}

/** The label of a token that follows another: the serial is the old one's until it is deleted. */
function renewedLabel(serial: string, token: number): string {
  return `${serial.slice(0, LABEL_PART)}#${token}`;
}
