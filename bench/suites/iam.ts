// How many devices the IAM-compatible endpoint enables, and how many sessions with a code it
// gives, over HTTP, signatures checked, everything on the disk before it is answered. The client
// is in this process and shares its time; its requests are signed before the clock runs. Goal of
// issue 5: at least 1,000 of each a second on two cores.

import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify } from "fastify";
import { totpParameters } from "../../core/oath/parameters.ts";
import { parseIamConfig } from "../../service/iam/config.ts";
import type { Moment } from "../../service/iam/core.ts";
import { type Iam, openIam } from "../../service/iam/open.ts";
import { iamPlugin } from "../../service/iam/plugin.ts";
import { canonicalRequest, hashHex, Signer } from "../../service/iam/sigv4/signature.ts";
import { SqliteJournal } from "../../service/iam/state/sqlite-journal.ts";
import type { EngineKey } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { SqliteStore } from "../../verifier/stores/sqlite.ts";
import type { Goal, Workload } from "../workload.ts";
import { pageFirstLoad } from "./page-load.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

/** Users, each with a device; all of them once a call. */
const MOST_USERS = 256;
/** Fewer where there is hardly any time: an act of each is a slice. */
const LEAST_USERS = 8;
const CONNECTIONS = 64;
const TIMEOUT_MS = 30_000;
const ACCOUNT = "123456789012";
const STEP_US = 30_000_000;
const FIRST_STEP = 59_000_000;
const GOAL: Goal = { comparison: "at-least", value: 1000 };
const SIGNED_HEADERS = ["content-type", "host", "x-amz-date"];
const CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8";

/** A signed request, ready to be sent. */
interface Ready {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** EnableMFADevice and GetSessionToken. */
export async function iamSuite({ resources, durationMs }: SuiteSetup): Promise<SuiteContent> {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-bench-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const store = resources.use(new SqliteStore(join(folder, "iam.db"), { thread: "own" }));
  const journal = resources.use(new SqliteJournal(join(folder, "iam.db.iam")));
  const users = Math.max(LEAST_USERS, Math.min(MOST_USERS, Math.round(durationMs)));
  const place = resources.use(await IamPlace.open(store, journal, users));
  return {
    workloads: [place.enabling(), place.sessions()],
    measured: [await pageFirstLoad()],
    notes: [`iam: ${store.durability}; ${CONNECTIONS} connections from this same process`],
  };
}

/** The endpoint, its users and their devices. */
class IamPlace implements AsyncDisposable {
  readonly #iam: Iam;
  readonly #signer = new Signer();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #close: () => Promise<void>;
  readonly #port: number;
  readonly #users: number;
  #step = FIRST_STEP;
  #keys: EngineKey[] = [];
  #ready: readonly Ready[] = [];

  private constructor(iam: Iam, port: number, users: number, close: () => Promise<void>) {
    this.#iam = iam;
    this.#port = port;
    this.#users = users;
    this.#close = close;
  }

