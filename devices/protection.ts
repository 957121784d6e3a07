// "Physical tokens are not toys": what a run may do to a token that somebody may need. Pure: the
// caller tells what the token is and holds.

import type { CredentialInfo, DeviceInfo } from "./device.ts";
import { DeviceError } from "./errors.ts";

/** How much a run takes from a token. */
export type Harm =
  /** Reads codes of credentials that are there; event-based ones advance their counters. */
  | "reads"
  /** Writes and removes credentials of its own names. */
  | "writes"
  /** Fills it, wears it, resets it, sets its password. */
  | "destroys";

/** What is known of the token and of what was allowed. */
export interface ProtectionInput {
  /** Whether the token is fresh, in simulation, and nobody's: then everything may be done. */
  readonly isEmulated: boolean;
  readonly harm: Harm;
  readonly info: Pick<DeviceInfo, "address" | "serial">;
  /** What it holds; undefined when it cannot tell, or was not asked. */
  readonly held: readonly Pick<CredentialInfo, "name">[] | undefined;
  /** Names that this project writes: of a credential of the inventory, or of suites. */
  readonly ours: ReadonlySet<string>;
  /** `--destructive` */
  readonly destructive: boolean;
  /** `--serial S` */
  readonly serial: string | undefined;
  /** Tries left of its PIN, where it has one. */
  readonly pinTries?: number;
}

/** Whether the run may go on. */
export type Protection =
  | { readonly kind: "allowed" }
  | {
      readonly kind: "refused";
      /** Why, one sentence. */
      readonly reason: string;
      /** What the person can do about it, one sentence. */
      readonly remedy: string;
    };

/** Tries of a PIN below which nothing that may cost one is done. */
export const LEAST_PIN_TRIES = 2;
/** Names of credentials shown in a reason. */
const MAX_SHOWN = 3;
const ALLOWED: Protection = { kind: "allowed" };

/**
 * Judges a run before it begins, and again whenever `pinTries` has changed. On a physical token,
 * destruction needs `--destructive` and the serial number that the token itself tells; writing and
 * destruction need a token without credentials that we did not write.
 */
export function protect(input: ProtectionInput): Protection {
  const { isEmulated, harm, info, pinTries } = input;
  if (isEmulated) return ALLOWED;
  if (pinTries !== undefined && pinTries < LEAST_PIN_TRIES) {
    return refused(
      `${info.address} has ${pinTries} PIN ${pinTries === 1 ? "try" : "tries"} left`,
      "enter the right PIN once with the vendor's tool, which gives the tries back",
    );
  }
  switch (harm) {
    case "reads":
      return ALLOWED;
    case "writes":
      return foreignCredentials(input) ?? ALLOWED;
    case "destroys":
      return permission(input) ?? foreignCredentials(input) ?? ALLOWED;
  }
}

/** Nothing when the run is allowed. @throws {DeviceError} refused, with the remedy as its hint */
export function assertAllowed(input: ProtectionInput): void {
  const protection = protect(input);
  if (protection.kind === "allowed") return;
  throw new DeviceError("refused", protection.reason, { hint: protection.remedy });
}

function permission({ info, destructive, serial }: ProtectionInput): Protection | undefined {
  const { address } = info;
  if (!destructive) {
    const own = info.serial ?? "its serial number";
    return refused(
      `${address} is a physical token, and this run would take what it holds`,
      `use an emulated token, or allow it: --destructive --serial ${own}`,
    );
  }
  if (info.serial === undefined) {
    return refused(
      `${address} does not tell its serial number, so that --destructive could meet another token`,
      "use an emulated token; or leave --destructive out, where cases remove what they wrote",
    );
  }
  if (serial === undefined) {
    return refused(
      "--destructive needs the serial number of the one token that is meant",
      `add --serial ${info.serial}, if it is the one at ${address}`,
    );
  }
  if (serial !== info.serial) {
    return refused(
      `--serial is ${JSON.stringify(serial.slice(0, 40))}, but ${address} is ${info.serial}`,
      "plug in the token that is meant, or correct --serial",
    );
  }
  return undefined;
}

function foreignCredentials({ info, held, ours }: ProtectionInput): Protection | undefined {
  if (held === undefined) {
    return refused(
      `${info.address} does not tell what it holds`,
      "use a token that lists its credentials, or an emulated one",
    );
  }
  const foreign = held.filter(({ name }) => !ours.has(name)).map(({ name }) => name);
  if (foreign.length === 0) return undefined;
  const shown = foreign.slice(0, MAX_SHOWN).map((name) => JSON.stringify(name));
  const more = foreign.length > MAX_SHOWN ? ` and ${foreign.length - MAX_SHOWN} more` : "";
  return refused(
    `${info.address} holds credentials that we did not write: ${shown.join(", ")}${more}`,
    "move them to another token and remove them here, or use a token that is for tests only",
  );
}

function refused(reason: string, remedy: string): Protection {
  return { kind: "refused", reason, remedy };
}
