// What an action of the protocol is here: a function from a checked request to the XML of its
// result.

import type { Caller } from "../caller.ts";
import type { Checks } from "../checks.ts";
import type { IamCore, Moment } from "../core.ts";
import type { Devices, Holder } from "../devices.ts";
import { invalid } from "../fault.ts";
import type { Parameters } from "../parameters.ts";
import { type UserRow, userArn } from "../state/model.ts";
import type { Users } from "../users.ts";
import { join, leaf, list, type Xml } from "../xml.ts";

/** What an act gets. */
export interface ActInput {
  readonly core: IamCore;
  readonly devices: Devices;
  readonly users: Users;
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly checks: Checks;
  readonly moment: Moment;
}

/** @throws {IamFault} */
export type Act = (input: ActInput) => Promise<Xml | null>;

/** ISO 8601, UTC, whole seconds. */
export function timeText(atUs: number): string {
  return `${new Date(atUs / 1000).toISOString().slice(0, 19)}Z`;
}

/** Tags as XML; absent when there are none. */
export function tagsXml(
  tags: readonly { readonly key: string; readonly value: string }[],
): Xml | undefined {
  return tags.length === 0 ? undefined : list("Tags", tags.map(tagXml));
}

/** One tag, as a member of a list. */
export function tagXml({ key, value }: { readonly key: string; readonly value: string }): Xml {
  return join(leaf("Key", key), leaf("Value", value));
}

/** What a user's block holds. */
export function userXml(user: UserRow, withTags: boolean): Xml {
  return join(
    leaf("Path", user.path),
    leaf("UserName", user.name),
    leaf("UserId", user.id),
    leaf("Arn", userArn(user)),
    leaf("CreateDate", timeText(user.createdAtUs)),
    withTags ? tagsXml(user.tags) : undefined,
  );
}

/** Whom a request is about: the user it names, else the caller. */
export function holderOf(input: ActInput, userName: string | null): Holder {
  const { caller, users } = input;
  const { account } = caller;
  if (userName !== null) return { account, id: users.find(account, userName).id };
  if (caller.kind === "root") return { account, id: account };
  if (caller.kind === "user") return { account, id: caller.user.id };
  throw invalid("Must specify userName when calling with non-User credentials");
}

/** The id of the named user, or of nobody: what a caller may do is told before who exists. */
export function ownerOf({ caller, core }: ActInput, userName: string): string | null {
  return core.state.user(caller.account, userName)?.id ?? null;
}
