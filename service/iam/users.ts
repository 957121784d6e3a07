// Users of an account: those of the config file, and those made at run time, which have no access
// keys and no password, and so neither call nor sign in.

import { withTags } from "./checks.ts";
import { ROOT_NAME } from "./config.ts";
import type { IamCore } from "./core.ts";
import { IamFault, noSuchUser } from "./fault.ts";
import type { Tag, UserRow } from "./state/model.ts";
import { ACCOUNT_QUOTA, uniqueId } from "./state/state.ts";

/** A user to be made. */
export interface NewUser {
  readonly account: string;
  readonly name: string;
  /** `/` or `/…/`. */
  readonly path: string;
  readonly tags: readonly Tag[];
}

/** @see NewUser */
export class Users {
  readonly #core: IamCore;

  constructor(core: IamCore) {
    this.#core = core;
  }

  /** By name, whose case does not matter. @throws {IamFault} NoSuchEntity */
  find(account: string, name: string): UserRow {
    const row = this.#core.state.user(account, name);
    if (row === null) throw noSuchUser(name);
    return row;
  }

  /** @throws {IamFault} EntityAlreadyExists, LimitExceeded, InvalidInput */
  async create(input: NewUser, nowUs: number): Promise<UserRow> {
    const { state, locks } = this.#core;
    const { account, name, path } = input;
    const tags = withTags([], input.tags);
    if (name.toLowerCase() === ROOT_NAME) {
      throw new IamFault("EntityAlreadyExists", `User with name ${name} already exists.`);
    }
    return locks.run(`users ${account}`, async () => {
      if (state.user(account, name) !== null) {
        throw new IamFault("EntityAlreadyExists", `User with name ${name} already exists.`);
      }
      if (state.users(account).length >= ACCOUNT_QUOTA) {
        const text = `Cannot exceed quota for UsersPerAccount: ${ACCOUNT_QUOTA}`;
        throw new IamFault("LimitExceeded", text);
      }
      const seq = state.nextSeq();
      const id = uniqueId("AIDA");
      const row: UserRow = { kind: "user", seq, account, name, path, id, createdAtUs: nowUs, tags };
      await state.put(row);
      return row;
    });
  }

  /** @throws {IamFault} NoSuchEntity; DeleteConflict while there is a device, key or password */
  async delete(account: string, name: string): Promise<void> {
    const { state, locks, config } = this.#core;
    const { id } = this.find(account, name);
    await locks.run(`user ${id}`, async () => {
      const row = this.find(account, name);
      if (state.devicesOf(row.id).length > 0) {
        const text = "Cannot delete entity, must delete MFA device first.";
        throw new IamFault("DeleteConflict", text);
      }
      const isSame = (user: string | null) => user?.toLowerCase() === row.name.toLowerCase();
      if (config.keys.some((key) => key.account === account && isSame(key.user))) {
        const text = "Cannot delete entity, must delete access keys first.";
        throw new IamFault("DeleteConflict", text);
      }
      // Else whoever gets the name next would get the password with it.
      const users = config.accounts.find(({ id: one }) => one === account)?.users ?? [];
      if (users.some((user) => isSame(user.name) && user.signIn !== null)) {
        const text = "Cannot delete entity, must delete login profile first.";
        throw new IamFault("DeleteConflict", text);
      }
      await state.remove(row);
    });
  }
}
