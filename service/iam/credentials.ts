// From an access key, and a session token, to the caller it stands for.

import { SECOND_US } from "../../core/time/clock.ts";
import type { Caller } from "./caller.ts";
import type { Manages } from "./config.ts";
import type { IamCore } from "./core.ts";
import type { SessionClaims } from "./sessions.ts";
import type { Credential } from "./sigv4/verify.ts";

/** Finds callers by access key. */
export class Credentials {
  readonly #core: IamCore;
  readonly #keys: ReadonlyMap<string, { secret: string; account: string; user: string | null }>;
  readonly #manages: ReadonlyMap<string, Manages>;

  constructor(core: IamCore) {
    this.#core = core;
    this.#keys = new Map(core.config.keys.map((key) => [key.id, key]));
    this.#manages = new Map(
      core.config.accounts.flatMap(({ id, users }) =>
        users.map(({ name, manages }) => [`${id} ${name.toLowerCase()}`, manages] as const),
      ),
    );
  }

  /** A long-term key comes without a token, a session's with its own; null for any other. */
  lookUp(accessKeyId: string, token: string | undefined): Credential<Caller> | null {
    if (token !== undefined) return this.#session(accessKeyId, token);
    const key = this.#keys.get(accessKeyId);
    if (key === undefined) return null;
    const { secret, account, user } = key;
    if (user === null) {
      return { secret, who: { kind: "root", account, session: null }, expiresAtUs: null };
    }
    const row = this.#core.state.user(account, user);
    if (row === null) return null;
    const who = this.#user(row.id, null);
    return who === null ? null : { secret, who, expiresAtUs: null };
  }

  #session(accessKeyId: string, token: string): Credential<Caller> | null {
    const read = this.#core.sessions.read(accessKeyId, token);
    const who = read === null ? null : this.#caller(read.claims);
    if (read === null || who === null) return null;
    return { secret: read.secret, who, expiresAtUs: read.claims.expiresAtSeconds * SECOND_US };
  }

  #caller(claims: SessionClaims): Caller | null {
    const { account, principal, sessionName, isMfa } = claims;
    const session = { isMfa };
    switch (claims.kind) {
      case "root":
        return { kind: "root", account, session };
      case "user":
        return this.#user(principal, session);
      case "role": {
        const { roles } = this.#core.config.accounts.find(({ id }) => id === account) ?? {};
        const role = roles?.find(({ name }) => name === principal);
        return role === undefined ? null : { kind: "role", account, role, sessionName, session };
      }
    }
  }

  /** A user who was deleted since is none; one of the same name has another id. */
  #user(id: string, session: Caller["session"]): Caller | null {
    const user = this.#core.state.userById(id);
    if (user === null) return null;
    const { account, name } = user;
    const manages = this.#manages.get(`${account} ${name.toLowerCase()}`) ?? "nobody";
    return { kind: "user", account, user, manages, session };
  }
}
