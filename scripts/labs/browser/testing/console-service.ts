// The page served in this process, over memory, in test mode, so that tests own its clock of codes
// and its limits. Two accounts; passwords cost little here.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSync } from "otplib";
import { BearerTokens } from "../../../../service/bearer-tokens.ts";
import { type MountedIam, mountIam } from "../../../../service/iam/mount.ts";
import type { SignIn } from "../../../../service/page/contract.ts";
import { mountPage, type PageOptions } from "../../../../service/page/open.ts";
import { hashPassword } from "../../../../service/page/password-hash.ts";
import { startService } from "../../../../service/server.ts";
import { policyOf } from "../../../../verifier/policy.ts";
import { MemoryStore } from "../../../../verifier/stores/memory.ts";

/** The first account, and its alias. */
export const ACCOUNT: string = "123456789012";
/** @see ACCOUNT */
export const ALIAS: string = "example";
/** Everybody's. */
export const PASSWORD = "correct horse battery";
/** Where codes begin: 2026-01-01T00:00:00Z, and a second in which a step begins. */
export const START_US = 1_767_225_600_000_000;

const LOW_COST = { ln: 10, p: 1 };

type UserSignIn = Extract<SignIn, { readonly kind: "user" }>;

/** People who sign in. */
export const PEOPLE: Readonly<Record<"alice" | "bob" | "carol" | "admin", UserSignIn>> & {
  readonly root: Extract<SignIn, { readonly kind: "root" }>;
} = {
  alice: user("alice"),
  bob: user("bob"),
  carol: user("carol"),
  admin: user("admin"),
  root: { kind: "root", email: "root@example.com", password: PASSWORD },
};

const BENCH: Partial<PageOptions> = {
  fobs: 3,
  hasMailbox: true,
  demo: [
    { signIn: PEOPLE.alice, manages: "self" },
    { signIn: PEOPLE.admin, manages: "admin" },
    { signIn: PEOPLE.root, manages: "admin" },
  ],
};

/** A served page. */
export interface ConsoleService extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Moves the clock of codes, seconds; it stands still otherwise. */
  readonly advance: (seconds: number) => void;
  /** What an authenticator shows of a secret: by otplib, which shares no code with ours. */
  readonly codesOf: (secret: string) => { readonly before: string; readonly now: string };
}

/** @see serveConsole */
export interface ConsoleServiceOptions {
  readonly limits?: PageOptions["limits"];
  /** Default 1: the one-device rule. */
  readonly devicesPerUser?: number;
  /** Tokens, mailbox, settable clock and people to try beside the page; default true. */
  readonly hasBench?: boolean;
}

/** Serves it. The clock of codes stands still at START_US. */
export async function serveConsole(options: ConsoleServiceOptions = {}): Promise<ConsoleService> {
  const folder = mkdtempSync(join(tmpdir(), "oathbed-page-"));
  const config = join(folder, "iam.json");
  writeFileSync(config, JSON.stringify(await configOf(options)), { mode: 0o600 });
  const store = new MemoryStore();
  let iam: MountedIam | undefined;
  const { tokens: bearers } = BearerTokens.draw();
  const service = await startService({
    store,
    policy: policyOf("aws"),
    bearers,
    testMode: true,
    limits: { clientRequests: 0 },
    plugins: [
      async (app, core) => {
        core.testClock?.set({ mode: "frozen", nowUs: START_US });
        iam = await mountIam(app, {
          config,
          store,
          state: "memory",
          clock: core.clock,
          codeClock: core.clock,
        });
        await mountPage(app, {
          iam: iam.iam,
          clock: core.clock,
          codeClock: core.clock,
          version: "0.0.0",
          isLocal: true,
          isTls: false,
          clientRequests: 0,
          ...(options.hasBench === false ? {} : { ...BENCH, settableClock: core.testClock }),
          ...(options.limits === undefined ? {} : { limits: options.limits }),
        });
      },
    ],
  });
  const clock = service.core.testClock;
  if (clock === null) throw new Error("test mode has a clock to set");
  return {
    url: service.url,
    advance: (seconds) => clock.set({ mode: "frozen", nowUs: clock.nowUs() + seconds * 1_000_000 }),
    codesOf: (secret) => {
      const codeAt = (epoch: number): string => generateSync({ secret, epoch });
      const epoch = clock.nowUs() / 1_000_000;
      return { before: codeAt(epoch - 30), now: codeAt(epoch) };
    },
    async [Symbol.asyncDispose]() {
      await service.close();
      await iam?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function user(name: string): UserSignIn {
  return { kind: "user", account: ALIAS, user: name, password: PASSWORD };
}

async function configOf({ devicesPerUser = 1 }: ConsoleServiceOptions): Promise<unknown> {
  const passwordHash = await hashPassword(PASSWORD, LOW_COST);
  const person = (name: string, manages: "self" | "admin") => ({
    name,
    manages,
    passwordHash,
    email: `${name}@example.com`,
    phone: "+81 90-1234-5642",
  });
  return {
    version: 1,
    devicesPerUser,
    issuer: "oathbed",
    accounts: [
      {
        id: ACCOUNT,
        alias: ALIAS,
        root: { email: PEOPLE.root.email, passwordHash, phone: "+81 90-1234-5600" },
        users: [
          person("admin", "admin"),
          person("alice", "self"),
          person("bob", "self"),
          person("carol", "self"),
        ],
      },
      { id: "210987654321", alias: "other-account", users: [person("alice", "self")] },
    ],
  };
}
