// An endpoint in process for tests, with two clocks of its own, clients that sign with aws4 (no
// code shared with ours) and authenticators whose codes otplib computes.

import { sign } from "aws4";
import { decodeBase32 } from "../../../core/oath/base32.ts";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { MemoryStore } from "../../../verifier/stores/memory.ts";
import type { Store } from "../../../verifier/stores/store.ts";
import { codeOf } from "../../../verifier/testing/codes.ts";
import { type IamConfig, parseIamConfig } from "../config.ts";
import type { EndpointAnswer, EndpointRequest } from "../endpoint.ts";
import { type Iam, openIam } from "../open.ts";
import { type Journal, MemoryJournal } from "../state/journal.ts";
import { nodesAt, parseXml, textAt, type XmlNode } from "./xml-tree.ts";

/** A key pair, with a session token for a session. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const keys = (name: string): Keys => ({
  accessKeyId: `AKIATESTBED${name.padEnd(9, "0")}`,
  secretAccessKey: `secret-of-${name}/+0000000000000000`,
});

/** Who calls: the first account's people, and one of the second. */
export const ADMIN: Keys = keys("ADMIN");
/** Manages her own devices. */
export const ALICE: Keys = keys("ALICE");
/** @see ALICE */
export const BOB: Keys = keys("BOB");
/** Manages nothing. */
export const EVE: Keys = keys("EVE");
/** Root of the first account. */
export const ROOT: Keys = keys("ROOT");
/** Admin of the second account. */
export const OTHER_ADMIN: Keys = keys("OTHER");

/** The first account. */
export const ACCOUNT = "123456789012";
/** The second. */
export const OTHER_ACCOUNT = "210987654321";
/** Assumed with MFA only. */
export const ROLE: string = `arn:aws:iam::${ACCOUNT}:role/operator`;

const key = ({ accessKeyId, secretAccessKey }: Keys) => [
  { id: accessKeyId, secret: secretAccessKey },
];

/** The config of the bench, with some settings changed. */
export function benchConfig(settings: Readonly<Record<string, unknown>> = {}): IamConfig {
  const trusts = ["alice", "bob"].map((name) => `arn:aws:iam::${ACCOUNT}:user/${name}`);
  const file = {
    version: 1,
    ...settings,
    accounts: [
      {
        id: ACCOUNT,
        rootAccessKeys: key(ROOT),
        users: [
          { name: "admin", manages: "admin", accessKeys: key(ADMIN) },
          { name: "alice", manages: "self", accessKeys: key(ALICE) },
          { name: "bob", manages: "self", accessKeys: key(BOB) },
          { name: "eve", manages: "nobody", accessKeys: key(EVE) },
          { name: "carol", path: "/team/", manages: "self" },
        ],
        roles: [
          { name: "operator", manages: "admin", trusts, requireMfa: true },
          { name: "reader", manages: "nobody", trusts, requireMfa: false, externalId: "x-1" },
        ],
      },
      {
        id: OTHER_ACCOUNT,
        alias: "second",
        users: [{ name: "alice", manages: "admin", accessKeys: key(OTHER_ADMIN) }],
      },
    ],
  };
  return parseIamConfig(JSON.stringify(file), "bench.json", {
    isPrivate: true,
    readSecret: () => "",
  });
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  /** Of a fault; undefined for success. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly root: XmlNode;
  /** Below the Result element. */
  text(path: string): string | undefined;
  nodes(path: string): readonly XmlNode[];
}

/** How a request differs from a right one. */
export interface Twist {
  readonly region?: string;
  readonly service?: "iam" | "sts";
  readonly version?: string;
  /** Changes the request after it was signed. */
  readonly spoil?: (request: Mutable) => void;
}

/** @see Twist.spoil */
export interface Mutable {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

const STS_ACTIONS: readonly string[] = ["GetSessionToken", "AssumeRole", "GetCallerIdentity"];
const START_US = 1_736_942_400_000_000;

/** @see Bench.open */
export class Bench implements AsyncDisposable {
  /** Signing time, and the time of codes: µs since the Unix epoch. */
  nowUs: number = START_US;
  codesAtUs: number = START_US;
  readonly iam: Iam;
  readonly #own: AsyncDisposableStack;

  private constructor(iam: Iam, own: AsyncDisposableStack) {
    this.iam = iam;
    this.#own = own;
  }

  /** Over stores in memory unless some are given, which stay open. */
  static async open(
    settings: Readonly<Record<string, unknown>> = {},
    stores: { readonly store?: Store; readonly journal?: Journal } = {},
  ): Promise<Bench> {
    const own = new AsyncDisposableStack();
    const store = stores.store ?? own.use(new MemoryStore());
    const journal = stores.journal ?? own.use(new MemoryJournal());
    const moment = { nowUs: START_US, codesAtUs: START_US };
    const iam = own.use(await openIam({ config: benchConfig(settings), store, journal, moment }));
    return new Bench(iam, own);
  }

