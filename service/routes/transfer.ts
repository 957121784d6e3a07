// Routes that take files of secrets in and give them out.

import type { FastifyInstance } from "fastify";
import type { ServiceCore } from "../core.ts";
import { exportFrom, importInto } from "../operator/transfer.ts";
import { Problem } from "../problem.ts";
import { OBJECT } from "../schema/answers.ts";
import { addRoute } from "./route.ts";

/** A file of secrets. */
const IMPORT = {
  type: "object",
  additionalProperties: false,
  properties: {
    text: { type: "string", minLength: 1, description: "The file, when it is UTF-8." },
    base64: { type: "string", minLength: 1, description: "The file, whatever it is." },
    format: { enum: ["pskc", "csv", "otpauth", "migration"] },
    passphrase: { type: "string", minLength: 1, maxLength: 1024 },
    keyHex: { type: "string", pattern: "^([0-9a-fA-F]{32}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64})$" },
    csvForm: { type: "string", maxLength: 40 },
    csvEncoding: { enum: ["hex", "base32"] },
    dryRun: { type: "boolean", description: "Say what would be taken; take nothing." },
  },
} as const;

/** A file of secrets that is asked for. */
const EXPORT = {
  type: "object",
  required: ["format"],
  additionalProperties: false,
  properties: {
    format: { enum: ["pskc", "csv", "otpauth"] },
    ids: {
      type: "array",
      items: { type: "integer", minimum: 1 },
      maxItems: 100_000,
      description: "Default: all tokens that are not deleted.",
    },
    plain: { type: "boolean", description: "The secrets may be in clear." },
    passphrase: { type: "string", minLength: 8, maxLength: 1024 },
    keyHex: { type: "string", pattern: "^[0-9a-fA-F]{32}$" },
  },
} as const;

/** @see addRoutes */
export function addTransferRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { store, policy, limits } = core;
  addRoute(app, core, {
    method: "POST",
    path: "/import",
    scopes: ["admin"],
    summary: "Take all tokens of a file, or none: PSKC, CSV, otpauth or migration URIs.",
    body: IMPORT,
    bodyBytes: limits.importBytes,
    answer: OBJECT,
    run: ({ body: { text, base64, ...form }, nowUs, by }) =>
      importInto(store, policy, bytesOf(text, base64), form, nowUs, by),
  });
  addRoute(app, core, {
    method: "POST",
    path: "/export",
    scopes: ["admin"],
    summary: "A file of secrets: PSKC under a passphrase or key, others in clear with `plain`.",
    body: EXPORT,
    run: ({ body, nowUs, by }) => exportFrom(store, body, nowUs, by),
  });
}

function bytesOf(text: string | undefined, base64: string | undefined): Uint8Array {
  if ((text === undefined) === (base64 === undefined)) {
    throw new Problem(400, "request", "body takes the file as text or as base64, one of them");
  }
  if (text !== undefined) return new TextEncoder().encode(text);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64 ?? "")) {
    throw new Problem(400, "request", "body.base64 is not Base64");
  }
  return Uint8Array.from(Buffer.from(base64 ?? "", "base64"));
}
