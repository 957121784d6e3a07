// The generic dialect as it is found on Arduino-type tokens: one secret of raw characters, SHA-1,
// 30 s steps. Unknown commands are silently ignored.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import type { ShellCommand } from "../../core/wire/shell-lines.ts";
import type { EmulatedToken } from "../emulated-token.ts";
import {
  changeSettings,
  currentSettings,
  DEFAULT_CREDENTIAL,
  defaultCredential,
  readUnsigned,
  type ShellSettings,
  setDefaultSecret,
  timeLines,
} from "./settings.ts";

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
      setDefaultSecret(token, settings, new TextEncoder().encode(argument));
      return "";
    case "digit":
      if (argument === undefined) return `${currentSettings(token, settings).digits}\n`;
      changeSettings(token, settings, { digits: Number(readUnsigned("digit", argument, 10n)) });
      return "";
    case "time":
      if (argument !== undefined) {
        token.setTime(Number(readUnsigned("time", argument, BigInt(Number.MAX_SAFE_INTEGER))));
      }
      return timeLines(token);
    case "totp": {
      const { tokenSeconds, movingFactor, code } = token.totp(DEFAULT_CREDENTIAL);
      return `Timestamp: ${tokenSeconds}\nCounter: ${movingFactor}\n${code}`;
    }
    case "hotp": {
      const counter = readUnsigned("hotp", argument, MAX_MOVING_FACTOR);
      return token.codeAt(DEFAULT_CREDENTIAL, counter).code;
    }
    case "help":
      return HELP;
    default:
      return "";
  }
}

/** These tokens show their secret: it is the protocol. */
function keyText(token: EmulatedToken): string {
  const stored = defaultCredential(token);
  return stored === undefined ? "" : `${new TextDecoder("latin1").decode(stored.secret)}\n`;
}
