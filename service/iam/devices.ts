// Virtual MFA devices: made, enabled, resynchronized, taken out of use, deleted. Each is a token of
// the verifier, which alone judges codes; who holds it is a row beside. The page works with this
// class too.
//
// Order of writes: the verifier first, then the row. After a crash in between `reconcile` takes the
// token out of use, or the row follows it: nothing stays half-assigned.

import { randomBytes } from "node:crypto";
import type { Accepted } from "../../verifier/verdict.ts";
import { withTags } from "./checks.ts";
import { ROOT_NAME } from "./config.ts";
import { type IamCore, type Moment, SERVICE_NAME } from "./core.ts";
import { DeviceTokens } from "./device-tokens.ts";
import {
  CodesRefused,
  IamFault,
  inUse,
  invalid,
  nameTaken,
  noSuchDevice,
  noSuchUser,
} from "./fault.ts";
import type { DeviceRow, Tag } from "./state/model.ts";
import { ACCOUNT_QUOTA } from "./state/state.ts";

/** 64 Base32 characters, as the real service gives. */
const SECRET_BYTES = 40;
const MAX_SERIAL = 256;

/** A device to be made. */
export interface NewDevice {
  readonly account: string;
  readonly name: string;
  /** `/` or `/…/`. */
  readonly path: string;
  readonly tags: readonly Tag[];
  /** @see DeviceRow.creator */
  readonly creator: string;
  /** For whom it waits for codes, and is deleted when they do not come; default: it just waits. */
  readonly pendingFor?: Holder;
}

/** Whom a device is enabled for. */
export interface Holder {
  readonly account: string;
  /** Id of a user, or of the account for root. */
  readonly id: string;
}

/** @see NewDevice, Holder */
export class Devices {
  readonly #core: IamCore;
  readonly #by: string | null;
  readonly #tokens: DeviceTokens;

  /** @param by who does it, for the audit log, 1 to 64 characters; null: not told */
  constructor(core: IamCore, by: string | null = null) {
    this.#core = core;
    this.#by = by;
    this.#tokens = new DeviceTokens(core, by);
  }

