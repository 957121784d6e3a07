// A line of the complete dialect's `list`: `name kind algorithm digits step t0`, the name
// percent-encoded.

import { HASH_ALGORITHMS, type HashAlgorithm } from "../../core/oath/parameters.ts";
import type { CredentialInfo } from "../device.ts";
import { notAnAnswer } from "./answers.ts";

const LINE = /^(\S{1,400}) (totp|hotp) ([A-Z0-9]{1,10}) (\d{1,2}) (\d{1,6}) (-?\d{1,10})$/;

/** @throws {DeviceError} protocol */
export function parseCredentialLine(line: string): CredentialInfo {
  const [, encoded, kind, hash, digitsText, step, t0] = LINE.exec(line) ?? [];
  if (encoded === undefined || hash === undefined) throw notAnAnswer("a list of credentials");
  const name = decoded(encoded);
  const algorithm = hashAlgorithmOf(hash);
  const digits = Number(digitsText);
  return kind === "hotp"
    ? { name, parameters: { kind, algorithm, digits } }
    : {
        name,
        parameters: {
          kind: "totp",
          algorithm,
          digits,
          stepSeconds: Number(step),
          t0: Number(t0),
        },
      };
}

/** @throws {DeviceError} protocol */
export function hashAlgorithmOf(text: string): HashAlgorithm {
  const found = HASH_ALGORITHMS.find((algorithm) => algorithm === text);
  if (found === undefined) throw notAnAnswer("one with a hash algorithm we know");
  return found;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw notAnAnswer("a list with well-formed names");
  }
}
