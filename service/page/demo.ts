// What `oathbed serve --demo` serves: two accounts whose passwords and access keys everybody may
// know. On this computer only, in memory, gone with the process.

import { type IamConfig, parseIamConfig } from "../iam/config.ts";
import type { DemoPerson, Manages } from "./contract.ts";
import { hashPassword } from "./password-hash.ts";

/** The demo: a config, and whom to sign in as. */
export interface Demo {
  readonly config: IamConfig;
  readonly people: readonly DemoPerson[];
}

/** Passwords that everybody knows are not worth more work. */
const COST = { ln: 10, p: 1 } as const;
const FIRST = "123456789012";
const SECOND = "210987654321";

const USERS: readonly (readonly [account: string, name: string, manages: Manages])[] = [
  [FIRST, "admin", "admin"],
  [FIRST, "alice", "self"],
  [FIRST, "bob", "self"],
  [SECOND, "alice", "self"],
];
const ROOTS = [FIRST, SECOND] as const;

/** The password of a demo user or root: their name, with "demo-" before it. */
function passwordOf(name: string): string {
  return `demo-${name}`;
}

/** Makes it. */
export async function openDemo(): Promise<Demo> {
  const accounts = await Promise.all(ROOTS.map((id, at) => accountOf(id, at)));
  const file = { version: 1, accounts };
  const source = { isPrivate: true, readSecret: () => "" };
  return {
    config: parseIamConfig(JSON.stringify(file), "the demo's config", source),
    people: [
      ...ROOTS.map((id) => ({
        signIn: { kind: "root", email: emailOf("root", id), password: passwordOf("root") } as const,
        manages: "admin" as const,
      })),
      ...USERS.map(([account, name, manages]) => ({
        signIn: { kind: "user", account, user: name, password: passwordOf(name) } as const,
        manages,
      })),
    ],
  };
}

async function accountOf(id: string, at: number): Promise<object> {
  const users = USERS.filter(([account]) => account === id);
  return {
    id,
    alias: at === 0 ? "example-one" : "example-two",
    root: {
      email: emailOf("root", id),
      phone: "+1 555 0100",
      passwordHash: await hashPassword(passwordOf("root"), COST),
    },
    users: await Promise.all(
      users.map(async ([, name, manages], index) => ({
        name,
        manages,
        email: emailOf(name, id),
        phone: `+1 555 01${at}${index + 1}`,
        passwordHash: await hashPassword(passwordOf(name), COST),
        accessKeys: [{ id: `AKIADEMO${id}${index}`, secret: `demo-secret-key-of-${name}` }],
      })),
    ),
  };
}

function emailOf(name: string, account: string): string {
  return `${name}@${account === FIRST ? "one" : "two"}.example`;
}
