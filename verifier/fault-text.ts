// What happened to a clock, and which parameters fit, in a few words: for the audit log and for
// operators.

import type { ClockFault } from "../core/drift/classify.ts";
import type { OathParameters } from "../core/oath/parameters.ts";
import type { HostClockFault } from "./monitor.ts";

/** A fault in words, units included: "step of -90 s". */
export function faultText(fault: ClockFault | HostClockFault): string {
  switch (fault.kind) {
    case "none":
      return "where it was expected";
    case "drift":
      return `drift of ${signed(Math.round(fault.ppm * 10) / 10)} ppm`;
    case "stuck":
      return `stuck for ${Math.round(fault.forSeconds)} s`;
    case "zone":
      return `zone, ${signed(fault.hours)} h`;
    case "reset":
      return "reset, back where the last pair found it";
    case "battery":
      return "battery, it loses time again and again";
    case "step":
      return `step of ${signed(Math.round(fault.seconds))} s`;
    case "host-clock":
      return `host clock, ${fault.tokens} tokens moved ${signed(Math.round(fault.seconds))} s alike`;
  }
}

/** Parameters in words: "TOTP SHA1, 6 digits, 60 s"; T0 where it is not 0. */
export function parametersText(parameters: OathParameters): string {
  const { kind, algorithm, digits } = parameters;
  const common = `${kind.toUpperCase()} ${algorithm}, ${digits} digits`;
  if (parameters.kind === "hotp") return common;
  const t0 = parameters.t0 === 0 ? "" : `, T0 ${parameters.t0}`;
  return `${common}, ${parameters.stepSeconds} s${t0}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
