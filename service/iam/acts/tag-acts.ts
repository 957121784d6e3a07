// The tags of a device.

import { assertMay } from "../caller.ts";
import { RULES, withTags } from "../checks.ts";
import { pageOf, pageQuery } from "../pages.ts";
import { join, list } from "../xml.ts";
import { type Act, tagXml } from "./act.ts";
import { ownDevice } from "./device-acts.ts";

/** TagMFADevice: a tag whose key is there already, in any case, is replaced. */
export const tagMfaDevice: Act = async (input) => {
  const { checks, caller, devices } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  const tags = checks.tags(true);
  checks.done();
  assertMay(caller, ownDevice(input, "iam:TagMFADevice", serial));
  await devices.retag(caller.account, serial, (old) => withTags(old, tags));
  return null;
};

/** UntagMFADevice: keys that are not there are no error. */
export const untagMfaDevice: Act = async (input) => {
  const { checks, caller, devices } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  const keys = new Set(checks.tagKeys().map((key) => key.toLowerCase()));
  checks.done();
  assertMay(caller, ownDevice(input, "iam:UntagMFADevice", serial));
  await devices.retag(caller.account, serial, (old) =>
    old.filter(({ key }) => !keys.has(key.toLowerCase())),
  );
  return null;
};

/** ListMFADeviceTags. */
export const listMfaDeviceTags: Act = async (input) => {
  const { checks, caller, core, devices } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  const query = pageQuery(checks);
  checks.done();
  assertMay(caller, ownDevice(input, "iam:ListMFADeviceTags", serial));
  const { tags } = devices.find(caller.account, serial);
  const listName = `ListMFADeviceTags ${serial}`;
  const { page, end } = pageOf(tags, (_, at) => at, listName, query, core.sessions);
  return join(list("Tags", page.map(tagXml)), end);
};
