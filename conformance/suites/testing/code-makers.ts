// Tokens that make their codes wrongly: they make them here, from the secret that was written to
// them; everything else is the virtual token's.

import type { OathParameters } from "../../../core/oath/parameters.ts";
import type { CodeReading, CredentialInput } from "../../../devices/device.ts";
import type { Defect } from "./broken-tokens.ts";
import { hotp } from "./model-rules.ts";

/** What a token knows when it makes a code. */
export interface Moment {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** Counter, or time step. */
  readonly factor: bigint;
  /** The token's time, seconds; 0 for event-based codes. */
  readonly seconds: number;
}

/** Makes the codes of the credential that is read; everything else is the virtual token's. */
export function makesCodes(make: (moment: Moment) => string): Defect {
  return (device) => {
    const written = new Map<string, CredentialInput>();
    let last = "";
    const remake = (reading: CodeReading, name: string, given?: bigint): CodeReading => {
      const credential = written.get(name);
      if (credential === undefined) return reading;
      const { secret, parameters } = credential;
      const seconds = reading.tokenSeconds ?? 0;
      const factor =
        parameters.kind === "hotp"
          ? (given ?? reading.movingFactor ?? 0n)
          : BigInt(Math.floor((seconds - parameters.t0) / parameters.stepSeconds));
      return { ...reading, code: make({ secret, parameters, factor, seconds }) };
    };
    return {
      provision: async (credential, options) => {
        await device.provision(credential, options);
        last = credential.name;
        written.set(last, { ...credential, secret: credential.secret.slice() });
      },
      readTotp: async (request) =>
        remake(await device.readTotp(request), request?.credential ?? last),
      readHotp: async (request) =>
        remake(await device.readHotp(request), request?.credential ?? last, request?.counter),
    };
  };
}

/** Codes as they should be, but for what `change` does to the moment. */
export function sees(change: (moment: Moment) => Partial<Moment>): Defect {
  return makesCodes((moment) => {
    const { secret, parameters, factor } = { ...moment, ...change(moment) };
    return hotp(secret, parameters, factor);
  });
}

function stepOf(seconds: number, parameters: OathParameters): bigint {
  return parameters.kind === "hotp"
    ? 0n
    : BigInt(Math.floor((seconds - parameters.t0) / parameters.stepSeconds));
}

/** The moment with another time step, whatever kind of code it is. */
export function atSeconds(
  moment: Moment,
  seconds: number,
  parameters: OathParameters = moment.parameters,
): bigint {
  return parameters.kind === "hotp" ? moment.factor : stepOf(seconds, parameters);
}
