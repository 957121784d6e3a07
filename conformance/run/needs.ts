// Whether a case applies to a token or a target, and the sentence that says why it does not.

import type { HashAlgorithm, OathParameters } from "../../core/oath/parameters.ts";
import type { Capabilities } from "../../devices/device.ts";
import type { RawChannel } from "../../devices/raw.ts";
import type { TokenNeed, VerifierNeed } from "../case.ts";
import { OPERATION_OFFERS } from "../operations.ts";
import type { TargetAbility } from "../target.ts";

/** Why a token cannot be judged by a case with these needs; undefined when it can. */
export function missingTokenNeed(
  needs: readonly TokenNeed[],
  capabilities: Capabilities,
  hasRig: boolean,
): string | undefined {
  for (const need of needs) {
    const lack = tokenLack(need, needs, capabilities, hasRig);
    if (lack !== undefined) return `needs "${need}": ${lack}`;
  }
  return undefined;
}

/** Why a target cannot be judged by a case with these needs; undefined when it can. */
export function missingVerifierNeed(
  needs: readonly VerifierNeed[],
  abilities: ReadonlySet<TargetAbility>,
): string | undefined {
  const missing = needs.find((need) => !abilities.has(need));
  return missing === undefined
    ? undefined
    : `needs "${missing}": the target does not offer ${OFFERS[missing]}`;
}

/** The needs of a pair's case, parted: a word both sides know is asked of both. */
export function partNeeds(needs: readonly (TokenNeed | VerifierNeed)[]): {
  readonly token: readonly TokenNeed[];
  readonly verifier: readonly VerifierNeed[];
} {
  return {
    token: needs.filter((need): need is TokenNeed => TOKEN_NEEDS.has(need)),
    verifier: needs.filter((need): need is VerifierNeed => need in OFFERS),
  };
}

/** Why a token cannot take these parameters or this secret; undefined when it can. */
export function provisionLack(
  capabilities: Capabilities,
  secretBytes: number,
  parameters: OathParameters,
  counter: bigint,
): string | undefined {
  const { provision } = capabilities;
  if (provision === undefined) return "secrets cannot be written to this token";
  const { low, high } = provision.secretBytes;
  if (secretBytes < low || secretBytes > high) {
    return `the token takes secrets of ${low} to ${high} bytes, not ${secretBytes}`;
  }
  const side = parameters.kind === "totp" ? capabilities.totp : capabilities.hotp;
  if (side === undefined) return `the token makes no ${kindWord(parameters.kind)} codes`;
  if (!side.algorithms.includes(parameters.algorithm)) {
    return `the token has ${side.algorithms.join(", ")} only, not ${parameters.algorithm}`;
  }
  if (!side.digits.includes(parameters.digits)) {
    return `the token shows ${side.digits.join(", ")} digits only, not ${parameters.digits}`;
  }
  if (parameters.kind === "hotp") return counterLack(capabilities, counter);
  return timeLack(capabilities, parameters.stepSeconds, parameters.t0);
}

/** Why a token cannot take the bytes of this secret; undefined when it can. */
export function secretLack({ provision }: Capabilities, secret: Uint8Array): string | undefined {
  if (provision?.secretAlphabet === undefined) return undefined;
  const isPrintable = secret.every((byte) => byte >= 0x20 && byte <= 0x7e);
  return isPrintable ? undefined : "the token takes secrets of printable ASCII characters only";
}

/** Why the token's clock cannot stand at `seconds` (Unix); undefined when it can. */
export function timeRangeLack(capabilities: Capabilities, seconds: number): string | undefined {
  const { fromSeconds, toSeconds } = capabilities.timeRange;
  if (seconds >= fromSeconds && seconds <= toSeconds) return undefined;
  return (
    `the token's clock holds ${printSeconds(fromSeconds)} to ${printSeconds(toSeconds)}, ` +
    `not ${printSeconds(seconds)}`
  );
}

