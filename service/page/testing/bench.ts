// The page's API in process for tests: simulated time, browsers that keep cookie and csrf value,
// authenticators whose codes otplib computes.

import { type FastifyInstance, fastify } from "fastify";
import { decodeBase32, encodeBase32 } from "../../../core/oath/base32.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { SimulatedClock } from "../../../core/time/simulated-clock.ts";
import { policyOf } from "../../../verifier/policy.ts";
import { MemoryStore } from "../../../verifier/stores/memory.ts";
import { codeOf } from "../../../verifier/testing/codes.ts";
import { Verifier } from "../../../verifier/verifier.ts";
import { createApp } from "../../app.ts";
import { BearerTokens } from "../../bearer-tokens.ts";
import { type IamConfig, parseIamConfig } from "../../iam/config.ts";
import { type Iam, openIam } from "../../iam/open.ts";
import { MemoryJournal } from "../../iam/state/journal.ts";
import { serialOf } from "../../iam/state/model.ts";
import { limitsOf } from "../../limits.ts";
import { ServiceMetrics } from "../../metrics.ts";
import { SettableClock } from "../../settable-clock.ts";
import { compileSchema } from "../../validation.ts";
import type { Console } from "../console.ts";
import type { DeviceSecret, SignIn } from "../contract.ts";
import { mountPage, type PageOptions } from "../open.ts";
import type { Somebody } from "../sign-in/people.ts";
import type { Stage } from "../sign-in/sessions.ts";

/** The accounts of the bench. */
export const ACCOUNT = "123456789012";
/** @see ACCOUNT */
export const OTHER_ACCOUNT = "210987654321";

/** Hashes of `password of NAME`, scrypt with ln=10, made once by hashPassword. */
const hashOf = new Map<string, string>();

/** A password of the bench. */
export function passwordOf(name: string): string {
  return `password of ${name}`;
}

/** How somebody of the first account signs in; root for "root". */
export function signInOf(name: string, account: string = ACCOUNT): SignIn {
  const password = passwordOf(name);
  return name === "root"
    ? { kind: "root", email: `root@${account}.example`, password }
    : { kind: "user", account, user: name, password };
}

async function hashes(names: readonly string[]): Promise<void> {
  const { hashPassword } = await import("../password-hash.ts");
  for (const name of names) {
    if (hashOf.has(name)) continue;
    hashOf.set(name, await hashPassword(passwordOf(name), { ln: 10, p: 1 }));
  }
}

const ALICE_KEYS = [{ id: "AKIATESTBEDALICE0000", secret: "secret-of-alice-000000" }];

function configText(settings: object): string {
  const contact = { email: "someone@mail.example", phone: "+1 555 0142" };
  const user = (name: string, manages: string, more: object = contact) => ({
    name,
    manages,
    passwordHash: hashOf.get(name),
    ...more,
  });
  const root = (id: string) => ({
    email: `root@${id}.example`,
    passwordHash: hashOf.get("root"),
    phone: "+1 555 0100",
  });
  return JSON.stringify({
    version: 1,
    ...settings,
    accounts: [
      {
        id: ACCOUNT,
        alias: "first",
        root: root(ACCOUNT),
        users: [
          user("admin", "admin"),
          user("alice", "self", { ...contact, accessKeys: ALICE_KEYS }),
          user("bob", "self", {}),
          user("eve", "nobody"),
          { name: "nopass", manages: "self" },
        ],
      },
      { id: OTHER_ACCOUNT, root: root(OTHER_ACCOUNT), users: [user("alice", "self")] },
    ],
  });
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
  readonly body: any;
  readonly text: string;
}

/** @see PageBench.open */
export interface PageBenchOptions
  extends Partial<Omit<PageOptions, "iam" | "clock" | "codeClock" | "version">> {
  /** Settings of the config; or another config. */
  readonly settings?: object;
  readonly config?: IamConfig;
  /** Whether the page may set the clock of codes; default false. */
  readonly isClockSettable?: boolean;
  /** Whether the service is around it, with its limits and its log; default: the page alone. */
  readonly isWhole?: boolean;
}

const START_US = 1_736_942_400_000_000;

type Plugin = (app: FastifyInstance) => Promise<void>;

/** The page as in a service, without the service: a few milliseconds less a test. */
async function bareApp(plugin: Plugin): Promise<FastifyInstance> {
  const app = fastify();
  app.setValidatorCompiler(compileSchema);
  app.removeContentTypeParser("text/plain");
  await app.register((scope, _options, done) => void plugin(scope).then(() => done(), done));
  return app;
}

async function wholeApp(parts: {
  readonly store: MemoryStore;
  readonly clock: SimulatedClock;
  readonly testClock: SettableClock;
  readonly plugin: Plugin;
  readonly write: (line: string) => void;
}): Promise<FastifyInstance> {
  const { store, clock, testClock, plugin, write } = parts;
  const policy = policyOf("aws");
  const verifier = new Verifier({ store, policy });
  const hostClock = "unknown";
  const metrics = new ServiceMetrics({ store, verifier, hostClock });
  const { tokens: bearers } = BearerTokens.draw();
  const limits = limitsOf();
  const core = { verifier, store, policy, limits, clock, testClock, bearers, metrics, hostClock };
  const log = { level: "debug", write } as const;
  return createApp({ ...core, hostClock }, { plugins: [plugin], log });
}

