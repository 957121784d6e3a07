// The generic dialect of Arduino-type tokens (protocols/serial-tokens.md §2): one secret of
// printable characters, SHA-1, 30 s steps. Unknown commands are ignored without a word, and so are
// many mistakes: what can be checked is checked before it is sent.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import type {
  Capabilities,
  CodeReading,
  CredentialInfo,
  CredentialInput,
  HotpRequest,
} from "../device.ts";
import { DeviceError } from "../errors.ts";
import { notSupported } from "../errors-firmware.ts";
import {
  assertTokenTime,
  badArgument,
  notAnAnswer,
  parseTimeAnswer,
  parseTotpAnswer,
} from "./answers.ts";
import type { Ask, ShellDialect } from "./shell-dialect.ts";

/** Line buffer of 128 characters, less `key` and its spaces. */
const MAX_SECRET_BYTES = 122;
const DIGITS: readonly number[] = [6, 7, 8, 9, 10];

const CAPABILITIES: Capabilities = {
  totp: {
    algorithms: ["SHA1"],
    digits: DIGITS,
    stepSeconds: { low: 30, high: 30 },
    t0: false,
    clock: "token",
  },
  hotp: {
    algorithms: ["SHA1"],
    digits: DIGITS,
    atCounter: true,
    ownCounter: false,
    highestCounter: MAX_MOVING_FACTOR,
  },
  provision: {
    secretBytes: { low: 1, high: MAX_SECRET_BYTES },
    secretAlphabet: "printable-ascii",
    names: false,
    credentials: 1,
  },
  list: false,
  remove: false,
  setTime: true,
  readTime: true,
  button: false,
  timeRange: { fromSeconds: 0, toSeconds: 0xffff_ffff },
};

/** @see ShellDialect */
export class ArduinoDialect implements ShellDialect {
  readonly model = "arduino-shell";
  readonly capabilities: Capabilities = CAPABILITIES;

  async readTotp(ask: Ask): Promise<CodeReading> {
    return parseTotpAnswer(await accepted(ask, "totp"));
  }

  async readHotp(ask: Ask, { counter }: HotpRequest): Promise<CodeReading> {
    if (counter === undefined) throw notSupported("count by itself; name a counter");
    if (counter < 0n || counter > MAX_MOVING_FACTOR) {
      throw badArgument("the counter must be from 0 to 2^64 - 1");
    }
    const body = await accepted(ask, `hotp ${counter}`);
    if (body === "") throw refused("the token holds no key");
    const code = /^(\d{6,10})\n?$/.exec(body)?.[1];
    if (code === undefined) throw notAnAnswer("an event-based code");
    return { code, movingFactor: counter };
  }

  async provision(ask: Ask, credential: CredentialInput): Promise<void> {
    assertProvisionable(credential);
    const { digits } = credential.parameters;
    const before = /^(\d{1,2})\n?$/.exec(await accepted(ask, "digit"))?.[1];
    if (before === undefined) throw notAnAnswer("a number of digits");
    await silent(ask, `digit ${digits}`);
    try {
      await silent(ask, `key ${Buffer.from(credential.secret).toString("latin1")}`);
    } catch (error) {
      // Whole or not at all: the old key keeps its digits.
      if (error instanceof DeviceError && error.code === "refused") {
        await silent(ask, `digit ${before}`);
      }
      throw error;
    }
  }

  async list(): Promise<readonly CredentialInfo[]> {
    throw notSupported("list its credentials");
  }

  async remove(): Promise<void> {
    throw notSupported("remove a credential");
  }

  async setTime(ask: Ask, seconds: number): Promise<void> {
    assertTokenTime(seconds, CAPABILITIES.timeRange);
    parseTimeAnswer(await accepted(ask, `time ${seconds}`));
  }

  async readTime(ask: Ask): Promise<number> {
    return parseTimeAnswer(await accepted(ask, "time"));
  }
}

/** `Error!` is all it says when it says something. */
async function accepted(ask: Ask, line: string): Promise<string> {
  const body = await ask(line);
  if (!/^\n?Error!\n?$/.test(body)) return body;
  throw refused('the token answered "Error!", and nothing more');
}

async function silent(ask: Ask, line: string): Promise<void> {
  if ((await accepted(ask, line)) !== "") throw notAnAnswer("an empty one");
}

function refused(message: string): DeviceError {
  return new DeviceError("refused", message, {
    hint: "this token does not say why: check that it holds a key and what time it has",
  });
}

function assertProvisionable({ secret, parameters, counter = 0n }: CredentialInput): void {
  const problems = [
    ...(secret.length >= 1 && secret.length <= MAX_SECRET_BYTES
      ? []
      : [`the secret must be 1 to ${MAX_SECRET_BYTES} bytes, not ${secret.length}`]),
    ...(secret.every((byte) => byte >= 0x20 && byte <= 0x7e)
      ? []
      : ["the secret must consist of printable ASCII characters"]),
    ...(parameters.algorithm === "SHA1" ? [] : ["the algorithm must be SHA1"]),
    ...(DIGITS.includes(parameters.digits) ? [] : [`the digits must be ${DIGITS.join(", ")}`]),
    ...(parameters.kind === "hotp" || (parameters.stepSeconds === 30 && parameters.t0 === 0)
      ? []
      : ["the step must be 30 seconds and T0 must be 0"]),
    ...(counter === 0n ? [] : ["the token keeps no counter"]),
  ];
  if (problems.length > 0) throw badArgument(problems.join("; "));
}
