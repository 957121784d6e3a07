// The credentials of a token that is somebody's: listed, written, removed, renamed.

import type { CredentialCode, CredentialInfo, Device } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import { notSupported } from "../../devices/errors-firmware.ts";
import { assertAllowed } from "../../devices/protection.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { passwordFrom } from "../password-input.ts";
import { namedTokens, type ReachArguments } from "../sources.ts";
import { type NewTokenArguments, newToken } from "../state/new-token.ts";
import { formatTable } from "../table.ts";
import { UsageError } from "../usage-error.ts";

/** Which token. */
export interface ManageArguments extends ReachArguments {
  readonly device: string;
}

/** `token list`. */
export function listCredentials(
  args: ManageArguments & { readonly codes: boolean; readonly json: boolean },
  context: Context,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  return withDevice(args, context, async (device) => {
    const listed: readonly (CredentialInfo | CredentialCode)[] = args.codes
      ? await needed(device.readAll, "readAll", device, "read all codes at once")({ signal })
      : await device.list({ signal });
    if (args.json) terminal.out(`${JSON.stringify(listed.map(factsOf), null, 2)}\n`);
    else {
      const header = ["credential", "what it is", ...(args.codes ? ["code"] : [])];
      const rows = listed.map((one) => [one.name, kindText(one), codeText(one)]);
      terminal.out(formatTable(header, rows, terminal.style));
    }
  });
}

/** @see putCredential */
export interface PutArguments extends ManageArguments, NewTokenArguments {
  readonly name: string;
  readonly touch: boolean;
  readonly replace: boolean;
}

/** `token put`. */
export async function putCredential(args: PutArguments, context: Context): Promise<ExitCode> {
  const { name, touch, replace } = args;
  if (args["secret-file"] === undefined && !args["secret-stdin"]) {
    throw new UsageError(
      "put writes a secret that is given",
      "add --secret-file or --secret-stdin",
    );
  }
  if (args["secret-stdin"] && args["password-stdin"] === true) {
    throw new UsageError("stdin holds the secret or the password", "give one of them by file");
  }
  const { secret, parameters, counter } = await newToken(args, undefined, context);
  const { signal } = context;
  return withDevice(args, context, async (device) => {
    if (!replace) await refuseReplacing(device, name, signal);
    const start = parameters.kind === "hotp" ? { counter } : {};
    const asks = touch ? { touch } : {};
    await device.provision({ name, secret, parameters, ...start, ...asks }, { signal });
    context.terminal.err(`written to ${device.info.address}: ${name}\n`);
  });
}

/** `token remove`. */
export function removeCredential(
  args: ManageArguments & { readonly name: string },
  context: Context,
): Promise<ExitCode> {
  return withDevice(args, context, (device) =>
    device.remove(args.name, { signal: context.signal }),
  );
}

/** `token rename`. */
export function renameCredential(
  args: ManageArguments & { readonly name: string; readonly to: string },
  context: Context,
): Promise<ExitCode> {
  return withDevice(args, context, async (device) => {
    const rename = needed(device.rename, "rename", device, "rename credentials");
    await rename(args.name, args.to, { signal: context.signal });
  });
}

/** `token reset`. */
export function resetToken(
  args: ManageArguments & { readonly destructive: boolean; readonly serial?: string | undefined },
  context: Context,
): Promise<ExitCode> {
  const { destructive, serial } = args;
  return withDevice(args, context, async (device) => {
    const reset = needed(device.reset, "reset", device, "be reset over this interface");
    const { info } = device;
    const asked = { info, destructive, serial, held: [], ours: new Set<string>() } as const;
    assertAllowed({ ...asked, isEmulated: false, harm: "destroys" });
    await reset({ signal: context.signal });
    context.terminal.err(`${info.address} holds nothing any more\n`);
  });
}

/** `token password`. */
export async function changePassword(
  args: ManageArguments & { readonly "new-file"?: string | undefined; readonly remove: boolean },
  context: Context,
): Promise<ExitCode> {
  const path = args["new-file"];
  if ((path === undefined) === !args.remove) {
    throw new UsageError("either a new password, or none any more", "give --new-file or --remove");
  }
  const password = path === undefined ? null : await passwordFrom(path);
  return withDevice(args, context, async (device) => {
    const set = needed(device.setPassword, "password", device, "be locked by a password");
    await set(password, { signal: context.signal });
  });
}

/** Opens the token, does one thing, and closes it. */
async function withDevice(
  args: ManageArguments,
  context: Context,
  act: (device: Device) => Promise<void>,
): Promise<ExitCode> {
  await usingDevice(args, context, act);
  return EXIT.ok;
}

/** The same for what has an answer. @throws {UsageError} for a token of this process */
export async function usingDevice<T>(
  args: ManageArguments,
  context: Context,
  act: (device: Device) => Promise<T>,
): Promise<T> {
  const [named] = await namedTokens([args.device], args, context);
  if (named === undefined || named.isEmulated) {
    throw new UsageError(
      `${args.device} is fresh each time it is opened, and holds nothing`,
      "start one that stays with oathbed token run, and name it by its address",
    );
  }
  await using subject = await named.source.open({});
  return await act(await subject.connect());
}

/** An optional operation. @throws {DeviceError} not-supported */
function needed<Operation extends (...args: never[]) => unknown>(
  operation: Operation | undefined,
  extra: keyof NonNullable<Device["capabilities"]["extras"]>,
  device: Device,
  what: string,
): Operation {
  if (operation === undefined || device.capabilities.extras?.[extra] !== true) {
    throw notSupported(what);
  }
  return operation.bind(device) as Operation;
}

/** @throws {DeviceError} refused, when the token lists a credential of that name */
export async function refuseReplacing(
  device: Device,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (!device.capabilities.list) return;
  const isThere = (await device.list({ signal })).some((one) => one.name === name);
  if (!isThere) return;
  throw new DeviceError("refused", `${device.info.address} has a credential "${name}" already`, {
    hint: "choose another name, or replace it with --replace; its secret is gone then",
  });
}

function factsOf(one: CredentialInfo | CredentialCode): Readonly<Record<string, unknown>> {
  const { name, parameters } = one;
  return {
    name,
    ...parameters,
    ...("t0" in parameters ? { t0: Number(parameters.t0) } : {}),
    ...("state" in one ? { state: one.state } : {}),
    ...("code" in one ? { code: one.code } : {}),
  };
}

function kindText({ parameters }: CredentialInfo): string {
  const { kind, algorithm, digits } = parameters;
  const step = parameters.kind === "totp" ? `, ${parameters.stepSeconds} s` : "";
  return `${kind.toUpperCase()}, ${algorithm}, ${digits} digits${step}`;
}

function codeText(one: CredentialInfo | CredentialCode): string {
  if (!("state" in one)) return "";
  switch (one.state) {
    case "code":
      return one.code;
    case "counter":
      return "counts: not read";
    case "touch":
      return "asks for a touch";
  }
}
