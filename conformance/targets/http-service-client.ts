// The HTTP side of the service as a target: one request, its answer, and refusals by their code.

import { TargetRefusal } from "../target.ts";
import { refusalOf } from "./own-verifier.ts";

const TIMEOUT_MS = 30_000;

/** A running service in test mode. */
export interface RunningService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, now. */
  readonly url: string;
  /** A bearer token with the scopes enroll, verify, read and admin. */
  readonly token: string;
  /** Stops it, and starts it on the same state. */
  restart(): Promise<void>;
  /** The process is killed; another one starts on the same state. */
  crash(): Promise<void>;
  /** A second service on the same state. */
  twin(): Promise<RunningService>;
  /** Takes a backup; the function restores it. */
  backup(): Promise<() => Promise<void>>;
  /** From now on nothing can be stored, or it can again. */
  failStore(isFailing: boolean): void;
}

/** What the service answered. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** @see ServiceClient.act */
export class ServiceClient {
  readonly #service: RunningService;

  constructor(service: RunningService) {
    this.#service = service;
  }

  /** @throws {TargetRefusal} for what the service refuses */
  async act(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.ask(method, path, body);
    if (answer.status < 300) return answer;
    const { code, message, problems } = answer.body.error as {
      readonly code: string;
      readonly message: string;
      readonly problems?: object;
    };
    const places = problems === undefined ? "" : ` ${JSON.stringify(problems)}`;
    const reason = code.startsWith("store-") ? "unavailable" : refusalOf(code);
    throw new TargetRefusal(reason, `${answer.status}: ${message}${places}`);
  }

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const response = await this.fetch(method, path, body);
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }

  fetch(method: string, path: string, body?: object): Promise<Response> {
    const { url, token } = this.#service;
    return fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}
