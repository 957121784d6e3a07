// STS: sessions with and without MFA, roles, and who one is.

import { type Caller, callerArn, callerId } from "../caller.ts";
import { type Checks, RULES } from "../checks.ts";
import type { ConfiguredRole } from "../config.ts";
import { denied, invalid } from "../fault.ts";
import { roleId } from "../role-id.ts";
import type { SessionCredentials } from "../sessions.ts";
import { element, join, leaf, type Xml } from "../xml.ts";
import { type Act, type ActInput, timeText } from "./act.ts";

const DAY_SECONDS = 86_400;
const SHORTEST_SECONDS = 900;
const ROOT_SECONDS = 3600;
/** The real text ends with a space. */
const INVALID_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const INVALID_SERIAL =
  "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial " +
  "number is valid and associated with this user.";
const ONLY_ONE =
  "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
/** Parameters of AssumeRole that would narrow a session: nothing here evaluates policies. */
const NARROWING = [
  "Policy",
  "PolicyArns",
  "Tags",
  "TransitiveTagKeys",
  "SourceIdentity",
  "ProvidedContexts",
];

/** GetSessionToken: with a code the session carries MFA. */
export const getSessionToken: Act = async (input) => {
  const { checks, caller, core, moment } = input;
  const asked = checks.number("DurationSeconds", SHORTEST_SECONDS, 1.5 * DAY_SECONDS);
  const mfa = mfaOf(checks);
  checks.done();
  if (caller.session !== null) {
    throw denied("Cannot call GetSessionToken with session credentials");
  }
  const isMfa = await checkMfa(input, mfa);
  const wanted = asked ?? DAY_SECONDS / 2;
  const seconds = caller.kind === "root" ? Math.min(wanted, ROOT_SECONDS) : wanted;
  const kind = caller.kind === "user" ? "user" : "root";
  const principal = callerId(caller);
  const who = { account: caller.account, principal, kind, sessionName: "", isMfa } as const;
  return credentialsXml(core.sessions.create(who, moment.nowUs, seconds));
};

/** AssumeRole. Whether the role may be assumed is told first: no code is used up for a refusal. */
export const assumeRole: Act = async (input) => {
  const { checks, caller, core, moment, parameters } = input;
  const arn = checks.required("RoleArn", RULES.roleArn);
  const sessionName = checks.required("RoleSessionName", RULES.sessionName);
  const asked = checks.number("DurationSeconds", SHORTEST_SECONDS, DAY_SECONDS / 2);
  const externalId = checks.optional("ExternalId", RULES.externalId);
  const mfa = mfaOf(checks);
  checks.done();
  const names = [...parameters.keys()].map((name) => name.split(".")[0] ?? "");
  const narrowing = NARROWING.find((name) => names.includes(name));
  if (narrowing !== undefined) throw invalid(`${narrowing} is not supported by this endpoint.`);
  if (caller.kind === "root") throw denied("Roles may not be assumed by root accounts.");
  const found = findRole(input, arn);
  const refusal = denied(
    `User: ${callerArn(caller)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  );
  if (found === null || !isTrusted(caller, found.role, externalId)) throw refusal;
  const { role, account } = found;
  const seconds = asked ?? ROOT_SECONDS;
  if (seconds > role.maxSessionSeconds) {
    throw invalid(
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  const hasCode = await checkMfa(input, mfa);
  const isMfa = hasCode || caller.session?.isMfa === true;
  if (role.requireMfa && !isMfa) throw refusal;
  const who = { account, principal: role.name, kind: "role", sessionName, isMfa } as const;
  const id = roleId(account, role.name);
  return join(
    credentialsXml(core.sessions.create(who, moment.nowUs, seconds)),
    element(
      "AssumedRoleUser",
      leaf("AssumedRoleId", `${id}:${sessionName}`),
      leaf("Arn", `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`),
    ),
  );
};

/** GetCallerIdentity: needs a signature and no permission. */
export const getCallerIdentity: Act = async ({ caller, checks }) => {
  checks.done();
  return join(
    leaf("Arn", callerArn(caller)),
    leaf("UserId", userIdOf(caller)),
    leaf("Account", caller.account),
  );
};

interface MfaParameters {
  readonly serial: string | null;
  readonly code: string | null;
}

function mfaOf(checks: Checks): MfaParameters {
  const serial = checks.optional("SerialNumber", RULES.serial);
  return { serial, code: checks.optional("TokenCode", RULES.tokenCode) };
}

/**
 * Whether a code was given; if it was, it is right, and used up.
 *
 * @throws {IamFault} AccessDenied: half given, not the caller's device, or not a code that counts
 */
async function checkMfa(input: ActInput, { serial, code }: MfaParameters): Promise<boolean> {
  const { caller, core, devices, moment } = input;
  if (serial === null && code === null) return false;
  if (serial === null || code === null) throw denied(ONLY_ONE);
  const holder = caller.kind === "user" ? caller.user.id : caller.account;
  const row = caller.kind === "role" ? null : core.state.device(serial);
  if (row === null || row.account !== caller.account || row.holder !== holder) {
    throw denied(INVALID_SERIAL);
  }
  if (!(await devices.login(row, code, moment))) throw denied(INVALID_CODE);
  return true;
}

function findRole(
  { core }: ActInput,
  arn: string,
): { readonly role: ConfiguredRole; readonly account: string } | null {
  for (const { id, roles } of core.config.accounts) {
    const role = roles.find(({ path, name }) => arn === `arn:aws:iam::${id}:role${path}${name}`);
    if (role !== undefined) return { role, account: id };
  }
  return null;
}

function isTrusted(caller: Caller, role: ConfiguredRole, externalId: string | null): boolean {
  const isNamed = caller.kind === "user" && role.trusts.includes(callerArn(caller));
  return isNamed && (role.externalId === null || role.externalId === externalId);
}

function userIdOf(caller: Caller): string {
  if (caller.kind !== "role") return callerId(caller);
  return `${roleId(caller.account, caller.role.name)}:${caller.sessionName}`;
}

function credentialsXml(credentials: SessionCredentials): Xml {
  return element(
    "Credentials",
    leaf("AccessKeyId", credentials.accessKeyId),
    leaf("SecretAccessKey", credentials.secretAccessKey),
    leaf("SessionToken", credentials.sessionToken),
    leaf("Expiration", timeText(credentials.expiresAtUs)),
  );
}
