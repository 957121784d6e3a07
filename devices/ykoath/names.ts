// Names of credentials and their ids on the wire: the period stands in front of the name of a
// TOTP credential whose steps are not 30 s (YKOATH document, section 7).

import type { OathParameters } from "../../core/oath/parameters.ts";
import {
  type CredentialType,
  DEFAULT_STEP_SECONDS,
  MAX_NAME_BYTES,
  parseCredentialId,
} from "../../core/wire/ykoath.ts";
import { DeviceError } from "../errors.ts";

/** A period and what follows it. */
const WITH_PERIOD = /^\d+\/(?=.)/s;

/** Name and time step that an id says. An id whose period cannot be is a name as it is. */
export function nameOfId(
  id: string,
  type: CredentialType,
): { readonly name: string; readonly stepSeconds: number } {
  const plain = { name: id, stepSeconds: DEFAULT_STEP_SECONDS };
  if (type === "hotp" || !WITH_PERIOD.test(id)) return plain;
  const result = parseCredentialId(id, type);
  if (result.kind === "malformed") return plain;
  return { name: id.replace(WITH_PERIOD, ""), stepSeconds: result.id.stepSeconds };
}

/**
 * The id of a name.
 *
 * @throws {DeviceError} bad-argument, naming what is wrong with the name
 */
export function idOfName(name: string, parameters: OathParameters): string {
  if (name === "" || !name.isWellFormed() || /\p{Cc}/u.test(name)) {
    throw badName("must be text of at least one character, without control characters");
  }
  const stepSeconds = parameters.kind === "totp" ? parameters.stepSeconds : DEFAULT_STEP_SECONDS;
  const id = stepSeconds === DEFAULT_STEP_SECONDS ? name : `${stepSeconds}/${name}`;
  const bytes = Buffer.byteLength(id);
  if (bytes > MAX_NAME_BYTES) {
    throw badName(`must be at most ${MAX_NAME_BYTES} bytes of UTF-8 with its period, got ${bytes}`);
  }
  const read = nameOfId(id, parameters.kind);
  if (read.name !== name || read.stepSeconds !== stepSeconds) {
    throw badName("must not begin with a number and a slash: tokens read a period there");
  }
  return id;
}

function badName(problem: string): DeviceError {
  return new DeviceError("bad-argument", `name ${problem}`, { hint: "choose another name" });
}
