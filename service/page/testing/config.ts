// The accounts of the page's tests, and how their people sign in.

import { type IamConfig, parseIamConfig } from "../../iam/config.ts";
import type { SignIn } from "../contract.ts";
import { hashPassword } from "../password-hash.ts";

/** The accounts of the bench. */
export const ACCOUNT = "123456789012";
/** @see ACCOUNT */
export const OTHER_ACCOUNT = "210987654321";

/** Hashes of `password of NAME`, scrypt with ln=10, made once by hashPassword. */
const hashOf = new Map<string, string>();

/** A password of the bench. */
export function passwordOf(name: string): string {
  return `password of ${name}`;
}

/** How somebody of the first account signs in; root for "root". */
export function signInOf(name: string, account: string = ACCOUNT): SignIn {
  const password = passwordOf(name);
  return name === "root"
    ? { kind: "root", email: `root@${account}.example`, password }
    : { kind: "user", account, user: name, password };
}

/** The config of the bench, with some settings changed. */
export async function pageConfig(settings: object): Promise<IamConfig> {
  await hashes(["root", "admin", "alice", "bob", "eve"]);
  const source = { isPrivate: true, readSecret: () => "" };
  return parseIamConfig(configText(settings), "bench.json", source);
}

async function hashes(names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (hashOf.has(name)) continue;
    hashOf.set(name, await hashPassword(passwordOf(name), { ln: 10, p: 1 }));
  }
}

const ALICE_KEYS = [{ id: "AKIATESTBEDALICE0000", secret: "secret-of-alice-000000" }];

function configText(settings: object): string {
  const contact = { email: "someone@mail.example", phone: "+1 555 0142" };
  const user = (name: string, manages: string, more: object = contact) => ({
    name,
    manages,
    passwordHash: hashOf.get(name),
    ...more,
  });
  const root = (id: string) => ({
    email: `root@${id}.example`,
    passwordHash: hashOf.get("root"),
    phone: "+1 555 0100",
  });
  return JSON.stringify({
    version: 1,
    ...settings,
    accounts: [
      {
        id: ACCOUNT,
        alias: "first",
        root: root(ACCOUNT),
        users: [
          user("admin", "admin"),
          user("alice", "self", { ...contact, accessKeys: ALICE_KEYS }),
          user("bob", "self", {}),
          user("eve", "nobody"),
          { name: "nopass", manages: "self" },
        ],
      },
      { id: OTHER_ACCOUNT, root: root(OTHER_ACCOUNT), users: [user("alice", "self")] },
    ],
  });
}