  static async open(store: SqliteStore, journal: SqliteJournal, count: number): Promise<IamPlace> {
    const users = Array.from({ length: count + 1 }, (_, at) => ({
      name: `user-${at}`,
      manages: at === count ? "admin" : "self",
      accessKeys: [{ id: keyId(at), secret: secretOf(at) }],
    }));
    const text = JSON.stringify({ version: 1, accounts: [{ id: ACCOUNT, users }] });
    const source = { isPrivate: true, readSecret: () => "" };
    const config = parseIamConfig(text, "bench", source);
    const moment = momentOf(FIRST_STEP);
    const iam = await openIam({ config, store, journal, moment });
    const app = fastify();
    let place: IamPlace | undefined;
    const clock = { nowUs: () => momentOf(place === undefined ? FIRST_STEP : place.#step).nowUs };
    await app.register(iamPlugin, { endpoint: iam.endpoint, clock });
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    place = new IamPlace(iam, port, count, () => app.close());
    await place.#renewDevices();
    return place;
  }

  enabling(): Workload {
    return this.#workload("EnableMFADevice", async () => {
      await this.#renewDevices();
      this.#ready = this.#keys.map((key, at) =>
        this.#sign(this.#users, "iam", {
          Action: "EnableMFADevice",
          Version: "2010-05-08",
          UserName: `user-${at}`,
          SerialNumber: serialOf(at),
          AuthenticationCode1: key.codeAt(BigInt(this.#step - 1)),
          AuthenticationCode2: key.codeAt(BigInt(this.#step)),
        }),
      );
    });
  }

  sessions(): Workload {
    return this.#workload("GetSessionToken with a code", async () => {
      await this.#enableAll();
      this.#step += 3;
      this.#ready = this.#keys.map((key, at) =>
        this.#sign(at, "sts", {
          Action: "GetSessionToken",
          Version: "2011-06-15",
          SerialNumber: serialOf(at),
          TokenCode: key.codeAt(BigInt(this.#step)),
        }),
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#close();
    await this.#iam.core.verifier.settled();
    this.#iam[Symbol.dispose]();
  }

  #workload(name: string, prepare: () => Promise<void>): Workload {
    return {
      suite: "iam",
      subject: "http sqlite",
      name,
      unit: "operations/s",
      operations: this.#users,
      prepare,
      run: () => Promise.all(this.#ready.map((one) => this.#send(one))),
      goal: GOAL,
    };
  }

  /** New devices, which nobody holds. */
  async #renewDevices(): Promise<void> {
    this.#step += 3;
    const { devices } = this.#iam.endpoint;
    const { state } = this.#iam.core;
    const moment = momentOf(this.#step);
    const made = Array.from({ length: this.#users }, async (_, at) => {
      const serial = serialOf(at);
      const row = state.device(serial);
      if (row !== null && row.holder !== null) {
        await devices.deactivate(serial, { account: ACCOUNT, id: row.holder }, moment);
      }
      if (row !== null) await devices.delete(ACCOUNT, serial, moment);
      const given = { account: ACCOUNT, name: `d${at}`, path: "/", tags: [], creator: "" };
      const { secret } = await devices.create(given, moment);
      return nodeCryptoEngine.prepare(secret, totpParameters());
    });
    this.#keys = await Promise.all(made);
  }

  /** Those that are not, once; without HTTP. */
  async #enableAll(): Promise<void> {
    const { endpoint, core } = this.#iam;
    const moment = momentOf(this.#step);
    const enabling = this.#keys.map(async (key, at) => {
      if (core.state.device(serialOf(at))?.holder !== null) return;
      const id = core.state.user(ACCOUNT, `user-${at}`)?.id ?? "";
      const codes = [this.#step - 1, this.#step].map((step) => key.codeAt(BigInt(step)));
      const pair = codes as unknown as readonly [string, string];
      await endpoint.devices.enable(serialOf(at), { account: ACCOUNT, id }, pair, moment);
    });
    await Promise.all(enabling);
  }

  #sign(user: number, service: "iam" | "sts", parameters: Record<string, string>): Ready {
    const body = new URLSearchParams(parameters).toString();
    const time = new Date(momentOf(this.#step).nowUs / 1000).toISOString();
    const amzDate = `${time.slice(0, 19).replace(/[-:]/g, "")}Z`;
    const host = `127.0.0.1:${this.#port}`;
    const headers = { "content-type": CONTENT_TYPE, host, "x-amz-date": amzDate };
    const signed = { method: "POST", path: "/", headers, body: Buffer.from(body) };
    const scope = {
      accessKeyId: keyId(user),
      date: amzDate.slice(0, 8),
      region: "us-east-1",
      service,
    };
    const canonical = canonicalRequest(signed, SIGNED_HEADERS, hashHex(body));
    const given = { ...scope, signedHeaders: SIGNED_HEADERS };
    const mac = this.#signer.signature(given, secretOf(user), amzDate, canonical).toString("hex");
    const credential = `${keyId(user)}/${scope.date}/us-east-1/${service}/aws4_request`;
    const names = SIGNED_HEADERS.join(";");
    const proof = `SignedHeaders=${names}, Signature=${mac}`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, ${proof}`;
    return { headers: { ...headers, authorization, "content-length": `${body.length}` }, body };
  }

  /** A figure of requests that are refused is worth nothing. */
  #send({ headers, body }: Ready): Promise<void> {
    return new Promise((resolve, reject) => {
      const where = { port: this.#port, host: "127.0.0.1", agent: this.#agent };
      const sent = request({ ...where, method: "POST", headers, timeout: TIMEOUT_MS }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk) => {
          text += String(chunk);
        });
        answer.on("error", reject).on("end", () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`answered ${answer.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("the endpoint hangs"))).on("error", reject);
      sent.end(body);
    });
  }
}

function keyId(user: number): string {
  return `AKIABENCH${String(user).padStart(11, "0")}`;
}

function secretOf(user: number): string {
  return `secret-of-bench-user-${user}`;
}

function serialOf(at: number): string {
  return `arn:aws:iam::${ACCOUNT}:mfa/d${at}`;
}

/** In the middle of a time step; both clocks are the same. */
function momentOf(step: number): Moment {
  const nowUs = step * STEP_US + STEP_US / 2;
  return { nowUs, codesAtUs: nowUs };
}
