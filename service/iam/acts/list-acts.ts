// The lists: devices of a user, devices of the account, users. None of them gives a secret, a QR
// code or tags.

import { assertMay, callerId, rootArn } from "../caller.ts";
import { assertPath, RULES } from "../checks.ts";
import { IamFault } from "../fault.ts";
import { pageOf, pageQuery } from "../pages.ts";
import { type DeviceRow, serialOf } from "../state/model.ts";
import { element, join, leaf, list, type Xml } from "../xml.ts";
import { type Act, type ActInput, holderOf, ownerOf, timeText, userXml } from "./act.ts";

/** ListMFADevices: the devices enabled for a user, by default the caller. */
export const listMfaDevices: Act = async (input) => {
  const { checks, caller, core, devices } = input;
  const userName = checks.optional("UserName", RULES.userName);
  const query = pageQuery(checks);
  checks.done();
  const owner = userName === null ? callerId(caller) : ownerOf(input, userName);
  const resource = `user ${userName ?? ""}`.trim();
  assertMay(caller, { action: "iam:ListMFADevices", resource, owners: [owner] });
  const holder = holderOf(input, userName);
  const rows = core.state.devicesOf(holder.id);
  const name = devices.holderName(holder);
  const listName = `ListMFADevices ${holder.id}`;
  const { page, end } = pageOf(rows, bySeq, listName, query, core.sessions);
  const members = page.map((row) =>
    join(
      leaf("UserName", name),
      leaf("SerialNumber", serialOf(row)),
      leaf("EnableDate", timeText(row.enabledAtUs ?? row.createdAtUs)),
    ),
  );
  return join(list("MFADevices", members), end);
};

/** ListVirtualMFADevices: the account's, assigned or not. */
export const listVirtualMfaDevices: Act = async (input) => {
  const { checks, caller, core } = input;
  const status = checks.optional("AssignmentStatus", RULES.status) ?? "Any";
  const query = pageQuery(checks);
  checks.done();
  const { account } = caller;
  // Everyone who manages something may see them, as in the user guide's policy.
  const resource = `arn:aws:iam::${account}:mfa/`;
  const owners = [callerId(caller)];
  assertMay(caller, { action: "iam:ListVirtualMFADevices", resource, owners });
  const rows = core.state
    .devices(account)
    .filter(({ holder }) => status === "Any" || (holder !== null) === (status === "Assigned"));
  const listName = `ListVirtualMFADevices ${account} ${status}`;
  const { page, end } = pageOf(rows, bySeq, listName, query, core.sessions);
  const members = page.map((row) =>
    join(
      leaf("SerialNumber", serialOf(row)),
      row.enabledAtUs === null ? undefined : leaf("EnableDate", timeText(row.enabledAtUs)),
      holderXml(input, row),
    ),
  );
  return join(list("VirtualMFADevices", members), end);
};

/** ListUsers. */
export const listUsers: Act = async (input) => {
  const { checks, caller, core } = input;
  const prefix = checks.optional("PathPrefix", RULES.pathPrefix) ?? "/";
  const query = pageQuery(checks);
  checks.done();
  const { account } = caller;
  const owners = [callerId(caller)];
  const resource = `arn:aws:iam::${account}:user/`;
  assertMay(caller, { action: "iam:ListUsers", resource, owners });
  const rows = core.state.users(account).filter(({ path }) => path.startsWith(prefix));
  const listName = `ListUsers ${account} ${prefix}`;
  const { page, end } = pageOf(rows, bySeq, listName, query, core.sessions);
  return join(
    list(
      "Users",
      page.map((row) => userXml(row, false)),
    ),
    end,
  );
};

/** CreateUser, for admins. A permissions boundary is a policy, and there are none here. */
export const createUser: Act = async (input) => {
  const { checks, caller, users, moment } = input;
  const name = checks.required("UserName", RULES.newUserName);
  const path = checks.optional("Path", RULES.path) ?? "/";
  const boundary = checks.optional("PermissionsBoundary", RULES.roleArn);
  const tags = checks.tags();
  checks.done();
  assertPath(path);
  const { account } = caller;
  const resource = `arn:aws:iam::${account}:user${path}${name}`;
  assertMay(caller, { action: "iam:CreateUser", resource, owners: [] });
  if (boundary !== null) {
    const text = `Scope ARN: ${boundary} does not exist or is not attachable.`;
    throw new IamFault("NoSuchEntity", text);
  }
  const row = await users.create({ account, name, path, tags }, moment.nowUs);
  return element("User", userXml(row, true));
};

/** GetUser: by default the caller; root is told of root. */
export const getUser: Act = async (input) => {
  const { checks, caller, core } = input;
  const userName = checks.optional("UserName", RULES.userName);
  checks.done();
  const owner = userName === null ? callerId(caller) : ownerOf(input, userName);
  const resource = `user ${userName ?? ""}`.trim();
  assertMay(caller, { action: "iam:GetUser", resource, owners: [owner] });
  const { id, account } = holderOf(input, userName);
  const row = core.state.userById(id);
  return row === null ? rootXml(account) : element("User", userXml(row, true));
};

/** DeleteUser, for admins. */
export const deleteUser: Act = async ({ checks, caller, users }) => {
  const name = checks.required("UserName", RULES.userName);
  checks.done();
  const resource = `user ${name}`;
  assertMay(caller, { action: "iam:DeleteUser", resource, owners: [] });
  await users.delete(caller.account, name);
  return null;
};

function bySeq({ seq }: { readonly seq: number }): number {
  return seq;
}

function holderXml({ core }: ActInput, { holder, account }: DeviceRow): Xml | undefined {
  if (holder === null) return undefined;
  if (holder === account) return rootXml(account);
  const user = core.state.userById(holder);
  return user === null ? undefined : element("User", userXml(user, false));
}

/** Root's block: neither path nor name, as listings of the real service are remembered. */
function rootXml(account: string): Xml {
  return element("User", leaf("UserId", account), leaf("Arn", rootArn(account)));
}
