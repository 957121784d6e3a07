// Who may sign in on the page: users and roots of the config file that have a password there.

import { rootArn } from "../../iam/caller.ts";
import type { ConfiguredAccount, ConfiguredSignIn, Manages } from "../../iam/config.ts";
import { ROOT_NAME } from "../../iam/config.ts";
import type { IamCore } from "../../iam/core.ts";
import type { Holder } from "../../iam/devices.ts";
import { userArn } from "../../iam/state/model.ts";
import type { Identity, SignIn } from "../contract.ts";

/** Somebody who signs in, or is signed in. */
export interface Somebody {
  readonly holder: Holder;
  readonly identity: Identity;
  readonly signIn: ConfiguredSignIn;
}

/** Finds people by what they give at sign-in, and by whom a session is of. */
export class People {
  readonly #core: IamCore;

  constructor(core: IamCore) {
    this.#core = core;
  }

  /** Whom these words name, whether the password is right or not; null for nobody. */
  named(given: SignIn): Somebody | null {
    const { accounts } = this.#core.config;
    if (given.kind === "root") {
      const email = given.email.toLowerCase();
      const account = accounts.find(({ root }) => root?.email.toLowerCase() === email);
      return account === undefined ? null : this.#root(account);
    }
    const account = accounts.find(({ id, alias }) => [id, alias].includes(given.account));
    return account === undefined ? null : this.#user(account, given.user);
  }

  /** Whose session it is; null when the user is deleted or may not sign in any more. */
  held({ account: number, id }: Holder): Somebody | null {
    const account = this.#core.config.accounts.find((one) => one.id === number);
    if (account === undefined) return null;
    if (id === number) return this.#root(account);
    const row = this.#core.state.userById(id);
    return row === null ? null : this.#user(account, row.name);
  }

  /** Any hash of the file: how much work a sign-in costs here; null when nobody has one. */
  anyHash(): string | null {
    const people = this.#core.config.accounts.flatMap(({ root, users }) => [
      root,
      ...users.map(({ signIn }) => signIn),
    ]);
    return people.find((one) => one !== null)?.passwordHash ?? null;
  }

  #root(account: ConfiguredAccount): Somebody | null {
    if (account.root === null) return null;
    const holder = { account: account.id, id: account.id };
    const arn = rootArn(account.id);
    const identity = identityOf(account, { kind: "root", name: ROOT_NAME, arn, manages: "admin" });
    return { holder, identity, signIn: account.root };
  }

  #user(account: ConfiguredAccount, name: string): Somebody | null {
    const row = this.#core.state.user(account.id, name);
    const isSame = (other: string) => other.toLowerCase() === name.toLowerCase();
    const user = account.users.find((one) => isSame(one.name));
    if (row === null || user === undefined || user.signIn === null) return null;
    const { signIn, manages } = user;
    const holder = { account: account.id, id: row.id };
    const arn = userArn(row);
    return {
      holder,
      identity: identityOf(account, { kind: "user", name: row.name, arn, manages }),
      signIn,
    };
  }
}

function identityOf(
  { id, alias }: ConfiguredAccount,
  rest: {
    readonly kind: "user" | "root";
    readonly name: string;
    readonly arn: string;
    readonly manages: Manages;
  },
): Identity {
  return { ...rest, account: id, accountName: alias };
}
