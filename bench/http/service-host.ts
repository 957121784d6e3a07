// The service's process as a bench sees it: its address, its store, and its clock, which is moved
// on so that every token can log in again.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type BenchToken, benchTokens, FIRST_STEP, middleOf, STEPS_ON } from "../enrolled.ts";
import type { LoadRequest } from "./load.ts";
import type { ServiceAnswer, ServiceClockMessage } from "./service-process.ts";

/** Longest wait for the process, milliseconds: PostgreSQL may have thousands of tokens to take. */
const TIMEOUT_MS = 60_000;

type Ready = Extract<ServiceAnswer, { kind: "ready" }>;

/** A running service with enrolled tokens. */
export class ServiceHost implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ready: Ready;
  readonly #tokens: readonly BenchToken[];
  #timeStep: bigint = FIRST_STEP;

  private constructor(child: ChildProcess, ready: Ready, tokens: readonly BenchToken[]) {
    this.#child = child;
    this.#ready = ready;
    this.#tokens = tokens;
  }

  /** Starts it. @param state as `openStore` takes it @throws when it ends before it is ready */
  static async start(state: string, tokens: number, signal?: AbortSignal): Promise<ServiceHost> {
    const script = fileURLToPath(new URL("./service-process.ts", import.meta.url));
    signal?.throwIfAborted();
    const child = fork(script, [state, String(tokens)], { execArgv: [] });
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill, { once: true });
    const ready = await answerOf(child).finally(() => signal?.removeEventListener("abort", kill));
    if (ready.kind !== "ready") throw new Error("the service's process is not ready");
    return new ServiceHost(child, ready, benchTokens(tokens));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ready.port}`;
  }

  get headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.#ready.token}` };
  }

  get store(): string {
    return this.#ready.store;
  }

  get durability(): string {
    return this.#ready.durability;
  }

  /** One login of each of the first `count` tokens, each of a step that is still unused. */
  async logins(count: number): Promise<readonly LoadRequest[]> {
    this.#timeStep += STEPS_ON;
    const message: ServiceClockMessage = { kind: "clock", nowUs: middleOf(this.#timeStep) };
    const answer = answerOf(this.#child);
    this.#child.send(message);
    await answer;
    const { ids } = this.#ready;
    return this.#tokens.slice(0, count).map(({ key }, at) => ({
      path: `/v1/tokens/${ids[at]}/verify`,
      body: `{"code":"${key.codeAt(this.#timeStep)}"}`,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#child.connected) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
}

function answerOf(child: ChildProcess): Promise<ServiceAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ServiceAnswer>();
  const timer = setTimeout(() => {
    child.kill();
    reject(new Error("the service's process hangs"));
  }, TIMEOUT_MS);
  const ended = (): void => reject(new Error("the service's process ended"));
  child.once("message", resolve).once("exit", ended);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off("message", resolve).off("exit", ended);
  });
}
