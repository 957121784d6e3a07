// The page beside the IAM endpoint: what `serve --page` and `serve --demo` add.

import type { FastifyInstance } from "fastify";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { ServiceCore } from "../../service/core.ts";
import type { Iam } from "../../service/iam/open.ts";
import { type Demo, openDemo } from "../../service/page/demo.ts";
import { isLoopback } from "../../service/page/http/origin.ts";
import { mountPage } from "../../service/page/open.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";
import { toolVersion } from "../version.ts";

/** What `serve` takes for it. */
export interface PageArguments {
  readonly host: string;
  readonly iam: boolean;
  readonly page: boolean;
  readonly demo: boolean;
  readonly fobs?: string | undefined;
  readonly config?: string | undefined;
  readonly "iam-state"?: string | undefined;
  readonly "test-mode": boolean;
  readonly "tls-cert"?: string | undefined;
}

/** Mounts the page on a server whose IAM endpoint is open. */
export type MountPage = (app: FastifyInstance, core: ServiceCore, iam: Iam) => Promise<void>;

/** The demo's accounts, when it is asked for. @throws {UsageError} for flags that do not fit it */
export async function demoOf(args: PageArguments): Promise<Demo | null> {
  if (!args.demo) return null;
  if (args.config !== undefined || args["iam-state"] !== undefined) {
    throw new UsageError("--demo brings its own accounts", "leave --config and --iam-state out");
  }
  return openDemo();
}

/** Null without --page. @throws {UsageError} for flags that do not belong together */
export function pagePart(args: PageArguments, demo: Demo | null): MountPage | null {
  const isPage = args.page || demo !== null;
  const isLocal = isLoopback(args.host);
  if (!isPage) {
    if (args.fobs === undefined) return null;
    throw new UsageError("--fobs belongs to --page", "add --iam --page, or leave it out");
  }
  if (!args.iam && demo === null) {
    throw new UsageError("--page needs --iam --config FILE", "or try it: oathbed serve --demo");
  }
  if (!isLocal && (demo !== null || args.fobs !== undefined)) {
    throw new UsageError(
      "the token panel and the demo are for this computer only",
      "leave --host out",
    );
  }
  const fobs = wholeOf("fobs", args.fobs ?? (demo === null ? "0" : "3"), 0, 20);
  const isLab = isLocal && (args["test-mode"] || fobs > 0);
  return async (app, { testClock, clock: codeClock, limits }, iam) => {
    await mountPage(app, {
      iam,
      codeClock,
      clock: new SystemClock(),
      version: await toolVersion(),
      isLocal,
      isTls: args["tls-cert"] !== undefined,
      fobs,
      hasMailbox: isLab,
      settableClock: isLab ? testClock : null,
      demo: demo?.people ?? null,
      ...(limits.clientRequests === 0 ? { clientRequests: 0 } : {}),
    });
  };
}

/** Whom to try, for people. */
export function showDemo({ people }: Demo, url: string, terminal: Terminal): void {
  const lines = people.map(({ signIn }) =>
    signIn.kind === "root"
      ? `  root   ${signIn.email}  password ${signIn.password}`
      : `  user   ${signIn.user} of account ${signIn.account}  password ${signIn.password}`,
  );
  terminal.err(`open ${url}/ and sign in as one of these:\n${lines.join("\n")}\n`);
}
