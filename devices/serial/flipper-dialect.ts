// The Flipper Authenticator as a dialect of the serial driver: it is provisioned, listed and
// emptied. Its command line neither reads codes nor sets the clock (protocols/serial-tokens.md
// §1.6): codes come from its display or are typed, which is the operator driver's affair.

import { encodeBase32 } from "../../core/oath/base32.ts";
import type { OtpauthKey } from "../../core/oath/otpauth.ts";
import type { OathParameters } from "../../core/oath/parameters.ts";
import type { Capabilities, CodeReading, CredentialInfo, CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import { badArgument, notAnAnswer } from "./answers.ts";
import {
  type FlipperRow,
  flipperRefusal,
  parseFlipperAttributes,
  parseFlipperExport,
  parseFlipperList,
} from "./flipper-answers.ts";
import type { Ask, ShellDialect } from "./shell-dialect.ts";

const STEP = { low: 15, high: 255 } as const;
const DIGITS: readonly number[] = [6, 8];
const SECRET_BYTES = { low: 1, high: 128 } as const;
const MAX_NAME_CHARACTERS = 64;

/** Neither `totp` nor `hotp`: no code can be read over this line. */
const CAPABILITIES: Capabilities = {
  // How many tokens the app holds is documented nowhere; so many were tried.
  provision: { secretBytes: SECRET_BYTES, names: true, credentials: 60 },
  list: true,
  remove: true,
  setTime: false,
  readTime: false,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 0xffff_ffff },
};

/** @see ShellDialect */
export class FlipperDialect implements ShellDialect {
  readonly model = "flipper-authenticator";
  readonly firmware: string;
  readonly capabilities: Capabilities = CAPABILITIES;

  constructor(firmware: string) {
    this.firmware = firmware;
  }

  async readTotp(): Promise<CodeReading> {
    throw notSupported("give codes over this line: it shows or types them, see --device operator:");
  }

  async readHotp(): Promise<CodeReading> {
    throw notSupported("give codes over this line: it shows or types them, see --device operator:");
  }

  /** A token of the same name is updated in one command. */
  async provision(ask: Ask, credential: CredentialInput): Promise<void> {
    assertProvisionable(credential);
    const { name, secret } = credential;
    const old = (await rows(ask)).find((row) => row.name === name);
    const command = old === undefined ? `add "${name}"` : `update ${old.index} -s`;
    const body = await accepted(
      ask,
      `totp ${command} ${optionsOf(credential)}\n${encodeBase32(secret)}`,
    );
    if (!/has been successfully (added|updated)\n?$/.test(body)) throw notAnAnswer("a success");
  }

  async list(ask: Ask): Promise<readonly CredentialInfo[]> {
    const all: CredentialInfo[] = [];
    for (const { index, name } of await rows(ask)) {
      const body = await accepted(ask, `totp lsattr ${index} --tsv`);
      const parameters = parseFlipperAttributes(body);
      if (parameters !== undefined) all.push({ name, parameters });
    }
    return all;
  }

  async remove(ask: Ask, name: string): Promise<void> {
    const row = (await rows(ask)).find((each) => each.name === name);
    if (row === undefined) {
      throw new DeviceError("refused", `there is no token "${name}" on the Flipper`, {
        hint: "list the credentials of the token",
      });
    }
    const body = await accepted(ask, `totp rm ${row.index} -f`);
    if (!/has been successfully deleted\n?$/.test(body)) throw notAnAnswer("a success");
  }

  async setTime(): Promise<void> {
    throw notSupported("be set to a time over this line");
  }

  async readTime(): Promise<number> {
    throw notSupported("tell its time over this line");
  }
}

/**
 * Reads all keys, secrets included, after the person has confirmed it on the device.
 *
 * @throws {DeviceError} refused, protocol
 */
export async function exportFlipperKeys(ask: Ask): Promise<readonly OtpauthKey[]> {
  return parseFlipperExport(await accepted(ask, "totp export"));
}

/** Finds out which app it is. @throws {DeviceError} refused when it is not open */
export async function flipperDialectOf(ask: Ask): Promise<FlipperDialect> {
  const body = await accepted(ask, "totp version");
  const version = /^(\d{1,3}(?:\.\d{1,3}){1,3}[^\s]{0,40})\n?$/.exec(body)?.[1];
  if (version === undefined) throw notAnAnswer("a version of the Authenticator");
  return new FlipperDialect(version);
}

async function rows(ask: Ask): Promise<readonly FlipperRow[]> {
  return parseFlipperList(await accepted(ask, "totp ls --tsv"));
}

async function accepted(ask: Ask, line: string): Promise<string> {
  const body = await ask(line);
  const refusal = flipperRefusal(body);
  if (refusal !== undefined) throw refusal;
  return body;
}

function optionsOf({ parameters, counter = 0n }: CredentialInput): string {
  const { kind, digits } = parameters;
  const moving = kind === "totp" ? `-l ${parameters.stepSeconds}` : `-i ${counter}`;
  return `-t ${kind} -a ${parameters.algorithm.toLowerCase()} -d ${digits} ${moving}`;
}

function assertProvisionable({ name, secret, parameters, counter = 0n }: CredentialInput): void {
  const { low, high } = SECRET_BYTES;
  const isName = /^[\x20-\x7e]+$/.test(name) && !name.includes('"');
  const problems = [
    ...(isName && name.length <= MAX_NAME_CHARACTERS
      ? []
      : [`the name must be 1 to ${MAX_NAME_CHARACTERS} ASCII characters, no double quote`]),
    ...(secret.length >= low && secret.length <= high
      ? []
      : [`the secret must be ${low} to ${high} bytes, not ${secret.length}`]),
    ...(DIGITS.includes(parameters.digits) ? [] : [`the digits must be ${DIGITS.join(", ")}`]),
    ...stepProblems(parameters),
    ...(counter >= 0n && counter <= 0xffff_ffff_ffff_ffffn
      ? []
      : ["the counter must be from 0 to 2^64 - 1"]),
  ];
  if (problems.length > 0) throw badArgument(problems.join("; "));
}

function stepProblems(parameters: OathParameters): readonly string[] {
  if (parameters.kind === "hotp") return [];
  const { stepSeconds, t0 } = parameters;
  const isStep =
    Number.isInteger(stepSeconds) && stepSeconds >= STEP.low && stepSeconds <= STEP.high;
  return [
    ...(isStep ? [] : [`the step must be ${STEP.low} to ${STEP.high} seconds`]),
    ...(t0 === 0 ? [] : ["T0 must be 0"]),
  ];
}
