// Who calls: root, a user or a role, with a long-term key or a session; and whose devices they may
// manage. What the config does not grant is denied.

import { type ConfiguredRole, type Manages, ROOT_NAME } from "./config.ts";
import { denied } from "./fault.ts";
import { type UserRow, userArn } from "./state/model.ts";

/** How a caller came by the credentials. */
export interface Session {
  /** Whether a code was given for it. */
  readonly isMfa: boolean;
}

/** Who signed the request. */
export type Caller = {
  /** Twelve digits. */
  readonly account: string;
  /** Null: a long-term access key. */
  readonly session: Session | null;
} & (
  | { readonly kind: "root" }
  | { readonly kind: "user"; readonly user: UserRow; readonly manages: Manages }
  | { readonly kind: "role"; readonly role: ConfiguredRole; readonly sessionName: string }
);

/** A caller's ARN. */
export function callerArn(caller: Caller): string {
  switch (caller.kind) {
    case "root":
      return rootArn(caller.account);
    case "user":
      return userArn(caller.user);
    case "role":
      return `arn:aws:sts::${caller.account}:assumed-role/${caller.role.name}/${caller.sessionName}`;
  }
}

/** The ARN of an account's root. */
export function rootArn(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** What stands in rows for a caller: the user's id, or the account's for root; "" for a role. */
export function callerId(caller: Caller): string {
  switch (caller.kind) {
    case "root":
      return caller.account;
    case "user":
      return caller.user.id;
    case "role":
      return "";
  }
}

/** Longest name of who asks that the audit log takes, characters. */
const MAX_BY = 64;

/**
 * A caller in the audit log: a user's name, `root`, or `role/NAME/SESSION`. The account is in the
 * serial, which is the token's label.
 */
export function auditName(caller: Caller): string {
  switch (caller.kind) {
    case "root":
      return ROOT_NAME;
    case "user":
      return caller.user.name;
    case "role":
      return `role/${caller.role.name}/${caller.sessionName}`.slice(0, MAX_BY);
  }
}

/** Whose thing an act is on. */
export interface Target {
  readonly action: string;
  /** ARN, for the text. */
  readonly resource: string;
  /** Ids of those whose own it is. */
  readonly owners: readonly (string | null)[];
  /** Whether the owner needs a session with MFA for it. */
  readonly needsMfa?: boolean;
}

/** The management a caller has. */
export function managesOf(caller: Caller): Manages {
  switch (caller.kind) {
    case "root":
      return "admin";
    case "user":
      return caller.manages;
    case "role":
      return caller.role.manages;
  }
}

/** @throws {IamFault} AccessDenied */
export function assertMay(caller: Caller, target: Target): void {
  const manages = managesOf(caller);
  if (manages === "admin") return;
  const isOwn = caller.kind === "user" && target.owners.includes(caller.user.id);
  const isMfa = target.needsMfa !== true || caller.session?.isMfa === true;
  if (manages === "self" && isOwn && isMfa) return;
  const hint = isOwn && !isMfa ? " without a session with MFA" : "";
  throw denied(
    `User: ${callerArn(caller)} is not authorized to perform: ${target.action} ` +
      `on resource: ${target.resource}${hint}`,
  );
}
