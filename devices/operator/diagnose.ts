// Which parameters of a key URI an app has ignored, told by one code of it: many apps take the
// secret and leave period, hash or digits at 30, SHA-1 and 6, without a word.

import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";

/** A parameter that apps ignore. */
export type IgnoredParameter = "period" | "algorithm" | "digits";

/** What a code says about the app that shows it. */
export type AppDiagnosis =
  /** The app follows the parameters. */
  | { readonly kind: "follows"; readonly offsetSteps: number }
  /** It uses the usual values for these. */
  | {
      readonly kind: "ignores";
      readonly ignored: readonly IgnoredParameter[];
      readonly offsetSteps: number;
    }
  /** No combination explains the code: another secret, a mistyped code, a clock far away. */
  | { readonly kind: "unexplained" };

/** Makes a code; a caller brings the verifier's or another implementation. */
export type CodeMaker = (
  secret: Uint8Array,
  parameters: TotpParameters,
  movingFactor: bigint,
) => string;

/** A code that an app showed. */
export interface AppCode {
  /** As the app showed it, normalised. */
  readonly code: string;
  /** When, host time, microseconds since the Unix epoch. */
  readonly atUs: number;
}

/** What was provisioned. */
export interface AppKey {
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
}

/** What was provisioned and what the app showed. */
export type AppSample = AppKey & AppCode;

/** Steps before and after the host's time that are looked at: phones keep time. */
const SEARCH_STEPS = 2;
const USUAL = { period: 30, algorithm: "SHA1", digits: 6 } as const;

/** Names what the app has ignored: as few parameters, and as near to the host's time, as can be. */
export function diagnoseApp(sample: AppSample, codeOf: CodeMaker): AppDiagnosis {
  return diagnoseCodes(sample, [sample], codeOf);
}

/**
 * The same by several codes of one app: what explains all of them. The offset is that of the last.
 *
 * @throws {RangeError} without a code
 */
export function diagnoseCodes(
  key: AppKey,
  seen: readonly AppCode[],
  codeOf: CodeMaker,
): AppDiagnosis {
  if (seen.length === 0) throw new RangeError("an app is judged by one code at least");
  const unusual = unusualParameters(key.parameters);
  const subsets = subsetsOf(unusual).toSorted((a, b) => a.length - b.length);
  for (const ignored of subsets) {
    const parameters = withUsual(key.parameters, ignored);
    const offsets = seen.map((one) => offsetOf(key.secret, one, parameters, codeOf));
    const offsetSteps = offsets.at(-1);
    if (offsetSteps === undefined || offsets.includes(undefined)) continue;
    if (ignored.length === 0) return { kind: "follows", offsetSteps };
    return { kind: "ignores", ignored, offsetSteps };
  }
  return { kind: "unexplained" };
}

/** The parameters that the app uses: those asked for, but the usual ones where it ignores them. */
export function usedParameters(asked: TotpParameters, diagnosis: AppDiagnosis): TotpParameters {
  return diagnosis.kind === "ignores" ? withUsual(asked, diagnosis.ignored) : asked;
}

/** Digits that a code of the app may have: those asked for, and the usual 6. */
export function possibleDigits({ digits }: Pick<TotpParameters, "digits">): readonly number[] {
  return digits === USUAL.digits ? [digits] : [digits, USUAL.digits];
}

/** A sentence for people. @param who whose codes they were */
export function describeDiagnosis(diagnosis: AppDiagnosis, who = "the app"): string {
  switch (diagnosis.kind) {
    case "follows":
      return `${who} follows the parameters${lateness(diagnosis.offsetSteps)}`;
    case "ignores": {
      const usual = diagnosis.ignored.map((name) => `${name} (it uses ${usualText(name)})`);
      const list = usual.join(", ").replace(/, (?=[^,]*$)/, " and ");
      return `${who} ignores ${list}${lateness(diagnosis.offsetSteps)}`;
    }
    case "unexplained":
      return "the code fits neither the parameters nor the usual ones: was it of this key?";
  }
}

function unusualParameters(parameters: TotpParameters): readonly IgnoredParameter[] {
  const { stepSeconds, algorithm, digits } = parameters;
  return [
    ...(stepSeconds === USUAL.period ? [] : (["period"] as const)),
    ...(algorithm === USUAL.algorithm ? [] : (["algorithm"] as const)),
    ...(digits === USUAL.digits ? [] : (["digits"] as const)),
  ];
}

function subsetsOf(names: readonly IgnoredParameter[]): readonly (readonly IgnoredParameter[])[] {
  const count = 2 ** names.length;
  return Array.from({ length: count }, (_, bits) => names.filter((_, at) => (bits >> at) & 1));
}

function withUsual(
  parameters: TotpParameters,
  ignored: readonly IgnoredParameter[],
): TotpParameters {
  return {
    ...parameters,
    ...(ignored.includes("period") ? { stepSeconds: USUAL.period } : {}),
    ...(ignored.includes("algorithm") ? { algorithm: USUAL.algorithm } : {}),
    ...(ignored.includes("digits") ? { digits: USUAL.digits } : {}),
  };
}

function offsetOf(
  secret: Uint8Array,
  { code, atUs }: AppCode,
  parameters: TotpParameters,
  codeOf: CodeMaker,
): number | undefined {
  if (code.length !== parameters.digits) return undefined;
  const seconds = Math.floor(atUs / SECOND_US);
  const step = Math.floor((seconds - parameters.t0) / parameters.stepSeconds);
  for (let distance = 0; distance <= SEARCH_STEPS; distance++) {
    for (const offset of distance === 0 ? [0] : [-distance, distance]) {
      if (step + offset < 0) continue;
      if (codeOf(secret, parameters, BigInt(step + offset)) === code) return offset;
    }
  }
  return undefined;
}

function usualText(name: IgnoredParameter): string {
  switch (name) {
    case "period":
      return "30 seconds";
    case "algorithm":
      return "SHA-1";
    case "digits":
      return "6 digits";
  }
}

function lateness(offsetSteps: number): string {
  if (offsetSteps === 0) return "";
  const steps = Math.abs(offsetSteps);
  return `, ${steps} ${steps === 1 ? "step" : "steps"} ${offsetSteps < 0 ? "late" : "early"}`;
}
