// What PC/SC says, as a DeviceError. The package gives texts, no codes: they are its own, in one
// language, fixed with its version.

import { DeviceError, type DeviceErrorCode } from "../errors.ts";

const SERVICE_REMEDY =
  "start it (Debian: sudo apt-get install pcscd && sudo systemctl start pcscd.socket)";
const PLUG_REMEDY = "put the token in and open it again";

const KINDS: readonly {
  readonly text: RegExp;
  readonly code: DeviceErrorCode;
  readonly says: string;
  readonly hint: string;
}[] = [
  {
    text: /service not running|service stopped/i,
    code: "no-access",
    says: "the smart-card service (pcscd) is not running",
    hint: SERVICE_REMEDY,
  },
  {
    text: /sharing violation/i,
    code: "no-access",
    says: "another program has the card",
    hint: "close it (scdaemon: gpgconf --kill scdaemon), or share the card: READER?shared",
  },
  {
    text: /unknown reader|no readers available/i,
    code: "not-found",
    says: "there is no such reader",
    hint: "see the readers with: oathbed devices list",
  },
  {
    text: /no smart card present/i,
    code: "not-found",
    says: "there is no card in the reader",
    hint: PLUG_REMEDY,
  },
  {
    text: /unresponsive|unpowered|not supported|protocol mismatch/i,
    code: "protocol",
    says: "the card does not answer the reader",
    hint: "take the token out and put it in again",
  },
];

/** Everything else that happens to an open card is its end. */
const GONE: readonly RegExp[] = [
  /removed|was reset|not connected|no smart card|unpowered/i,
  /reader unavailable|unknown reader|service|invalid handle/i,
  /communication error|transaction failed/i,
];

/** The error of a card that did not open, or of a listing that failed. */
export function openError(what: string, cause: unknown): DeviceError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const kind = KINDS.find((each) => each.text.test(text));
  if (kind === undefined) {
    return new DeviceError("no-access", `${what}: ${text}`, { cause, hint: PLUG_REMEDY });
  }
  return new DeviceError(kind.code, `${what}: ${kind.says}`, { cause, hint: kind.hint });
}

/** The error of a command that failed on an open card. */
export function transmitError(cause: unknown): DeviceError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (GONE.some((each) => each.test(text))) {
    return new DeviceError("disconnected", `the card has gone: ${text}`, {
      cause,
      hint: PLUG_REMEDY,
    });
  }
  return new DeviceError("protocol", `the reader failed: ${text}`, { cause, hint: PLUG_REMEDY });
}
