// The service in this process, until Ctrl-C or SIGTERM.

import { once } from "node:events";
import { BearerTokens } from "../../service/bearer-tokens.ts";
import type { LogLevel } from "../../service/log.ts";
import { hashPassword } from "../../service/page/password-hash.ts";
import { type ServiceOptions, startService } from "../../service/server.ts";
import { openStore } from "../../verifier/stores/open.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { givenPassword } from "../password-input.ts";
import { UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";
import { type IamArguments, iamPart } from "./iam.ts";
import { demoOf, type PageArguments, pagePart, showDemo } from "./page.ts";
import { type PolicyArguments, policyFrom } from "./policy-overrides.ts";
import { readPrivate } from "./small-file.ts";

/** What `serve` takes. */
export interface ServeArguments extends PolicyArguments, IamArguments, PageArguments {
  readonly state: string;
  readonly host: string;
  readonly port: string;
  readonly "tokens-file"?: string | undefined;
  readonly "tls-cert"?: string | undefined;
  readonly "tls-key"?: string | undefined;
  readonly "client-rate": string;
  readonly "token-rate": string;
  readonly "test-mode": boolean;
  readonly "log-level": string;
  readonly json: boolean;
  readonly "hash-password": boolean;
}

const MAX_RATE = 1_000_000_000;

/** Serves until the signal. @throws {StoreError | RangeError | UsageError} before it is ready */
export async function serve(args: ServeArguments, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  if (args["hash-password"]) return hashGiven(context);
  const policy = policyFrom(args);
  const demo = await demoOf(args);
  const mountPage = pagePart(args, demo);
  const options = await optionsOf(args, context);
  const { bearers, drawn } = await bearersOf(args["tokens-file"], context);
  await using store = await openStore(demo === null ? args.state : "memory");
  signal.throwIfAborted();
  const onError = (error: unknown, requestId: string): void => {
    const text = error instanceof Error ? error.message : String(error);
    warn(context, `request ${requestId} to the IAM endpoint failed: ${text}`);
  };
  await using iam = iamPart(args, { onError, demo: demo?.config ?? null, mountPage });
  const { plugins } = iam;
  await using service = await listening({ ...options, store, policy, bearers, plugins });
  for (const warning of service.warnings) warn(context, warning);
  if (drawn !== null && !args.json) {
    terminal.err(`no --tokens-file; this token has every scope until the end: ${drawn}\n`);
  }
  if (demo !== null && !args.json) showDemo(demo, service.url, terminal);
  const page = mountPage === null ? {} : { page: `${service.url}/` };
  const facts = { url: service.url, state: store.name, durability: store.durability, ...page };
  terminal.out(
    args.json
      ? `${JSON.stringify({ event: "ready", ...facts, ...(drawn === null ? {} : { token: drawn }) })}\n`
      : `ready ${service.url}\n`,
  );
  if (!signal.aborted) await once(signal, "abort");
  terminal.err("\nstopping: requests in flight end, new ones are refused\n");
  return EXIT.ok;
}

/** The hash of the password on stdin, for the config of the page. */
async function hashGiven(context: Context): Promise<ExitCode> {
  const password = await givenPassword({ "password-stdin": true }, context);
  context.terminal.out(`${await hashPassword(password ?? "")}\n`);
  return EXIT.ok;
}

/** An address that cannot be had is the caller's, not a mistake of ours. */
async function listening(options: ServiceOptions): ReturnType<typeof startService> {
  try {
    return await startService(options);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const where = `${options.host}:${options.port}`;
    if (code === "EADDRINUSE") throw new UsageError(`${where} is in use`, "choose another --port");
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
      throw new UsageError(`${where} is no address of this computer`, "choose another --host");
    }
    if (code === "EACCES") {
      throw new UsageError(`${where} may not be listened on`, "choose a --port above 1023");
    }
    if (code.startsWith("ERR_OSSL") || code.startsWith("ERR_TLS")) {
      const hint = "--tls-cert and --tls-key are PEM files that belong together";
      throw new UsageError("the certificate or its key cannot be used", hint);
    }
    throw error;
  }
}

async function optionsOf(
  args: ServeArguments,
  { terminal }: Context,
): Promise<Omit<ServiceOptions, "store" | "policy" | "bearers">> {
  const { "tls-cert": certFile, "tls-key": keyFile } = args;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together", "give both, or none");
  }
  const { readFile } = await import("node:fs/promises");
  const tls =
    certFile === undefined || keyFile === undefined
      ? {}
      : { tls: { cert: await readFile(certFile), key: await readPrivate(keyFile, terminal) } };
  return {
    host: args.host,
    port: wholeOf("port", args.port, 0, 65_535),
    testMode: args["test-mode"] || args.demo,
    log: { level: args["log-level"] as LogLevel, write: (line) => terminal.err(line) },
    limits: {
      clientRequests: wholeOf("client-rate", args["client-rate"], 0, MAX_RATE),
      tokenRequests: wholeOf("token-rate", args["token-rate"], 0, MAX_RATE),
    },
    ...tls,
  };
}

async function bearersOf(
  path: string | undefined,
  { terminal }: Context,
): Promise<{ readonly bearers: BearerTokens; readonly drawn: string | null }> {
  if (path === undefined) {
    const { tokens, token } = BearerTokens.draw();
    return { bearers: tokens, drawn: token };
  }
  const text = (await readPrivate(path, terminal)).toString("utf8");
  try {
    return { bearers: BearerTokens.parse(text), drawn: null };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, "a line is TOKEN SCOPE,SCOPE NAME");
  }
}

function warn({ terminal }: Context, warning: string): void {
  terminal.err(`${terminal.errStyle.warn("warning:")} ${warning}\n`);
}
