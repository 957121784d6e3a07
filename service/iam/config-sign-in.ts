// The part of the config file that the page signs people in by: hashes of passwords, and where the
// codes of a lost device go.

import { isPasswordHash } from "../page/password-hash.ts";
import type { ConfiguredSignIn, SecretSource } from "./config.ts";
import type { IamConfigFile } from "./config-schema.ts";

type FileUser = IamConfigFile["accounts"][number]["users"][number];

/** How a user of the file signs in on the page; null without a password. */
export function signInOf({ passwordHash, email, phone }: FileUser): ConfiguredSignIn | null {
  if (passwordHash === undefined) return null;
  return { passwordHash, email: email ?? null, phone: phone ?? null };
}

/** Hashes that are none or that others can read, and roots of one e-mail address. */
export function signInProblems(
  { accounts }: IamConfigFile,
  { isPrivate }: SecretSource,
): readonly string[] {
  const hashes = accounts.flatMap(({ root, users }, at) => [
    { place: `/accounts/${at}/root`, hash: root?.passwordHash },
    ...users.map(({ passwordHash: hash }, index) => ({
      place: `/accounts/${at}/users/${index}`,
      hash,
    })),
  ]);
  const emails = accounts.map(({ root }) => root?.email.toLowerCase());
  return [
    ...hashes.flatMap(({ place, hash }) => hashProblem(place, hash, isPrivate)),
    ...emails.flatMap((email, at) =>
      email !== undefined && emails.indexOf(email) < at
        ? [`at /accounts/${at}/root/email: is another root's too; each signs in by its own`]
        : [],
    ),
  ];
}

function hashProblem(
  place: string,
  hash: string | undefined,
  isPrivate: boolean,
): readonly string[] {
  if (hash === undefined) return [];
  const at = `at ${place}/passwordHash:`;
  if (!isPasswordHash(hash)) return [`${at} must be what oathbed serve --hash-password prints`];
  return isPrivate ? [] : [`${at} others can read it: chmod 600 the config file`];
}
