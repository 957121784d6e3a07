// What the endpoint keeps besides the tokens: users, devices and their tags. Whether codes are
// right, and what is spent, is the verifier's alone.

/** A tag of a user or device. Keys differ by more than their case. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A user of an account. */
export interface UserRow {
  readonly kind: "user";
  /** Row key, counted from 1 over users and devices: the order of lists. */
  readonly seq: number;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  /** AIDA and 17 Base32 characters. */
  readonly id: string;
  /** Microseconds since the Unix epoch. */
  readonly createdAtUs: number;
  readonly tags: readonly Tag[];
}

/** A virtual MFA device. */
export interface DeviceRow {
  readonly kind: "device";
  /** @see UserRow.seq */
  readonly seq: number;
  readonly account: string;
  readonly name: string;
  readonly path: string;
  /** Its token in the verifier's store. A device enabled anew has a new one of the same secret. */
  readonly token: number;
  /** Microseconds since the Unix epoch. */
  readonly createdAtUs: number;
  /** Id of the user who made it, later of who held it last; of the account for root; "": a role. */
  readonly creator: string;
  /** Id of the user it is enabled for, or of the account for root; null: unassigned. */
  readonly holder: string | null;
  /** When it was enabled, microseconds since the Unix epoch; null: unassigned. */
  readonly enabledAtUs: number | null;
  /**
   * Made on the page and not enabled yet: for whom (an id as `holder`), and when it is deleted, µs
   * since the Unix epoch by the clock of codes. Null or absent: it waits as long as it takes.
   */
  readonly pending?: { readonly holder: string; readonly untilUs: number } | null;
  readonly tags: readonly Tag[];
}

/** @see UserRow, DeviceRow */
export type StateRow = UserRow | DeviceRow;

/** A write of the journal. */
export type Change =
  | { readonly kind: "put"; readonly row: StateRow }
  | { readonly kind: "remove"; readonly row: StateRow };

/** The serial number of a device: `arn:aws:iam::ACCOUNT:mfa` + path + name. */
export function serialOf({ account, path, name }: DeviceRow): string {
  return `arn:aws:iam::${account}:mfa${path}${name}`;
}

/** The ARN of a user. */
export function userArn({
  account,
  path,
  name,
}: Pick<UserRow, "account" | "path" | "name">): string {
  return `arn:aws:iam::${account}:user${path}${name}`;
}