/** `2033-05-18T03:33:20Z`, or the bare number where no calendar reaches. */
export function printSeconds(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} s`;
  return date.toISOString().replace(".000Z", "Z");
}

const TOKEN_NEEDS: ReadonlySet<string> = new Set<TokenNeed>([
  "totp",
  "hotp",
  "hotp-at-counter",
  "hotp-own-counter",
  "provision",
  "names",
  "list",
  "remove",
  "set-time",
  "read-time",
  "sha256",
  "sha512",
  "t0",
  "own-clock",
  "forgets-at-set-time",
  "shell-line",
  "apdu",
  "ccid",
  "otp-hid",
  "rig",
]);

const FRAMES: Readonly<Record<RawChannel, string>> = {
  apdu: "command APDUs",
  ccid: "CCID messages",
  "shell-line": "the lines of a serial shell",
  "otp-hid": "HID reports of OTP slots",
};

const OFFERS: Readonly<Record<VerifierNeed, string>> = {
  hotp: "event-based codes",
  state: "state from one submission to the next",
  resync: "resynchronization",
  offset: "the offset it recorded",
  watermark: "the highest moving factor it consumed",
  reasons: "reasons for a refusal",
  restart: "a restart on the same state",
  parallel: "parallel submissions",
  enrollment: "an enrollment by two codes",
  users: "users",
  delete: "deletion of tokens",
  sha256: "SHA-256",
  sha512: "SHA-512",
  ...OPERATION_OFFERS,
};

function tokenLack(
  need: TokenNeed,
  needs: readonly TokenNeed[],
  capabilities: Capabilities,
  hasRig: boolean,
): string | undefined {
  const { totp, hotp, provision } = capabilities;
  switch (need) {
    case "totp":
      return totp === undefined ? "the token makes no time-based codes" : undefined;
    case "hotp":
      return hotp === undefined ? "the token makes no event-based codes" : undefined;
    case "hotp-at-counter":
      return hotp?.atCounter ? undefined : "the token makes no code for a counter the host names";
    case "hotp-own-counter":
      return hotp?.ownCounter ? undefined : "the token keeps no counter of its own";
    case "provision":
      return provision === undefined ? "secrets cannot be written to this token" : undefined;
    case "names":
      return provision?.names ? undefined : "the token holds one credential without a name";
    case "list":
      return capabilities.list ? undefined : "the token does not list its credentials";
    case "remove":
      return capabilities.remove ? undefined : "the token does not remove credentials";
    case "set-time":
      return setTimeLack(capabilities);
    case "read-time":
      return capabilities.readTime ? undefined : "the token's clock cannot be read";
    case "sha256":
      return algorithmLack("SHA256", needs, capabilities);
    case "sha512":
      return algorithmLack("SHA512", needs, capabilities);
    case "t0":
      return totp?.t0 ? undefined : "the token counts time steps from the Unix epoch only";
    case "own-clock":
      return totp?.clock === "token" ? undefined : "the token has no clock of its own";
    case "forgets-at-set-time":
      return capabilities.setTimeForgets === true
        ? undefined
        : "the token does not promise that setting its clock takes its secrets away";
    case "shell-line":
    case "apdu":
    case "ccid":
    case "otp-hid":
      return capabilities.raw?.includes(need)
        ? undefined
        : `the token is not reached by ${FRAMES[need]}`;
    case "rig":
      return hasRig ? undefined : "only an emulated token can be put through this";
  }
}

function algorithmLack(
  algorithm: HashAlgorithm,
  needs: readonly TokenNeed[],
  { totp, hotp }: Capabilities,
): string | undefined {
  const isEventBased = needs.some((need) => need.startsWith("hotp")) && !needs.includes("totp");
  const algorithms = (isEventBased ? hotp : (totp ?? hotp))?.algorithms ?? [];
  if (algorithms.includes(algorithm)) return undefined;
  return algorithms.length === 0
    ? "the token makes no codes"
    : `the token has ${algorithms.join(", ")} only`;
}

function setTimeLack({ setTime, setTimeForgets }: Capabilities): string | undefined {
  if (!setTime) return "the token's clock cannot be set";
  return setTimeForgets === true ? "setting its clock takes the token's secrets away" : undefined;
}

function counterLack({ hotp }: Capabilities, counter: bigint): string | undefined {
  if (hotp === undefined || counter <= hotp.highestCounter) return undefined;
  return `the token's counter goes to ${hotp.highestCounter}, not to ${counter}`;
}

function timeLack({ totp }: Capabilities, stepSeconds: number, t0: number): string | undefined {
  if (totp === undefined) return undefined;
  const { low, high } = totp.stepSeconds;
  if (stepSeconds < low || stepSeconds > high) {
    const steps = low === high ? `${low} s` : `${low} to ${high} s`;
    return `the token has time steps of ${steps} only, not ${stepSeconds} s`;
  }
  return t0 === 0 || totp.t0 ? undefined : "the token counts time steps from the Unix epoch only";
}

function kindWord(kind: OathParameters["kind"]): string {
  return kind === "totp" ? "time-based" : "event-based";
}
