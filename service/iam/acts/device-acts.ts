// The acts on one virtual MFA device.

import { encodeBase32 } from "../../../core/oath/base32.ts";
import { assertMay, callerId, rootArn } from "../caller.ts";
import { assertPath, RULES } from "../checks.ts";
import { ROOT_NAME } from "../config.ts";
import { denied, IamFault } from "../fault.ts";
import { qrCode } from "../qr-code.ts";
import { serialOf } from "../state/model.ts";
import { element, join, leaf } from "../xml.ts";
import { type Act, type ActInput, holderOf, ownerOf, tagsXml, timeText } from "./act.ts";

/** The name that root's device has in listings. */
export const ROOT_DEVICE = "root-account-mfa-device";
const ROOT_REFUSED =
  "The MFA device of the root user is enabled on the page, with root's sign-in, not by this API.";

/** CreateVirtualMFADevice: the only answer that ever has the secret. */
export const createVirtualMfaDevice: Act = async (input) => {
  const { checks, caller, core, devices, moment } = input;
  const name = checks.required("VirtualMFADeviceName", RULES.deviceName);
  const path = checks.optional("Path", RULES.path) ?? "/";
  const tags = checks.tags();
  checks.done();
  assertPath(path);
  const resource = `arn:aws:iam::${caller.account}:mfa${path}${name}`;
  assertMay(caller, {
    action: "iam:CreateVirtualMFADevice",
    resource,
    owners: [callerId(caller)],
  });
  const { account } = caller;
  const given = { account, name, path, tags, creator: callerId(caller) };
  const { row, secret } = await devices.create(given, moment);
  const seed = encodeBase32(secret);
  secret.fill(0);
  const alias = core.config.accounts.find(({ id }) => id === account)?.alias ?? account;
  const png = await qrCode({ name, account: alias, issuer: core.config.issuer, seed });
  return element(
    "VirtualMFADevice",
    leaf("SerialNumber", serialOf(row)),
    leaf("Base32StringSeed", Buffer.from(seed).toString("base64")),
    leaf("QRCodePNG", png.toString("base64")),
    tagsXml(row.tags),
  );
};

/** EnableMFADevice. Root's is enabled on the page only. */
export const enableMfaDevice: Act = async (input) => {
  const { devices, caller, moment } = input;
  const { userName, serial, codes } = pairOf(input);
  if (userName.toLowerCase() === ROOT_NAME || serial.endsWith(`/${ROOT_DEVICE}`)) {
    throw denied(ROOT_REFUSED);
  }
  assertMay(caller, ownUser(input, "iam:EnableMFADevice", userName));
  await devices.enable(serial, holderOf(input, userName), codes, moment);
  return null;
};

/** ResyncMFADevice. */
export const resyncMfaDevice: Act = async (input) => {
  const { devices, caller, moment } = input;
  const { userName, serial, codes } = pairOf(input);
  if (userName.toLowerCase() === ROOT_NAME) throw denied(ROOT_REFUSED);
  assertMay(caller, ownUser(input, "iam:ResyncMFADevice", userName));
  await devices.resync(serial, holderOf(input, userName), codes, moment);
  return null;
};

/** DeactivateMFADevice. A user's own device: only in a session with MFA. */
export const deactivateMfaDevice: Act = async (input) => {
  const { checks, caller, devices, moment } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  const userName = checks.optional("UserName", RULES.userName);
  checks.done();
  if (userName?.toLowerCase() === ROOT_NAME) throw denied(ROOT_REFUSED);
  if (userName === null && caller.kind === "root") throw denied(ROOT_REFUSED);
  const name = userName ?? (caller.kind === "user" ? caller.user.name : "");
  assertMay(caller, { ...ownUser(input, "iam:DeactivateMFADevice", name), needsMfa: true });
  await devices.deactivate(serial, holderOf(input, userName), moment);
  return null;
};

/** DeleteVirtualMFADevice. */
export const deleteVirtualMfaDevice: Act = async (input) => {
  const { checks, caller, devices, moment } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  checks.done();
  assertMay(caller, ownDevice(input, "iam:DeleteVirtualMFADevice", serial));
  await devices.delete(caller.account, serial, moment);
  return null;
};

/** GetMFADevice; for virtual devices it is this bench's extension. */
export const getMfaDevice: Act = async (input) => {
  const { checks, caller, devices } = input;
  const serial = checks.required("SerialNumber", RULES.serial);
  const userName = checks.optional("UserName", RULES.newUserName);
  checks.done();
  assertMay(caller, ownDevice(input, "iam:GetMFADevice", serial));
  const row = devices.find(caller.account, serial);
  if (userName !== null && holderOf(input, userName).id !== row.holder) {
    throw new IamFault("NoSuchEntity", "MFA Device invalid for user.");
  }
  return join(
    leaf("SerialNumber", serialOf(row)),
    row.holder === null || row.holder === row.account
      ? undefined
      : leaf("UserName", devices.holderName({ account: row.account, id: row.holder })),
    row.enabledAtUs === null ? undefined : leaf("EnableDate", timeText(row.enabledAtUs)),
  );
};

/** A device and whose it is: its holder's, and while nobody holds it, its maker's. */
export function ownDevice(
  { core, caller }: ActInput,
  action: string,
  serial: string,
): { action: string; resource: string; owners: readonly (string | null)[] } {
  const row = core.state.device(serial);
  const isHere = row !== null && row.account === caller.account;
  return { action, resource: serial, owners: isHere ? [row.holder ?? row.creator] : [] };
}

function ownUser(
  input: ActInput,
  action: string,
  name: string,
): { action: string; resource: string; owners: readonly (string | null)[] } {
  const { account } = input.caller;
  const resource = name === "" ? rootArn(account) : `user ${name}`;
  return { action, resource, owners: [ownerOf(input, name)] };
}

function pairOf({ checks }: ActInput): {
  readonly userName: string;
  readonly serial: string;
  readonly codes: readonly [string, string];
} {
  const userName = checks.required("UserName", RULES.userName);
  const serial = checks.required("SerialNumber", RULES.serial);
  const first = checks.required("AuthenticationCode1", RULES.code);
  const second = checks.required("AuthenticationCode2", RULES.code);
  checks.done();
  return { userName, serial, codes: [first, second] };
}
