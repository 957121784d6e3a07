// What the operator at the desk is told of a reading.

import type { TotpParameters } from "../../../core/oath/parameters.ts";
import type { LotReadingRecord } from "./log.ts";
import type { Diagnosis } from "./lot.ts";

/** How a sentence is meant. */
export type Tone = "good" | "plain" | "warn" | "bad";

/** A sentence for the operator. */
export interface Said {
  readonly tone: Tone;
  readonly text: string;
}

/** What is said where a token is needed. */
export const NOT_OPEN = "scan or type a serial number first; ? tells more";

/** Token minus host at a reading, the middle of what it leaves, seconds. */
export function middleOffset(reading: LotReadingRecord): number {
  const { by, notBefore, notAfter, step, stepSeconds, t0 } = reading;
  const middle = (notBefore + notAfter) / 2;
  return t0 + (step + (by === "tap" ? 0 : 0.5)) * stepSeconds - middle;
}

/** Where the clock is, for people. */
export function offsetText(reading: LotReadingRecord): string {
  const { by, notBefore, notAfter, stepSeconds } = reading;
  const half = (notAfter - notBefore) / 2 + (by === "tap" ? 0 : stepSeconds / 2);
  const middle = middleOffset(reading);
  return `its clock is ${signed(middle - half)} to ${signed(middle + half)} s against this one`;
}

function signed(seconds: number): string {
  return `${seconds >= 0 ? "+" : ""}${seconds.toFixed(1)}`;
}

/** What is wrong with a token, without its serial number. */
export function diagnosisText(diagnosis: Diagnosis, { stepSeconds }: TotpParameters): string {
  switch (diagnosis.kind) {
    case "swapped":
      return diagnosis.isSure
        ? `its codes are made by the secret of ${diagnosis.other}: the two are exchanged, or ` +
            "the label is wrong"
        : `its code may be made by the secret of ${diagnosis.other}; another code would tell`;
    case "wrong-parameters":
      return `it uses ${diagnosis.text}, the file says otherwise (${stepSeconds} s)`;
    case "wrong-secret":
      return "its codes are made by no secret of this lot: the file is wrong, or the token";
  }
}
