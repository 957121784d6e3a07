// oathbed serve: the verifier as an HTTP service.

import { type Command, defineCommand } from "../command.ts";
import { JSON_OPTION } from "../options.ts";
import { POLICY_OPTIONS, STORE_OPTION } from "../service/options.ts";

const OPTIONS = {
  ...STORE_OPTION,
  ...POLICY_OPTIONS,
  host: {
    type: "string",
    requiresArg: true,
    default: "127.0.0.1",
    description: "address to listen on; default: this computer only",
  },
  port: {
    type: "string",
    requiresArg: true,
    default: "4226",
    description: "port to listen on; 0: the system chooses",
  },
  "tokens-file": {
    type: "string",
    requiresArg: true,
    description: "bearer tokens, a line each: TOKEN SCOPE,SCOPE NAME; default: one is drawn",
  },
  "tls-cert": { type: "string", requiresArg: true, description: "certificate chain, PEM" },
  "tls-key": { type: "string", requiresArg: true, description: "its key, PEM" },
  "client-rate": {
    type: "string",
    requiresArg: true,
    default: "60000",
    description: "requests a minute from one address; 0: no limit",
  },
  "token-rate": {
    type: "string",
    requiresArg: true,
    default: "60",
    description: "codes a minute for one token; 0: no limit",
  },
  iam: {
    type: "boolean",
    default: false,
    description: "serve an IAM- and STS-compatible endpoint at / too; needs --config",
  },
  config: {
    type: "string",
    requiresArg: true,
    description: "with --iam: accounts, users, keys and roles, see docs/iam.md",
  },
  "iam-state": {
    type: "string",
    requiresArg: true,
    description: "with --iam: SQLite file of users and devices; default: the state's name + .iam",
  },
  page: {
    type: "boolean",
    default: false,
    description: "with --iam: serve the page at / too, where people manage MFA devices",
  },
  fobs: {
    type: "string",
    requiresArg: true,
    description: "with --page, on this computer only: show so many emulated tokens, 1 to 20",
  },
  demo: {
    type: "boolean",
    default: false,
    description: "serve endpoint and page with accounts to try, three fobs, in memory, test mode",
  },
  "hash-password": {
    type: "boolean",
    default: false,
    description: "print the hash of the password on stdin, for the page's config, and end",
  },
  "test-mode": {
    type: "boolean",
    default: false,
    description: "let clients set the clock (PUT /v1/test/clock); never in production",
  },
  "log-level": {
    type: "string",
    requiresArg: true,
    choices: ["silent", "error", "warn", "info", "debug"],
    default: "warn",
    description: "JSON lines on stderr; info: one a request",
  },
  ...JSON_OPTION,
} as const;

/** `oathbed serve`. */
export const serveCommand: Command = defineCommand({
  name: "serve",
  summary: "Serve the verifier over HTTP, until Ctrl-C or SIGTERM",
  details:
    "Prints `ready URL` when it answers; with --json an event. GET /openapi.json\n" +
    "describes every route.",
  isService: true,
  options: OPTIONS,
  examples: [
    ["oathbed serve", "on this computer, a token for everything drawn and shown"],
    ["oathbed serve --tokens-file service.tokens --set throttleLimit=5", "another limit"],
    ["oathbed serve --iam --config iam.json", "for aws --endpoint-url http://127.0.0.1:4226"],
    ["oathbed serve --demo", "the page, to be tried at once: sign-ins are shown"],
    ["oathbed serve --state memory --port 0 --test-mode --json", "for tests of a client"],
  ],
  run: async (args, context) => {
    const { serve } = await import("../service/serve.ts");
    return serve(args, context);
  },
});
