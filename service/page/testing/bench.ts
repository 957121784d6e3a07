// The page's API in process for tests: simulated time, browsers that keep cookie and csrf value,
// authenticators whose codes otplib computes.

import { type FastifyInstance, fastify } from "fastify";
import { encodeBase32 } from "../../../core/oath/base32.ts";
import { SimulatedClock } from "../../../core/time/simulated-clock.ts";
import { policyOf } from "../../../verifier/policy.ts";
import { MemoryStore } from "../../../verifier/stores/memory.ts";
import { Verifier } from "../../../verifier/verifier.ts";
import { createApp } from "../../app.ts";
import { BearerTokens } from "../../bearer-tokens.ts";
import type { IamConfig } from "../../iam/config.ts";
import { type Iam, openIam } from "../../iam/open.ts";
import { MemoryJournal } from "../../iam/state/journal.ts";
import { serialOf } from "../../iam/state/model.ts";
import { limitsOf } from "../../limits.ts";
import { ServiceMetrics } from "../../metrics.ts";
import { SettableClock } from "../../settable-clock.ts";
import { compileSchema } from "../../validation.ts";
import type { Console } from "../console.ts";
import { mountPage, type PageOptions } from "../open.ts";
import type { Somebody } from "../sign-in/people.ts";
import type { Stage } from "../sign-in/sessions.ts";
import { Authenticator, Browser } from "./browser.ts";
import { ACCOUNT, OTHER_ACCOUNT, pageConfig, signInOf } from "./config.ts";

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
    const { settings = {}, isClockSettable = false, isWhole = false, ...more } = options;
    const clock = new SimulatedClock(START_US);
    const testClock = new SettableClock(clock);
    const store = new MemoryStore();
    const config = options.config ?? (await pageConfig(settings));
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

  /** The same of somebody who is given a device first, and that device. */
  async atCodeOf(name: string): Promise<readonly [Browser, Authenticator]> {
    const [, phone] = await this.withDevice(name);
    return [this.atCode(name), phone];
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
