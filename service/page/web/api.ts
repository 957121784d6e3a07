// Calls of the page's API, typed by the contract. A refusal is thrown as Refused.

import type {
  AnswerOf,
  ApiPrefix,
  CsrfHeader,
  GivenOf,
  MessageId,
  Refusal,
  RouteKey,
  Session,
} from "../contract.ts";
import { elapsedMs } from "./clock.ts";

const PREFIX: ApiPrefix = "/console/api";
const CSRF_HEADER: CsrfHeader = "x-oathbed-csrf";
const TIMEOUT_MS = 15_000;

/** Why a call failed: what the service says, or that it did not answer. */
export type RefusalId = MessageId | "offline";

/** The service refused a call, or did not answer. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly id: RefusalId;
  /** Field of the request that is meant. */
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(id: RefusalId, details: Partial<Refusal["error"]> = {}) {
    super(id);
    this.id = id;
    this.field = details.field ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

let csrf = "";
let calledAtMs = 0;

/** When the session was used last, as elapsedMs(): each use prolongs it. */
export function lastCallAtMs(): number {
  return calledAtMs;
}

/** Takes the token of the latest session answer. */
export function takeCsrf(session: Session): void {
  csrf = session.csrf;
}

/**
 * Calls a route. When the session changed in another tab, the call is made once more with that
 * session's token.
 *
 * @throws {Refused}
 */
export async function call<R extends RouteKey>(route: R, input: GivenOf<R>): Promise<AnswerOf<R>> {
  try {
    return await callOnce(route, input);
  } catch (error) {
    if (!(error instanceof Refused) || error.id !== "csrf-refused") throw error;
    takeCsrf(await callOnce("GET /session", {}));
    return callOnce(route, input);
  }
}

async function callOnce<R extends RouteKey>(route: R, input: GivenOf<R>): Promise<AnswerOf<R>> {
  const [method = "GET", path = ""] = route.split(" ");
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // What the bench asks for by itself must not keep a session that nobody uses.
  const isBench = route.startsWith("GET /lab");
  if (!isBench) calledAtMs = elapsedMs();
  const request: RequestInit =
    method === "GET"
      ? { method, signal, credentials: isBench ? "omit" : "same-origin" }
      : {
          method,
          signal,
          headers: { "content-type": "application/json", [CSRF_HEADER]: csrf },
          body: JSON.stringify(input),
        };
  const query = method === "GET" ? queryOf(input as object) : "";
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${PREFIX}${path}${query}`, request);
    answer = await response.json();
  } catch {
    throw new Refused("offline");
  }
  if (response.ok) return answer as AnswerOf<R>;
  const { error } = answer as Partial<Refusal>;
  throw new Refused(error?.id ?? "internal", error);
}

function queryOf(input: object): string {
  const entries = Object.entries(input).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}
