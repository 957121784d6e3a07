// Browsers for tests of the page, which keep cookie and csrf value, and authenticators whose codes
// otplib computes.

import type { FastifyInstance } from "fastify";
import { decodeBase32 } from "../../../core/oath/base32.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { codeOf } from "../../../verifier/testing/codes.ts";
import type { DeviceSecret } from "../contract.ts";

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
  readonly body: any;
  readonly text: string;
}

/** What a browser sends besides, or does not. */
export interface Twist {
  /** Undefined: the header is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Where a browser is. */
export interface BrowserWorld {
  readonly app: FastifyInstance;
  /** The time step of now. */
  readonly step: number;
}

/** Keeps a cookie and the csrf value. */
export class Browser {
  readonly #bench: BrowserWorld;
  cookie = "";
  csrf = "";

  constructor(bench: BrowserWorld) {
    this.#bench = bench;
  }

  get(path: string, twist: Twist = {}): Promise<Reply> {
    return this.#send("GET", path, undefined, twist);
  }

  /** Asks for a session first when it has none, as the page does. */
  async post(path: string, body: unknown = {}, twist: Twist = {}): Promise<Reply> {
    if (this.csrf === "") await this.get("/session");
    return this.#send("POST", path, body, twist);
  }

  /** Begins the wizard. */
  async create(name: string, holder: string | null = null): Promise<Authenticator> {
    const { status, body, text } = await this.post("/devices", { name, holder });
    if (status !== 200) throw new Error(text);
    return Authenticator.of(body);
  }

  /** Enables with the codes of this step and the next before it, `by` steps from now. */
  enable(phone: Authenticator, by = 0, holder: string | null = null): Promise<Reply> {
    return this.post("/devices/enable", { holder, ...phone.pair(this.#bench.step - 1 + by) });
  }

  async #send(
    method: "GET" | "POST",
    path: string,
    body: unknown,
    { headers = {} }: Twist,
  ): Promise<Reply> {
    const all: Record<string, string | undefined> = {
      host: "127.0.0.1:4226",
      ...(this.cookie === "" ? {} : { cookie: this.cookie }),
      ...(method === "GET"
        ? {}
        : {
            origin: "http://127.0.0.1:4226",
            "content-type": "application/json",
            "x-oathbed-csrf": this.csrf,
          }),
      ...headers,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const answer = await this.#bench.app.inject({
      method,
      url: path.startsWith("/:") ? path.slice(2) : `/console/api${path}`,
      headers: Object.fromEntries(given) as Record<string, string>,
      ...(body === undefined
        ? {}
        : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const set = answer.headers["set-cookie"];
    if (typeof set === "string") this.cookie = set.split(";")[0] ?? "";
    const type = String(answer.headers["content-type"] ?? "");
    const parsed = type.startsWith("application/json") ? answer.json() : null;
    if (typeof parsed?.csrf === "string") this.csrf = parsed.csrf;
    const { statusCode: status, headers: told, payload: text } = answer;
    return { status, headers: told, body: parsed, text };
  }
}

/** An authenticator app with the secret of one device. */
export class Authenticator {
  readonly serial: string;
  readonly secret: string;
  /** What its QR code says; "" when there was none. */
  readonly uri: string;
  /** The code of a time step, by otplib. */
  readonly code: (step: number) => string;

  /** @param secret Base32 text */
  constructor(serial: string, secret: string, uri = "") {
    this.serial = serial;
    this.secret = secret;
    this.uri = uri;
    const bytes = decodeBase32(secret);
    this.code = (step) => codeOf(totpParameters(), step, bytes);
  }

  /** From the answer that shows a secret. */
  static of({ device, secret, uri }: DeviceSecret): Authenticator {
    return new Authenticator(device.serial, secret, uri);
  }

  /** Two consecutive codes, the first of this step. */
  pair(step: number): { readonly serial: string; readonly code1: string; readonly code2: string } {
    return { serial: this.serial, code1: this.code(step), code2: this.code(step + 1) };
  }
}

/** The id of a refusal. */
export function idOf(reply: Reply): unknown {
  return reply.body?.error?.id;
}