  /** The time step of now. */
  get step(): number {
    return Math.floor(this.codesAtUs / 30_000_000);
  }

  /** Both clocks go on by so many time steps. */
  pass(steps: number): void {
    this.nowUs += steps * 30_000_000;
    this.codesAtUs += steps * 30_000_000;
  }

  async call(
    who: Keys,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
    twist: Twist = {},
  ): Promise<Answer> {
    return readAnswer(await this.raw(this.request(who, action, parameters, twist)));
  }

  /** Sends a request as it is. */
  raw(request: EndpointRequest): Promise<EndpointAnswer> {
    const moment = { nowUs: this.nowUs, codesAtUs: this.codesAtUs };
    return this.iam.endpoint.handle(request, moment);
  }

  /** A signed request. */
  request(
    who: Keys,
    action: string,
    parameters: Readonly<Record<string, string>>,
    twist: Twist,
  ): EndpointRequest {
    const isSts = STS_ACTIONS.includes(action);
    const Version = twist.version ?? (isSts ? "2011-06-15" : "2010-05-08");
    const body = new URLSearchParams({ Action: action, Version, ...parameters }).toString();
    const date = new Date(this.nowUs / 1000).toISOString().replace(/[-:]|\.\d+/g, "");
    const service = twist.service ?? (isSts ? "sts" : "iam");
    const host = "127.0.0.1:8080";
    const headers = { Host: host, "X-Amz-Date": date };
    const options = { host, method: "POST", path: "/", service, body, headers };
    const signed = sign({ ...options, region: twist.region ?? "us-east-1" }, who);
    const lower = Object.entries(signed.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]);
    const mutable: Mutable = {
      method: "POST",
      path: "/",
      query: "",
      headers: Object.fromEntries(lower),
      body: Buffer.from(body),
    };
    twist.spoil?.(mutable);
    return mutable;
  }

  /** Makes a device and gives what holds its secret. */
  async device(name: string, who: Keys = ADMIN, path?: string): Promise<Authenticator> {
    const parameters = {
      VirtualMFADeviceName: name,
      ...(path === undefined ? {} : { Path: path }),
    };
    const answer = await this.call(who, "CreateVirtualMFADevice", parameters);
    if (answer.status !== 200) throw new Error(`${answer.code}: ${answer.message}`);
    return new Authenticator(answer);
  }

  /** Enables with the previous and the present code, as scripts do. */
  enable(user: string, device: Authenticator, who: Keys = ADMIN, by = 0): Promise<Answer> {
    return this.pair("EnableMFADevice", user, device, this.step - 1 + by, who);
  }

  /** Two consecutive codes, the first of this step. */
  pair(
    action: string,
    user: string,
    { serial, code }: Pick<Authenticator, "serial" | "code">,
    step: number,
    who: Keys = ADMIN,
  ): Promise<Answer> {
    return this.call(who, action, {
      UserName: user,
      SerialNumber: serial,
      AuthenticationCode1: code(step),
      AuthenticationCode2: code(step + 1),
    });
  }

  /** A session with a code. */
  session(who: Keys, { serial }: Authenticator, code: string): Promise<Answer> {
    return this.call(who, "GetSessionToken", { SerialNumber: serial, TokenCode: code });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.iam.core.verifier.settled();
    await this.#own.disposeAsync();
  }
}

/** What was provisioned from the answer of a creation. */
export class Authenticator {
  readonly serial: string;
  /** Base32 text. */
  readonly seed: string;
  readonly png: Buffer;
  /** The code of a time step, by otplib. */
  readonly code: (step: number) => string;

  constructor(answer: Answer) {
    const text = (name: string) => answer.text(`VirtualMFADevice/${name}`) ?? "";
    this.serial = text("SerialNumber");
    this.seed = Buffer.from(text("Base32StringSeed"), "base64").toString("ascii");
    this.png = Buffer.from(text("QRCodePNG"), "base64");
    const secret = decodeBase32(this.seed);
    this.code = (step) => codeOf(totpParameters(), step, secret);
  }
}

/** The keys in the answer of GetSessionToken or AssumeRole. */
export function keysOf(answer: Answer): Keys {
  const text = (name: string) => answer.text(`Credentials/${name}`) ?? "";
  return {
    accessKeyId: text("AccessKeyId"),
    secretAccessKey: text("SecretAccessKey"),
    sessionToken: text("SessionToken"),
  };
}

/** An answer's XML, read. */
export function readAnswer({ status, body }: EndpointAnswer): Answer {
  const root = parseXml(body);
  const result = root.children.find(({ name }) => name.endsWith("Result"));
  return {
    status,
    root,
    code: textAt(root, "Error/Code"),
    message: textAt(root, "Error/Message"),
    text: (path) => (result === undefined ? undefined : textAt(result, path)),
    nodes: (path) => (result === undefined ? [] : nodesAt(result, path)),
  };
}
