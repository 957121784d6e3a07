// The endpoint's config file: read within a size, checked by its schema, secrets fetched. An error
// names the file, the place in it and the remedy, never a secret.

import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileOf, IamConfigError } from "./config-form.ts";
import type { IamConfigFile } from "./config-schema.ts";
import { signInOf, signInProblems } from "./config-sign-in.ts";

/** Largest config file, and largest file of a secret, bytes. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_SECRET_BYTES = 1024;
/** Root is no user; it has a name here nevertheless, as people call it. */
export const ROOT_NAME = "root";

/** Whose devices a principal manages. */
export type Manages = "self" | "admin" | "nobody";

/** How somebody signs in on the page. */
export interface ConfiguredSignIn {
  /** @see service/page/password.ts */
  readonly passwordHash: string;
  /** Where the codes of a lost device go; null: nowhere. */
  readonly email: string | null;
  readonly phone: string | null;
}

/** A user of the file. */
export interface ConfiguredUser {
  readonly name: string;
  readonly path: string;
  readonly manages: Manages;
  /** Null: not on the page. */
  readonly signIn: ConfiguredSignIn | null;
}

/** A role of the file. */
export interface ConfiguredRole {
  readonly name: string;
  readonly path: string;
  readonly manages: Manages;
  /** ARNs of users. */
  readonly trusts: readonly string[];
  readonly requireMfa: boolean;
  readonly externalId: string | null;
  /** Seconds. */
  readonly maxSessionSeconds: number;
}

/** An account of the file. */
export interface ConfiguredAccount {
  /** Twelve digits. */
  readonly id: string;
  /** What the QR code calls the account. */
  readonly alias: string;
  /** Root's sign-in on the page, by e-mail; null: not on the page. */
  readonly root: (ConfiguredSignIn & { readonly email: string }) | null;
  readonly users: readonly ConfiguredUser[];
  readonly roles: readonly ConfiguredRole[];
}

/** A long-term access key. */
export interface ConfiguredKey {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  /** Name of its user; null for root. */
  readonly user: string | null;
}

/** What the endpoint is run with. */
export interface IamConfig {
  readonly devicesPerUser: number;
  readonly isStrictRegion: boolean;
  readonly issuer: string;
  readonly throttleLimit: number;
  readonly lockSeconds: number;
  readonly accounts: readonly ConfiguredAccount[];
  readonly keys: readonly ConfiguredKey[];
}

/** Reads a config file, and the files of secrets that it names. @throws {IamConfigError} */
export function readIamConfig(path: string): IamConfig {
  const { text, isPrivate } = readText(path, MAX_BYTES, path);
  const folder = dirname(resolve(path));
  return parseIamConfig(text, path, { isPrivate, readSecret: (file) => secretOf(folder, file) });
}

/** Where secrets come from. */
export interface SecretSource {
  /** Whether nobody but the owner can read the config itself. */
  readonly isPrivate: boolean;
  /** @throws {Error} whose message says what is wrong with the file */
  readSecret(file: string): string;
}

/**
 * Reads the text of a config file.
 *
 * @param path names it in errors
 * @throws {IamConfigError}
 */
export function parseIamConfig(text: string, path: string, source: SecretSource): IamConfig {
  const file = fileOf(text, path);
  const problems: string[] = [];
  const keys = keysOf(file, source, problems);
  problems.push(...duplicates(file, keys), ...strangers(file), ...signInProblems(file, source));
  if (problems.length > 0) throw new IamConfigError(path, problems);
  return {
    devicesPerUser: file.devicesPerUser ?? 1,
    isStrictRegion: file.strictRegion ?? false,
    issuer: file.issuer ?? "Amazon Web Services",
    throttleLimit: file.throttleLimit ?? 10,
    lockSeconds: file.lockSeconds ?? 300,
    accounts: file.accounts.map(({ id, alias = id, root, users, roles = [] }) => ({
      id,
      alias,
      root: root === undefined ? null : { ...root, phone: root.phone ?? null },
      users: users.map((user) => ({
        name: user.name,
        path: user.path ?? "/",
        manages: user.manages,
        signIn: signInOf(user),
      })),
      roles: roles.map((role) => ({
        ...role,
        path: role.path ?? "/",
        externalId: role.externalId ?? null,
        maxSessionSeconds: role.maxSessionSeconds ?? 3600,
      })),
    })),
    keys,
  };
}

