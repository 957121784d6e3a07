// Cases name times of their own; a server whose clock nobody can set lives now. Here each token's
// times are moved to the present: the first act of a token is now, and whatever follows is waited
// for. A code is moved with its time: it is the code of the step that is as far from the server's
// now as the case's step was from the case's.

import type { Clock } from "../../core/time/clock.ts";
import {
  type Target,
  type TargetAnswer,
  TargetCannot,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { translateCode } from "./translate-code.ts";

/** How a target is moved to the present. */
export interface RealTimeOptions {
  /** Host time; the server's is as good as equal. */
  readonly clock: Clock;
  /** Longest wait of a case in all, seconds. */
  readonly maxWaitSeconds: number;
  /** Called before a wait, with its length: `waiting 12 s for second 3 of the step`. */
  readonly onWait?: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

/** A server gets an act this long after its time at most, and in the same step. */
const LATE_US = 2_000_000;
/** Left of a step when an act begins, so that the server's answer is of the same one. */
const MARGIN_US = 500_000;

/** `target`, its times moved to the present. */
export function inRealTime(target: Target, options: RealTimeOptions): Target {
  const wrapped = new RealTimeTarget(target, options);
  const { state, deactivate, delete: remove } = target;
  return Object.assign(wrapped, {
    ...(state && { state: (id: TargetTokenId) => state.call(target, id) }),
    ...(deactivate && { deactivate: (id: TargetTokenId) => deactivate.call(target, id) }),
    ...(remove && { delete: (id: TargetTokenId) => remove.call(target, id) }),
  });
}

/** A token and how far its times are from the present. */
interface Moved {
  readonly token: TargetToken;
  /** Real time minus the case's, whole steps, microseconds; undefined before its first act. */
  byUs: number | undefined;
}

class RealTimeTarget implements Target {
  readonly #target: Target;
  readonly #options: RealTimeOptions;
  readonly #tokens = new Map<TargetTokenId, Moved>();
  #leftUs: number;

  constructor(target: Target, options: RealTimeOptions) {
    this.#target = target;
    this.#options = options;
    this.#leftUs = options.maxWaitSeconds * 1e6;
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const id = await this.#target.create(token);
    this.#tokens.set(id, { token: { ...token, secret: token.secret.slice() }, byUs: undefined });
    return id;
  }

  enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#act(id, codes, atUs, (moved, nowUs) => this.#target.enroll(id, moved, nowUs));
  }

  submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    return this.#act(id, [code], atUs, ([moved = ""], nowUs) =>
      this.#target.submit(id, moved, nowUs),
    );
  }

  resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer> {
    return this.#act(id, codes, atUs, (moved, nowUs) => this.#target.resync(id, moved, nowUs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { token } of this.#tokens.values()) token.secret.fill(0);
    await this.#target[Symbol.asyncDispose]();
  }

  async #act(
    id: TargetTokenId,
    codes: readonly string[],
    atUs: number,
    act: (codes: readonly string[], nowUs: number) => Promise<TargetAnswer>,
  ): Promise<TargetAnswer> {
    const moved = this.#tokens.get(id);
    if (moved?.token.parameters.kind !== "totp") return act(codes, this.#nowUs());
    const { parameters } = moved.token;
    const stepUs = parameters.stepSeconds * 1e6;
    const inStepUs = atUs - Math.floor(atUs / stepUs) * stepUs;
    if (moved.byUs === undefined) {
      const nowStepUs = Math.floor(this.#nowUs() / stepUs) * stepUs;
      const isOver = this.#nowUs() - nowStepUs > Math.min(inStepUs + LATE_US, stepUs - MARGIN_US);
      moved.byUs = nowStepUs + (isOver ? stepUs : 0) - (atUs - inStepUs);
    }
    const dueUs = atUs + moved.byUs;
    await this.#until(dueUs, stepUs);
    const steps = Math.round(moved.byUs / stepUs);
    return act(
      codes.map((code) => translateCode(moved.token, moved.token.secret, code, atUs, steps)),
      this.#nowUs(),
    );
  }

  /** @throws {TargetCannot} when that is past, or further off than may be waited for */
  async #until(dueUs: number, stepUs: number): Promise<void> {
    const { maxWaitSeconds, onWait, clock, signal } = this.#options;
    const waitUs = dueUs - this.#nowUs();
    if (waitUs < -LATE_US && Math.floor(dueUs / stepUs) !== Math.floor(this.#nowUs() / stepUs)) {
      throw new TargetCannot("real time does not go back");
    }
    if (waitUs <= 0) return;
    if (waitUs > this.#leftUs) {
      const seconds = Math.ceil(waitUs / 1e6);
      throw new TargetCannot(
        `it would wait ${seconds} s more in real time, --max-wait is ${maxWaitSeconds}`,
      );
    }
    this.#leftUs -= waitUs;
    const second = Math.floor((dueUs % stepUs) / 1e6);
    onWait?.(`waiting ${Math.ceil(waitUs / 1e6)} s for second ${second} of the step`);
    await sleep(clock, waitUs, signal);
  }

  #nowUs(): number {
    return this.#options.clock.nowUs();
  }
}

function sleep(clock: Clock, byUs: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const alarm = clock.setAlarm(byUs, resolve);
  const onAbort = (): void => {
    alarm.cancel();
    reject(signal?.reason);
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise.finally(() => signal?.removeEventListener("abort", onAbort));
}
