// The complete dialect, `oathbed-shell 1` (docs/serial-shell.md): every command is answered,
// refusals are named, and `version` tells what the token can do.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import { describeShellLine } from "../../core/wire/shell-log.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  CredentialInput,
  HotpRequest,
  TotpRequest,
} from "../device.ts";
import { refusalError } from "../errors-firmware.ts";
import {
  assertTokenTime,
  badArgument,
  notAnAnswer,
  parseTimeAnswer,
  parseTotpAnswer,
} from "./answers.ts";
import { parseCredentialLine } from "./credential-line.ts";
import type { Ask, ShellDialect } from "./shell-dialect.ts";
import type { ShellVersion } from "./version-line.ts";

/** Longest line the shell takes; longer ones are not sent. */
const MAX_LINE_CHARACTERS = 512;

/** @see ShellDialect */
export class CompleteDialect implements ShellDialect {
  readonly model: string;
  readonly firmware: string;
  readonly capabilities: Capabilities;

  constructor(version: ShellVersion) {
    this.model = version.profile;
    this.firmware = version.firmware;
    this.capabilities = capabilitiesOf(version);
  }

  async readTotp(ask: Ask, { credential }: TotpRequest): Promise<CodeReading> {
    return parseTotpAnswer(await accepted(ask, `totp${nameArgument(credential)}`));
  }

  async readHotp(ask: Ask, { credential, counter }: HotpRequest): Promise<CodeReading> {
    const which = counter === undefined ? "next" : String(counter);
    const body = await accepted(ask, `hotp ${which}${nameArgument(credential)}`);
    const [, factor, code] = /^Counter: (\d{1,20})\n(\d{6,10})\n?$/.exec(body) ?? [];
    if (factor === undefined || code === undefined) throw notAnAnswer("an event-based code");
    const movingFactor = BigInt(factor);
    if (counter !== undefined && movingFactor !== counter) throw notAnAnswer("for that counter");
    return { code, movingFactor };
  }

  async provision(ask: Ask, credential: CredentialInput): Promise<void> {
    const { name, secret, parameters, counter = 0n } = credential;
    const { kind, algorithm, digits } = parameters;
    const time = kind === "totp" ? `${parameters.stepSeconds} ${parameters.t0}` : "0 0";
    const hex = Buffer.from(secret).toString("hex");
    const line = `keyput ${encoded(name)} ${kind} ${algorithm} ${digits} ${time} ${counter} ${hex}`;
    await acknowledged(ask, line);
  }

  async list(ask: Ask): Promise<readonly CredentialInfo[]> {
    const lines = (await accepted(ask, "list")).split("\n").filter((line) => line !== "");
    if (lines.pop() !== "ok") throw notAnAnswer("a list of credentials");
    return lines.map(parseCredentialLine);
  }

  async remove(ask: Ask, name: string): Promise<void> {
    await acknowledged(ask, `rm ${encoded(name)}`);
  }

  async setTime(ask: Ask, seconds: number): Promise<void> {
    assertTokenTime(seconds, this.capabilities.timeRange);
    parseTimeAnswer(await accepted(ask, `time ${seconds}`));
  }

  async readTime(ask: Ask): Promise<number> {
    return parseTimeAnswer(await accepted(ask, "time"));
  }
}

function capabilitiesOf(version: ShellVersion): Capabilities {
  const { algorithms, digits, stepSeconds, secretBytes, credentials, timeRange } = version;
  return {
    totp: { algorithms, digits, stepSeconds, t0: true, clock: "token" },
    hotp: {
      algorithms,
      digits,
      atCounter: true,
      ownCounter: true,
      highestCounter: MAX_MOVING_FACTOR,
    },
    provision: { secretBytes, names: true, credentials },
    list: true,
    remove: true,
    setTime: true,
    readTime: true,
    button: version.button,
    timeRange,
  };
}

/** The answer, unless it is `error: refusal: text`. */
async function accepted(ask: Ask, line: string): Promise<string> {
  if (line.length > MAX_LINE_CHARACTERS) {
    throw badArgument("the name or the secret is longer than a line of this token takes");
  }
  const body = await ask(line);
  const [, refusal, text] = /^error: ([a-z0-9-]{1,40}): ([^\n]*)/.exec(body) ?? [];
  if (refusal === undefined || text === undefined) return body;
  // The log's form: should the token repeat a secret, it is not shown.
  const [, , shown = text] =
    /^error: ([a-z0-9-]+): (.*)$/.exec(describeShellLine("from-token", body.trim(), line)) ?? [];
  throw refusalError(refusal, shown);
}

async function acknowledged(ask: Ask, line: string): Promise<void> {
  if ((await accepted(ask, line)) !== "ok\n") throw notAnAnswer('"ok"');
}

function nameArgument(name: string | undefined): string {
  return name === undefined ? "" : ` ${encoded(name)}`;
}

function encoded(name: string): string {
  try {
    return encodeURIComponent(name);
  } catch {
    throw badArgument("the name is not well-formed Unicode");
  }
}