type FileKeys = NonNullable<IamConfigFile["accounts"][number]["rootAccessKeys"]>;

function keysOf(file: IamConfigFile, source: SecretSource, problems: string[]): ConfiguredKey[] {
  const found: ConfiguredKey[] = [];
  const take = (keys: FileKeys = [], at: string, account: string, user: string | null): void => {
    keys.forEach((key, index) => {
      const place = `at ${at}/${index}`;
      try {
        found.push({ id: key.id, secret: secretOfKey(key, source), account, user });
      } catch (error) {
        problems.push(`${place}: ${error instanceof Error ? error.message : "no secret"}`);
      }
    });
  };
  file.accounts.forEach((account, at) => {
    take(account.rootAccessKeys, `/accounts/${at}/rootAccessKeys`, account.id, null);
    account.users.forEach(({ accessKeys, name }, index) => {
      take(accessKeys, `/accounts/${at}/users/${index}/accessKeys`, account.id, name);
    });
  });
  return found;
}

function secretOfKey(key: FileKeys[number], source: SecretSource): string {
  const { secret, secretFile } = key;
  if ((secret === undefined) === (secretFile === undefined)) {
    throw new Error('give either "secretFile" or "secret"');
  }
  if (secretFile !== undefined) return source.readSecret(secretFile);
  if (!source.isPrivate) {
    throw new Error("others can read this secret: chmod 600 the config file, or use secretFile");
  }
  return secret as string;
}

function duplicates(file: IamConfigFile, keys: readonly ConfiguredKey[]): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const once = (kind: string, name: string, place: string): void => {
    const id = `${kind} ${name.toLowerCase()}`;
    if (seen.has(id)) problems.push(`at ${place}: ${kind} ${name} is there twice; remove one`);
    seen.add(id);
  };
  file.accounts.forEach((account, at) => {
    once("account", account.id, `/accounts/${at}`);
    account.users.forEach(({ name }, index) => {
      const place = `/accounts/${at}/users/${index}/name`;
      if (name.toLowerCase() === ROOT_NAME) {
        problems.push(`at ${place}: root is no user; see rootAccessKeys`);
      }
      once(`user of ${account.id}`, name, place);
    });
    account.roles?.forEach(({ name }, index) => {
      once(`role of ${account.id}`, name, `/accounts/${at}/roles/${index}/name`);
    });
  });
  for (const { id, account } of keys) once("access key", id, `/accounts (${account})`);
  return problems;
}

/** A trust in a user who does not exist is a typing mistake. */
function strangers(file: IamConfigFile): readonly string[] {
  const known = new Set(
    file.accounts.flatMap(({ id, users }) =>
      users.map(({ name, path = "/" }) => `arn:aws:iam::${id}:user${path}${name}`),
    ),
  );
  return file.accounts.flatMap(({ roles = [] }, at) =>
    roles.flatMap(({ trusts }, index) =>
      trusts
        .filter((arn) => !known.has(arn))
        .map((arn) => `at /accounts/${at}/roles/${index}/trusts: there is no user ${arn}`),
    ),
  );
}

function secretOf(folder: string, file: string): string {
  const path = resolve(folder, file);
  let read: { readonly text: string; readonly isPrivate: boolean };
  try {
    read = readText(path, MAX_SECRET_BYTES, file);
  } catch (error) {
    throw new Error(error instanceof IamConfigError ? error.message : `${file} cannot be read`);
  }
  if (!read.isPrivate) throw new Error(`others can read the secret: chmod 600 ${file}`);
  const secret = read.text.replace(/\r?\n$/, "");
  if (!/^[\u0021-\u007e]{16,256}$/.test(secret)) {
    throw new Error(`${file} must hold one line of 16 to 256 printable characters`);
  }
  return secret;
}

function readText(
  path: string,
  maxBytes: number,
  name: string,
): { readonly text: string; readonly isPrivate: boolean } {
  try {
    const { size, mode } = statSync(path);
    if (size > maxBytes) throw new IamConfigError(name, [`longer than ${maxBytes} bytes`]);
    const isPrivate = process.platform === "win32" || (mode & 0o077) === 0;
    return { text: readFileSync(path, "utf8"), isPrivate };
  } catch (cause) {
    if (cause instanceof IamConfigError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT"
        ? "there is no such file"
        : `it cannot be read (${code}); check permissions`;
    throw new IamConfigError(name, [problem], { cause });
  }
}
