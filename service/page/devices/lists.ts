// Users and devices of the account, page by page, as far as the caller may see them.

import { rootArn } from "../../iam/caller.ts";
import { ROOT_NAME } from "../../iam/config.ts";
import type { DeviceRow, UserRow } from "../../iam/state/model.ts";
import { userArn } from "../../iam/state/model.ts";
import { type Visit, whoOf } from "../console.ts";
import type { Devices, Page, User, Users } from "../contract.ts";
import { deviceView, ownerOf } from "./views.ts";
import { dateText, seesAll, type Who, whyNot } from "./who.ts";

const DEFAULT_LIMIT = 50;

/** Users, root first. */
export async function listUsers(
  visit: Visit,
  { after, limit = DEFAULT_LIMIT }: Page,
): Promise<Users> {
  const who = whoOf(visit);
  const { account, id } = who.holder;
  const { state } = visit.console.iam.core;
  const all = state.users(account).filter((row) => seesAll(who) || row.id === id);
  const rows = all.filter(({ seq }) => seq > (after ?? 0));
  const page = rows.slice(0, limit);
  const users = await Promise.all(page.map((row) => userView(visit, who, row)));
  const isRootShown = after === undefined && (seesAll(who) || id === account);
  const next = rows.length > limit ? (page.at(-1)?.seq ?? null) : null;
  return { users: isRootShown ? [await rootView(visit, who), ...users] : users, next };
}

/** Devices, whoever holds them. */
export async function listDevices(
  visit: Visit,
  { after = 0, limit = DEFAULT_LIMIT }: Page,
): Promise<Devices> {
  const who = whoOf(visit);
  const { account, id } = who.holder;
  const isShown = (row: DeviceRow) => seesAll(who) || ownerOf(row) === id;
  const rows = visit.console.iam.core.state
    .devices(account)
    .filter((row) => row.seq > after && isShown(row));
  const page = rows.slice(0, limit);
  const devices = await Promise.all(page.map((row) => deviceView(visit, who, row)));
  return { devices, next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null };
}

async function userView(visit: Visit, who: Who, row: UserRow): Promise<User> {
  return {
    kind: "user",
    name: row.name,
    path: row.path,
    arn: userArn(row),
    createdAt: dateText(row.createdAtUs),
    ...(await holding(visit, who, row.id)),
  };
}

async function rootView(visit: Visit, who: Who): Promise<User> {
  const { account } = who.holder;
  return {
    kind: "root",
    name: ROOT_NAME,
    path: "/",
    arn: rootArn(account),
    createdAt: null,
    ...(await holding(visit, who, account)),
  };
}

async function holding(
  visit: Visit,
  who: Who,
  id: string,
): Promise<Pick<User, "isSelf" | "canSignIn" | "devices" | "canAssign">> {
  const { state, config } = visit.console.iam.core;
  const rows = state.devicesOf(id);
  const devices = await Promise.all(rows.map((row) => deviceView(visit, who, row)));
  const hasRoom = rows.length < config.devicesPerUser;
  const canAssign = hasRoom && whyNot(who, "create", id) === null;
  const canSignIn = visit.console.people.held({ account: who.holder.account, id }) !== null;
  return { isSelf: id === who.holder.id, canSignIn, devices, canAssign };
}
