// What the service answers when it cannot do what was asked: a status and
// {"error": {code, message, hint}}. Nothing of a body, a secret or a code is in it.

import { Base32Error } from "../core/oath/base32.ts";
import { OtpauthError } from "../core/oath/otpauth.ts";
import { VerifierError, type VerifierErrorCode } from "../verifier/errors.ts";
import { StoreError, type StoreErrorCode } from "../verifier/stores/store.ts";
import { TransferError, type TransferProblem } from "../verifier/transfer/problems.ts";

/** An answer that is none of success. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  /** Of a file that was refused: each place. */
  readonly problems: readonly TransferProblem[] | null;
  constructor(
    status: number,
    code: string,
    message: string,
    hint = "",
    problems: readonly TransferProblem[] | null = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.problems = problems;
  }
}

/** The body of a problem. */
export interface ProblemBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
    readonly problems?: readonly TransferProblem[];
  };
}

/** @see ProblemBody */
export function problemBody({ code, message, hint, problems }: Problem): ProblemBody {
  return { error: { code, message, hint, ...(problems === null ? {} : { problems }) } };
}

/** The problem that `error` is; null for a mistake of ours, which is answered 500. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof VerifierError) {
    return new Problem(verifierStatus(error.code), error.code, error.message, error.hint);
  }
  if (error instanceof StoreError) return storeProblem(error);
  if (error instanceof TransferError) {
    const text = `the file is refused as a whole: ${error.count} problems`;
    return new Problem(422, "file", text, "correct the file; nothing was taken", error.problems);
  }
  if (error instanceof OtpauthError || error instanceof Base32Error) {
    return new Problem(400, "secret", error.message, "give Base32 text or an otpauth:// URI");
  }
  // Before RangeError: one of fastify's is one.
  const ofFramework = frameworkProblem(error);
  if (ofFramework !== null || !(error instanceof RangeError)) return ofFramework;
  return new Problem(400, "range", error.message);
}

function verifierStatus(code: VerifierErrorCode): number {
  switch (code) {
    case "unknown-token":
      return 404;
    case "wrong-state":
    case "device-limit":
    case "secret-in-use":
      return 409;
  }
}

function storeProblem({ code, message, hint }: StoreError): Problem {
  const status = storeStatus(code);
  // Paths and addresses of the store are for the log.
  return status === 409
    ? new Problem(status, code, message, hint)
    : new Problem(status, `store-${code}`, "the store failed; nothing was accepted", "try again");
}

function storeStatus(code: StoreErrorCode): number {
  switch (code) {
    case "duplicate":
      return 409;
    case "busy":
    case "full":
    case "read-only":
    case "lost":
    case "unreachable":
    case "closed":
      return 503;
    case "unreadable":
    case "corrupt":
    case "version":
    case "key":
      return 500;
  }
}

const FRAMEWORK: Readonly<Record<string, readonly [code: string, message: string, hint: string]>> =
  {
    FST_ERR_CTP_INVALID_MEDIA_TYPE: ["media-type", "this body is not read", "send JSON"],
    FST_ERR_CTP_BODY_TOO_LARGE: ["too-large", "the body is too large", "send less"],
    FST_ERR_CTP_INVALID_JSON_BODY: ["json", "the body is not JSON", "send one JSON object"],
    FST_ERR_CTP_EMPTY_JSON_BODY: ["json", "the body is empty", "send one JSON object"],
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["length", "the body is not of its Content-Length", ""],
    FST_ERR_HANDLER_TIMEOUT: ["time-out", "it took too long", "ask whether it was done"],
  };

/** Errors of fastify itself; its texts may quote the request, so ours are given. */
function frameworkProblem(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const status = "statusCode" in error && Number(error.statusCode);
  if (typeof status !== "number" || !(status >= 400) || status >= 600) return null;
  const code = "code" in error ? String(error.code) : "";
  const [ours, message, hint] = FRAMEWORK[code] ?? ["request", "the request is refused", ""];
  if (status === 500) return null;
  return new Problem(status, ours, message, hint);
}
