// The log around a verification server: every call of a case and its answer, one line each.

import type { OathParameters } from "../../core/oath/parameters.ts";
import { describeSecret } from "../../core/oath/secret.ts";
import type { ReportWireLine } from "../report.ts";
import type { Target, TargetAnswer, TargetState, TargetToken } from "../target.ts";
import { printSeconds } from "./needs.ts";
import { oneLine, printError, printValue } from "./printing.ts";
import { recordOperations } from "./recorded-operations.ts";

/** Lines kept; a case with more calls loses the later ones, counted. */
const MAX_LINES = 5000;

/** What went between a case and its targets. Times are those the case gave. */
export class TargetLog {
  readonly lines: ReportWireLine[] = [];
  cut = 0;
  #firstUs: number | undefined;
  #lastUs = 0;
  #lowestUs = 0;
  #highestUs = 0;

  /** Simulated time from the earliest to the latest call, microseconds. */
  get spanUs(): number {
    return this.#highestUs - this.#lowestUs;
  }

  event(text: string): void {
    this.#add("event", text);
  }

  asked(text: string, atUs?: number): void {
    if (atUs !== undefined) this.#moveTo(atUs);
    this.#add("to-token", text);
  }

  answered(text: string): void {
    this.#add("from-token", text);
  }

  #moveTo(atUs: number): void {
    this.#firstUs ??= atUs;
    this.#lastUs = atUs - this.#firstUs;
    this.#lowestUs = Math.min(this.#lowestUs, this.#lastUs);
    this.#highestUs = Math.max(this.#highestUs, this.#lastUs);
  }

  #add(direction: ReportWireLine["direction"], text: string): void {
    if (this.lines.length >= MAX_LINES) this.cut++;
    else this.lines.push({ atUs: this.#lastUs, direction, text: oneLine(text) });
  }
}

/** `target`, with every call written to `log`; `hide` is told of each secret. */
export function recordTarget(
  target: Target,
  log: TargetLog,
  hide: (secret: Uint8Array) => void,
): Target {
  const { state, deactivate, delete: remove, restart } = target;
  const call = async <T>(
    text: string,
    atUs: number | undefined,
    act: () => Promise<T>,
    print: (value: T) => string = () => "done",
  ): Promise<T> => {
    log.asked(atUs === undefined ? text : `${text} at ${printSeconds(atUs / 1e6)}`, atUs);
    try {
      const value = await act();
      log.answered(print(value));
      return value;
    } catch (error) {
      log.answered(printError(error));
      throw error;
    }
  };
  const print = (answer: TargetAnswer): string => printAnswer(answer);
  return {
    create: (token) => {
      hide(token.secret);
      return call(
        `create ${describeToken(token)}`,
        undefined,
        () => target.create(token),
        printValue,
      );
    },
    enroll: (id, codes, atUs) =>
      call(`enroll ${id} ${printValue(codes)}`, atUs, () => target.enroll(id, codes, atUs), print),
    submit: (id, code, atUs) =>
      call(`submit ${id} ${printValue(code)}`, atUs, () => target.submit(id, code, atUs), print),
    resync: (id, codes, atUs) =>
      call(`resync ${id} ${printValue(codes)}`, atUs, () => target.resync(id, codes, atUs), print),
    ...(state && {
      state: (id: string) =>
        call<TargetState>(`state ${id}`, undefined, () => state.call(target, id), printValue),
    }),
    ...(deactivate && {
      deactivate: (id: string) =>
        call(`deactivate ${id}`, undefined, () => deactivate.call(target, id)),
    }),
    ...(remove && {
      delete: (id: string) => call(`delete ${id}`, undefined, () => remove.call(target, id)),
    }),
    ...(restart && { restart: () => call("restart", undefined, () => restart.call(target)) }),
    ...recordOperations(target, call, (twin) => ({
      ...recordTarget(twin, log, hide),
      [Symbol.asyncDispose]: () => twin[Symbol.asyncDispose](),
    })),
    [Symbol.asyncDispose]: async () => {
      // The context closes the target when the case ends.
    },
  };
}

function describeToken({ secret, parameters, counter, user }: TargetToken): string {
  const parts = [describeParameters(parameters), `secret ${describeSecret(secret)}`];
  if (counter !== undefined) parts.push(`counter ${counter}`);
  if (user !== undefined) parts.push(`user ${printValue(user)}`);
  return parts.join(", ");
}

/** `TOTP SHA1, 6 digits, 30 s, t0 0`. */
export function describeParameters(parameters: OathParameters): string {
  const { kind, algorithm, digits } = parameters;
  const common = `${kind.toUpperCase()} ${algorithm}, ${digits} digits`;
  return kind === "hotp" ? common : `${common}, ${parameters.stepSeconds} s, t0 ${parameters.t0}`;
}

/** `accepted`, `refused: replayed`, or `refused` when the target gives no reason. */
export function printAnswer(answer: TargetAnswer): string {
  if (answer.accepted) return "accepted";
  return answer.reason === "refused" ? "refused" : `refused: ${answer.reason}`;
}