  /** The same acts, logged as this caller's. @see auditName */
  as(by: string): Devices {
    return new Devices(this.#core, by);
  }

  /** The device of this serial in an account. @throws {IamFault} NoSuchEntity */
  find(account: string, serial: string): DeviceRow {
    const row = this.#core.state.device(serial);
    if (row === null || row.account !== account) throw noSuchDevice(serial);
    return row;
  }

  /**
   * Makes a device. The secret is given once, here; the caller wipes it.
   *
   * @throws {IamFault} EntityAlreadyExists, LimitExceeded, ValidationError
   */
  async create(
    input: NewDevice,
    moment: Moment,
  ): Promise<{ readonly row: DeviceRow; readonly secret: Uint8Array }> {
    const { state, locks } = this.#core;
    const { account, name, path, creator, pendingFor } = input;
    const tags = withTags([], input.tags);
    const serial = `arn:aws:iam::${account}:mfa${path}${name}`;
    if (serial.length > MAX_SERIAL) {
      throw invalid(`The serial number would be longer than ${MAX_SERIAL} characters.`);
    }
    return locks.run(`devices ${account}`, async () => {
      if (state.device(serial) !== null) throw nameTaken();
      if (state.devices(account).length >= ACCOUNT_QUOTA) {
        throw new IamFault(
          "LimitExceeded",
          `Cannot exceed quota for VirtualMFADevicesPerAccount: ${ACCOUNT_QUOTA}`,
        );
      }
      const secret = randomBytes(SECRET_BYTES);
      const token = await this.#tokens.create(serial, secret, moment);
      const pending =
        pendingFor === undefined
          ? null
          : this.#core.pending.begin(serial, pendingFor, moment.codesAtUs);
      const row: DeviceRow = {
        kind: "device",
        seq: state.nextSeq(),
        account,
        name,
        path,
        token,
        createdAtUs: moment.nowUs,
        creator,
        holder: null,
        enabledAtUs: null,
        pending,
        tags,
      };
      await this.#tokens.putOrUndo(row, () => this.#tokens.delete(token, moment));
      return { row, secret };
    });
  }

  /**
   * Two consecutive codes enable a device for a user. Order of checks: user, device, in use, codes,
   * quota. Codes that would be right but for the quota are not consumed.
   *
   * @throws {IamFault} NoSuchEntity, EntityAlreadyExists, LimitExceeded
   * @throws {CodesRefused} InvalidAuthenticationCode
   */
  async enable(
    serial: string,
    holder: Holder,
    codes: readonly [string, string],
    moment: Moment,
  ): Promise<Accepted> {
    const { locks, verifier, state } = this.#core;
    return locks.run(`user ${holder.id}`, () =>
      locks.run(`device ${serial}`, async () => {
        if (holder.id !== holder.account && state.userById(holder.id) === null) {
          throw noSuchUser(holder.id);
        }
        const found = this.find(holder.account, serial);
        const token = await this.#tokens.unassigned(found, moment);
        const row = this.find(holder.account, serial);
        if (this.#isAtQuota(holder)) {
          this.#tokens.assertWouldEnroll(token, codes, moment);
          throw this.#overQuota();
        }
        const verdict = await verifier.enroll(row.token, codes, moment.codesAtUs, this.#by);
        if (verdict.outcome === "refused") {
          if (verdict.reason === "wrong-state") throw inUse();
          throw new CodesRefused(verdict);
        }
        const enabled = { ...row, holder: holder.id, enabledAtUs: moment.nowUs, pending: null };
        await this.#tokens.putOrUndo(enabled, () => this.#tokens.deactivate(row.token, moment));
        return verdict;
      }),
    );
  }

  /**
   * Two consecutive codes find the clock of an enabled device again. EnableDate stays.
   *
   * @throws {IamFault} NoSuchEntity
   * @throws {CodesRefused} InvalidAuthenticationCode
   */
  async resync(
    serial: string,
    holder: Holder,
    codes: readonly [string, string],
    moment: Moment,
  ): Promise<Accepted> {
    const row = this.#heldBy(serial, holder);
    const { verifier } = this.#core;
    const verdict = await verifier.resync(row.token, codes, moment.codesAtUs, this.#by);
    if (verdict.outcome === "accepted") return verdict;
    if (verdict.reason === "not-enrolled") throw noSuchDevice(serial);
    throw new CodesRefused(verdict);
  }

  /** Takes a device out of use: unassigned, its secret stays. @throws {IamFault} NoSuchEntity */
  async deactivate(serial: string, holder: Holder, moment: Moment): Promise<void> {
    const { locks, state } = this.#core;
    await locks.run(`device ${serial}`, async () => {
      const row = this.#heldBy(serial, holder);
      await this.#tokens.deactivate(row.token, moment);
      // Who held it last may set it up again, delete it, and make another of its name.
      await state.put({ ...row, creator: holder.id, holder: null, enabledAtUs: null });
    });
  }

  /** Deletes an unassigned device. @throws {IamFault} NoSuchEntity, DeleteConflict */
  async delete(account: string, serial: string, moment: Moment): Promise<void> {
    const { locks, state } = this.#core;
    await locks.run(`device ${serial}`, async () => {
      const row = this.find(account, serial);
      if (row.holder !== null) {
        throw new IamFault("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.");
      }
      await this.#tokens.delete(row.token, moment);
      await state.remove(row);
    });
  }

  /** Deletes the devices that waited too long for their codes. Before whatever a request does. */
  async expire(moment: Moment): Promise<void> {
    const own = this.as(SERVICE_NAME);
    await this.#core.pending.expire(moment.codesAtUs, (account, serial) =>
      own.delete(account, serial, moment),
    );
  }

  /** Changes the tags of a device. @throws {IamFault} NoSuchEntity, and what `change` throws */
  async retag(
    account: string,
    serial: string,
    change: (tags: readonly Tag[]) => readonly Tag[],
  ): Promise<void> {
    const { locks, state } = this.#core;
    await locks.run(`device ${serial}`, async () => {
      const row = this.find(account, serial);
      await state.put({ ...row, tags: change(row.tags) });
    });
  }

  /** One code, as at a sign-in, for a device of this holder: whether it counts. It counts once. */
  async login(row: DeviceRow, code: string, moment: Moment): Promise<boolean> {
    const { verifier } = this.#core;
    return (await verifier.login(row.token, code, moment.codesAtUs, this.#by)).accepted;
  }

  /** What a user is called in texts and lists; root for root. */
  holderName({ account, id }: Holder): string {
    return id === account ? ROOT_NAME : (this.#core.state.userById(id)?.name ?? id);
  }

  #heldBy(serial: string, holder: Holder): DeviceRow {
    const row = this.find(holder.account, serial);
    if (row.holder !== holder.id) {
      throw new IamFault("NoSuchEntity", "MFA Device invalid for user.");
    }
    return row;
  }

  #isAtQuota(holder: Holder): boolean {
    const { state, config } = this.#core;
    return state.devicesOf(holder.id).length >= config.devicesPerUser;
  }

  #overQuota(): IamFault {
    const { devicesPerUser } = this.#core.config;
    const text = `Cannot exceed quota for MFADevicesPerUser: ${devicesPerUser}`;
    return new IamFault("LimitExceeded", text);
  }
}