/** A server and its clocks. */
export class PageBench implements AsyncDisposable {
  readonly app: FastifyInstance;
  readonly iam: Iam;
  readonly console: Console;
  /** Lines of the log. */
  readonly log: readonly string[];
  readonly #clock: SimulatedClock;
  readonly #codeClock: SettableClock;

  private constructor(
    app: FastifyInstance,
    parts: readonly [Iam, Console],
    clocks: readonly [SimulatedClock, SettableClock],
    log: readonly string[],
  ) {
    this.app = app;
    [this.iam, this.console] = parts;
    [this.#clock, this.#codeClock] = clocks;
    this.log = log;
  }

  static async open(options: PageBenchOptions = {}): Promise<PageBench> {
    await hashes(["root", "admin", "alice", "bob", "eve"]);
    const { settings = {}, isClockSettable = false, isWhole = false, ...more } = options;
    const clock = new SimulatedClock(START_US);
    const testClock = new SettableClock(clock);
    const store = new MemoryStore();
    const source = { isPrivate: true, readSecret: () => "" };
    const config = options.config ?? parseIamConfig(configText(settings), "bench.json", source);
    const moment = { nowUs: START_US, codesAtUs: START_US };
    const iam = await openIam({ config, store, journal: new MemoryJournal(), moment });
    const log: string[] = [];
    let mounted: Console | undefined;
    const plugin = async (app: FastifyInstance): Promise<void> => {
      mounted = await mountPage(app, {
        iam,
        clock,
        codeClock: testClock,
        version: "0.0.0",
        isLocal: true,
        isTls: false,
        hasMailbox: true,
        clientRequests: 0,
        assets: null,
        settableClock: isClockSettable ? testClock : null,
        ...more,
      });
    };
    const write = (line: string): void => void log.push(line);
    const app = isWhole
      ? await wholeApp({ store, clock, testClock, plugin, write })
      : await bareApp(plugin);
    if (mounted === undefined) throw new Error("the page is not mounted");
    return new PageBench(app, [iam, mounted], [clock, testClock], log);
  }

  /** As if it were new: two hours later, without devices. */
  async clear(): Promise<void> {
    this.#codeClock.set({ mode: "real" });
    await this.pass(240);
    const moment = { nowUs: this.nowUs, codesAtUs: this.nowUs };
    const { devices } = this.iam.endpoint;
    for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
      for (const row of this.iam.core.state.devices(account)) {
        const serial = serialOf(row);
        if (row.holder !== null) {
          await devices.deactivate(serial, { account, id: row.holder }, moment);
        }
        await devices.delete(account, serial, moment);
      }
    }
  }

  /** A browser without a session. */
  browser(): Browser {
    return new Browser(this);
  }

  /**
   * A browser where this person is signed in, with a code of their device if it is given. Without
   * the work of a password: signing in by one has tests of its own.
   */
  async signedIn(name: string, phone?: Authenticator, account?: string): Promise<Browser> {
    if (phone === undefined) {
      const { holder } = this.#named(name, account);
      return this.#at({ kind: "signed-in", holder, isMfa: false, isRestricted: false });
    }
    const browser = this.atCode(name);
    await this.pass(1);
    const given = { serial: phone.serial, code: phone.code(this.step) };
    const { body, text } = await browser.post("/sign-in/code", given);
    if (body.stage !== "signed-in") throw new Error(text);
    return browser;
  }

  /** A browser where the code of this person's device is asked. */
  atCode(name: string): Browser {
    return this.#at({ kind: "code", holder: this.#named(name).holder });
  }

  #at(stage: Stage): Browser {
    const browser = this.browser();
    const cookie = this.console.sessions.begin(stage, "", this.#clock.monotonicUs());
    browser.cookie = `oathbed_console=${cookie}`;
    browser.csrf = this.console.sessions.csrf(cookie);
    return browser;
  }

  /** A browser of this person, signed in before they got a device, and that device. */
  async withDevice(name: string): Promise<readonly [Browser, Authenticator]> {
    const browser = await this.signedIn(name);
    const { holder } = this.#named(name);
    const { account, id: creator } = holder;
    const moment = { nowUs: this.nowUs, codesAtUs: this.nowUs };
    const { devices } = this.iam.endpoint;
    const given = { account, name: `${name}-phone`, path: "/", tags: [], creator };
    const { row, secret } = await devices.create(given, moment);
    const phone = new Authenticator(serialOf(row), encodeBase32(secret));
    const { code1, code2 } = phone.pair(this.step - 1);
    await devices.enable(phone.serial, holder, [code1, code2], moment);
    return [browser, phone];
  }

  #named(name: string, account?: string): Somebody {
    const somebody = this.console.people.named(signInOf(name, account));
    if (somebody === null) throw new Error(`there is no ${name}`);
    return somebody;
  }

  /** Now, by both clocks: microseconds since the Unix epoch. */
  get nowUs(): number {
    return this.#codeClock.nowUs();
  }

  /** The time step of now. */
  get step(): number {
    return Math.floor(this.#codeClock.nowUs() / 30_000_000);
  }

  /** All clocks go on by so many time steps. */
  async pass(steps: number): Promise<void> {
    await this.#clock.advance(steps * 30_000_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.iam.core.verifier.settled();
    this.iam[Symbol.dispose]();
  }
}

/** What a browser sends besides, or does not. */
export interface Twist {
  /** Undefined: the header is left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Keeps a cookie and the csrf value. */
export class Browser {
  readonly #bench: PageBench;
  cookie = "";
  csrf = "";

  constructor(bench: PageBench) {
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
