// Messages of the control socket (docs/control-socket.md): one JSON object a line.
//
//   {"id":1,"do":"advance","byUs":30000000}
//   {"id":1,"ok":{},"clock":{"nowUs":1767225630000000,"monotonicUs":30000000}}
//   {"id":2,"error":{"field":"byUs","message":"byUs must be a whole number from 0 to …"}}

import type { Fault } from "../rig.ts";

/** Longest line in either direction, bytes. */
export const MAX_LINE_BYTES = 16_384;
/** Longest time that passes in one step: 200 years, microseconds. */
export const MAX_STEP_US = 6_311_520_000_000_000;

/** What can be asked for. */
export type ControlAct =
  | { readonly do: "advance"; readonly byUs: number }
  | { readonly do: "stepHostTime"; readonly byUs: number }
  | { readonly do: "powerCycle"; readonly offForUs?: number }
  | { readonly do: "pressButton" }
  | { readonly do: "setTemperature"; readonly celsius: number }
  | { readonly do: "inject"; readonly fault: Fault }
  | { readonly do: "reconnect" }
  | { readonly do: "fresh" }
  | { readonly do: "display" }
  | { readonly do: "truth" }
  | { readonly do: "clock" };

/** A request with the number that its answer repeats. */
export interface ControlRequest {
  readonly id: number;
  readonly act: ControlAct;
}

/** Readings of the rig's clock. */
export interface ClockReading {
  readonly nowUs: number;
  readonly monotonicUs: number;
  /** Whether time stands still but for `advance`, or runs by itself. */
  readonly time: TimeKind;
}

/** @see ClockReading */
export type TimeKind = "simulated" | "real";

/** Why a request was not carried out. */
export interface ControlProblem {
  /** The part of the request that is wrong; absent when it is not the request. */
  readonly field?: string;
  /** Code of a DeviceError, when it was one. */
  readonly code?: string;
  readonly message: string;
}

/** A request is not as it must be. The message says what would be right. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly field: string;
  /** The request's number, when it could be read. */
  readonly id: number | null;
  constructor(id: number | null, field: string, message: string) {
    super(message);
    this.id = id;
    this.field = field;
  }
}

interface NumberRule {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  readonly optional?: boolean;
}

interface TextRule {
  readonly maxCharacters: number;
}

type Rules = Readonly<Record<string, NumberRule | TextRule>>;

const SPAN: NumberRule = { low: 0, high: MAX_STEP_US, whole: true };
const BYTES: NumberRule = { low: 1, high: 1_000_000, whole: true };

const ACTS: Readonly<Record<ControlAct["do"], Rules>> = {
  advance: { byUs: SPAN },
  stepHostTime: { byUs: { ...SPAN, low: -MAX_STEP_US } },
  powerCycle: { offForUs: { ...SPAN, optional: true } },
  pressButton: {},
  setTemperature: { celsius: { low: -100, high: 200, whole: false } },
  inject: {},
  reconnect: {},
  fresh: {},
  display: {},
  truth: {},
  clock: {},
};

const FAULTS: Readonly<Record<Fault["kind"], Rules>> = {
  drop: { bytes: BYTES },
  corrupt: { bytes: BYTES },
  garbage: { bytes: BYTES },
  delay: { byMs: { low: 0, high: 3_600_000, whole: true } },
  mute: {},
  "brown-out": { afterWrites: { low: 1, high: 1_000_000, whole: true } },
  disconnect: { afterBytes: { low: 0, high: 1_000_000, whole: true } },
  wear: { credential: { maxCharacters: 256 } },
};

/** Reads a line. @throws {RequestError} field "line" when it is no JSON object */
export function parseRequest(line: string): ControlRequest {
  const value = objectOf(line);
  const { id, do: name } = value;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) {
    throw new RequestError(null, "id", "id must be a whole number from 0");
  }
  if (typeof name !== "string" || !isKeyOf(ACTS, name)) {
    throw new RequestError(id, "do", `do must be one of ${Object.keys(ACTS).join(", ")}`);
  }
  const known = name === "inject" ? ["fault"] : Object.keys(ACTS[name]);
  assertNoOthers(id, value, ["id", "do", ...known], "");
  if (name === "inject") return { id, act: { do: name, fault: faultOf(id, value.fault) } };
  const values = valuesOf(id, value, ACTS[name], "");
  return { id, act: { do: name, ...values } as ControlAct };
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // The same to whoever sent it.
  }
  throw new RequestError(null, "line", 'a line must be a JSON object: {"id":1,"do":"clock"}');
}

function faultOf(id: number, value: unknown): Fault {
  if (!isObject(value)) throw new RequestError(id, "fault", "fault must be an object with a kind");
  const { kind } = value;
  if (typeof kind !== "string" || !isKeyOf(FAULTS, kind)) {
    const kinds = Object.keys(FAULTS).join(", ");
    throw new RequestError(id, "fault.kind", `fault.kind must be one of ${kinds}`);
  }
  assertNoOthers(id, value, ["kind", ...Object.keys(FAULTS[kind])], "fault.");
  return { kind, ...valuesOf(id, value, FAULTS[kind], "fault.") } as Fault;
}

function valuesOf(
  id: number,
  value: Readonly<Record<string, unknown>>,
  rules: Rules,
  prefix: string,
): Readonly<Record<string, number | string>> {
  const values: Record<string, number | string> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const given = value[name];
    if ("optional" in rule && given === undefined && rule.optional === true) continue;
    const problem = problemWith(given, rule);
    const field = `${prefix}${name}`;
    if (problem !== undefined) throw new RequestError(id, field, `${field} must be ${problem}`);
    values[name] = given as number | string;
  }
  return values;
}

/** What a value must be, when it is not that. */
function problemWith(given: unknown, rule: NumberRule | TextRule): string | undefined {
  if ("maxCharacters" in rule) {
    const { maxCharacters } = rule;
    const isText = typeof given === "string" && given !== "" && given.length <= maxCharacters;
    return isText ? undefined : `a text of 1 to ${maxCharacters} characters`;
  }
  const { low, high, whole } = rule;
  const fits = typeof given === "number" && given >= low && given <= high;
  if (fits && (!whole || Number.isInteger(given))) return undefined;
  return `${whole ? "a whole number" : "a number"} from ${low} to ${high}`;
}

function assertNoOthers(
  id: number,
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  prefix: string,
): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other === undefined) return;
  const field = `${prefix}${other.slice(0, 100)}`;
  throw new RequestError(id, field, `${field} is unknown; there are ${known.join(", ")}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKeyOf<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name);
}
