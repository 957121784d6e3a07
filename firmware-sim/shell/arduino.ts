// The generic dialect as it is found on Arduino-type tokens: one secret of raw characters, SHA-1,
// 30 s steps. Unknown commands are silently ignored.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import type { ShellCommand } from "../../core/wire/shell-lines.ts";
import type { EmulatedToken, StoredCredential } from "../emulated-token.ts";
import { hotpCode } from "../hotp.ts";
import { DEFAULT_CREDENTIAL, readUnsigned, type ShellSettings, timeLines } from "./settings.ts";

const HELP = "key time totp hotp digit help\n";

/** What the token prints for a command. @throws {FirmwareError} for what it refuses */
export function arduinoCommand(
  token: EmulatedToken,
  settings: ShellSettings,
  command: ShellCommand,
): string {
  const { word, argument } = command;
  switch (word) {
    case "key":
      if (argument === undefined) return keyText(token);
      setKey(token, settings, new TextEncoder().encode(argument));
      return "";
    case "digit":
      if (argument === undefined) return `${settings.digits}\n`;
      return setDigits(token, settings, Number(readUnsigned("digit", argument, 10n)));
    case "time":
      if (argument !== undefined) {
        token.setTime(Number(readUnsigned("time", argument, BigInt(Number.MAX_SAFE_INTEGER))));
      }
      return timeLines(Math.floor(token.nowUs() / 1_000_000));
    case "totp": {
      const { tokenSeconds, movingFactor, code } = token.totp(DEFAULT_CREDENTIAL);
      return `Timestamp: ${tokenSeconds}\nCounter: ${movingFactor}\n${code}`;
    }
    case "hotp": {
      const stored = defaultCredential(token);
      const counter = readUnsigned("hotp", argument, MAX_MOVING_FACTOR);
      return stored === undefined ? "" : hotpCode(stored.secret, counter, stored.parameters);
    }
    case "help":
      return HELP;
    default:
      return "";
  }
}

function keyText(token: EmulatedToken): string {
  const stored = defaultCredential(token);
  return stored === undefined ? "" : `${new TextDecoder("latin1").decode(stored.secret)}\n`;
}

function setDigits(token: EmulatedToken, settings: ShellSettings, digits: number): string {
  const stored = defaultCredential(token);
  if (stored !== undefined) token.put({ ...stored, parameters: { ...stored.parameters, digits } });
  settings.digits = digits;
  return "";
}

function setKey(token: EmulatedToken, settings: ShellSettings, secret: Uint8Array): void {
  token.put({ name: DEFAULT_CREDENTIAL, secret, parameters: { kind: "totp", ...settings } });
}

function defaultCredential(token: EmulatedToken): StoredCredential | undefined {
  return token.list().find(({ name }) => name === DEFAULT_CREDENTIAL);
}
