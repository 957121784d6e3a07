// What is on a token, as a driver remembers it: an id for each name, so that a reading takes one
// exchange, and the kind of each, so that no counter advances by mistake.

import { timeStepAt } from "../../core/drift/steps.ts";
import type { OathParameters, TotpParameters } from "../../core/oath/parameters.ts";
import { viewOf } from "../../core/wire/bytes.ts";
import { DEFAULT_STEP_SECONDS } from "../../core/wire/ykoath.ts";
import { DeviceError } from "../errors.ts";
import { nameOfId } from "./names.ts";
import type { CalculatedCredential, ListedCredential } from "./session.ts";

/** Digits of a credential whose card does not tell. */
const DEFAULT_DIGITS = 6;

/** A credential on the token. */
export interface TokenCredential {
  readonly id: string;
  readonly name: string;
  readonly parameters: OathParameters;
  /** Asks for a touch, as far as the card tells: it does not for HOTP. */
  readonly touch: boolean;
}

/** LIST has type and hash, CALCULATE ALL the digits and whether a touch is needed. */
export function credentialsOf(
  listed: readonly ListedCredential[],
  calculated: readonly CalculatedCredential[],
): readonly TokenCredential[] {
  const byId = new Map(calculated.map(({ id, response }) => [id, response]));
  return listed.map(({ id, type, algorithm, touch = false }) => {
    const response = byId.get(id);
    const digits = response?.digits ?? DEFAULT_DIGITS;
    const { name, stepSeconds } = nameOfId(id, type);
    const parameters: OathParameters =
      type === "hotp"
        ? { kind: "hotp", algorithm, digits }
        : { kind: "totp", algorithm, digits, stepSeconds, t0: 0 };
    return { id, name, parameters, touch: touch || response?.kind === "touch" };
  });
}

/**
 * The credential of a name; without one, the only credential of the kind.
 *
 * @throws {DeviceError} refused when there is none, or several to choose from
 */
export function findCredential(
  all: readonly TokenCredential[],
  kind: OathParameters["kind"],
  name: string | undefined,
): TokenCredential {
  if (name === undefined) {
    const [only, another] = all.filter(({ parameters }) => parameters.kind === kind);
    if (only === undefined) {
      throw refused(`there is no ${kind.toUpperCase()} credential`, "write one first");
    }
    if (another === undefined) return only;
    throw refused("there are several credentials", "name the one to read");
  }
  // An id is taken, too: it tells two of one name apart that differ in their period.
  const found = all.find((each) => each.id === name) ?? all.find((each) => each.name === name);
  if (found === undefined) {
    throw refused("there is no credential of this name", "list the credentials of the token");
  }
  if (found.parameters.kind === kind) return found;
  throw refused(`the credential is no ${kind.toUpperCase()} one`, "read it as what it is");
}

/** Parameters as a card tells them. */
export function asReadBack(parameters: OathParameters): OathParameters {
  const { algorithm, digits } = parameters;
  if (parameters.kind === "hotp") return { kind: "hotp", algorithm, digits };
  return { kind: "totp", algorithm, digits, stepSeconds: parameters.stepSeconds, t0: 0 };
}

/** A time step as a card takes it. */
export function challengeOf(atUs: number, parameters: TotpParameters): Uint8Array {
  const challenge = new Uint8Array(8);
  viewOf(challenge).setBigUint64(0, timeStepAt(atUs, parameters));
  return challenge;
}

/** The time step that CALCULATE ALL is asked for: of 30 s, whatever the periods are. */
export const ALL_PARAMETERS: TotpParameters = {
  kind: "totp",
  algorithm: "SHA1",
  digits: DEFAULT_DIGITS,
  stepSeconds: DEFAULT_STEP_SECONDS,
  t0: 0,
};

function refused(message: string, hint: string): DeviceError {
  return new DeviceError("refused", message, { hint });
}
