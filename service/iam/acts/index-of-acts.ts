// Every action of the protocol that is served, by service.

import type { Act } from "./act.ts";
import {
  createVirtualMfaDevice,
  deactivateMfaDevice,
  deleteVirtualMfaDevice,
  enableMfaDevice,
  getMfaDevice,
  resyncMfaDevice,
} from "./device-acts.ts";
import {
  createUser,
  deleteUser,
  getUser,
  listMfaDevices,
  listUsers,
  listVirtualMfaDevices,
} from "./list-acts.ts";
import { assumeRole, getCallerIdentity, getSessionToken } from "./sts-acts.ts";
import { listMfaDeviceTags, tagMfaDevice, untagMfaDevice } from "./tag-acts.ts";

/** A protocol: its version, its namespace and its actions. */
export interface Protocol {
  readonly name: "iam" | "sts";
  readonly version: string;
  readonly namespace: string;
  readonly acts: ReadonlyMap<string, Act>;
}

/** IAM, 2010-05-08. */
export const IAM: Protocol = {
  name: "iam",
  version: "2010-05-08",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  acts: new Map<string, Act>([
    ["CreateVirtualMFADevice", createVirtualMfaDevice],
    ["EnableMFADevice", enableMfaDevice],
    ["ResyncMFADevice", resyncMfaDevice],
    ["DeactivateMFADevice", deactivateMfaDevice],
    ["DeleteVirtualMFADevice", deleteVirtualMfaDevice],
    ["ListMFADevices", listMfaDevices],
    ["ListVirtualMFADevices", listVirtualMfaDevices],
    ["GetMFADevice", getMfaDevice],
    ["TagMFADevice", tagMfaDevice],
    ["UntagMFADevice", untagMfaDevice],
    ["ListMFADeviceTags", listMfaDeviceTags],
    ["CreateUser", createUser],
    ["GetUser", getUser],
    ["ListUsers", listUsers],
    ["DeleteUser", deleteUser],
  ]),
};

/** STS, 2011-06-15. */
export const STS: Protocol = {
  name: "sts",
  version: "2011-06-15",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  acts: new Map<string, Act>([
    ["GetSessionToken", getSessionToken],
    ["AssumeRole", assumeRole],
    ["GetCallerIdentity", getCallerIdentity],
  ]),
};
