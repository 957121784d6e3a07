// Importing a file of secrets into a store: all of its tokens or none, with a report that a dry run
// gives just the same.

import { describeSecret, wipe } from "../../core/oath/secret.ts";
import { admit } from "../admission.ts";
import { VerifierError } from "../errors.ts";
import { assertBy } from "../inputs.ts";
import type { Policy } from "../policy.ts";
import type { TokenState } from "../record.ts";
import type { AuditRow, NewToken, StoredToken } from "../stores/store.ts";
import { adminRow } from "../views.ts";
import { MAX_PROBLEMS, type Place, TransferError, type TransferProblem } from "./problems.ts";
import { type ReadOptions, readTokens, secretIdentity, type TokenFile } from "./read.ts";
import { type TransferFormat, type TransferToken, wipeTokens } from "./token.ts";

/** A token that is stored already. */
export interface KnownToken {
  readonly label: string;
  readonly state: TokenState;
  /** secretIdentity of its secret. */
  readonly identity: string;
}

/** Where imported tokens go. */
export interface ImportSink {
  /** What is stored and not deleted. */
  known(): Promise<readonly KnownToken[]>;
  /**
   * Stores all of these tokens, not enabled yet, or none; gives their ids in the same order. The
   * secrets are copied: the caller wipes them afterwards.
   *
   * @param atUs microseconds since the Unix epoch, for the audit log
   */
  importTokens(batch: readonly TransferToken[], atUs: number): Promise<readonly number[]>;
}

/** As much of a Store as an import needs. */
export interface ImportStore {
  list(): Promise<readonly StoredToken[]>;
  importMany(
    tokens: readonly { readonly token: NewToken; readonly audit: Omit<AuditRow, "token"> }[],
  ): Promise<readonly number[]>;
}

/**
 * A store as a sink, for an operator `by`. What a secret has consumed in an earlier life stays
 * consumed, and a user has at most the devices that `policy` allows.
 *
 * importTokens rejects with VerifierError (device-limit, secret-in-use), its message beginning with
 * the token's label, and with StoreError; nothing was stored then.
 */
export function storeSink(
  store: ImportStore,
  policy: Policy,
  by: string | null = null,
): ImportSink {
  assertBy(by);
  return {
    async known() {
      const stored = await store.list();
      return stored
        .filter(({ record }) => record.state !== "deleted")
        .map(({ label, secret, record }) => ({
          label,
          state: record.state,
          identity: secretIdentity(secret),
        }));
    },
    importTokens(batch, atUs) {
      const audit = adminRow(atUs, "create", by, "imported");
      return store.importMany(batch.map((token) => ({ token: newTokenOf(token, policy), audit })));
    },
  };
}

function newTokenOf(token: TransferToken, policy: Policy): NewToken {
  const { label, user, secret, parameters, counter, driftSteps } = token;
  const { validFromUs, validUntilUs } = token;
  return {
    label,
    user,
    secret,
    admit(peers) {
      try {
        const first = parameters.kind === "hotp" ? { counter } : {};
        const applicant = { user, parameters, validFromUs, validUntilUs, ...first };
        const record = admit(applicant, policy, peers);
        return driftSteps === 0 ? record : { ...record, offsetSteps: driftSteps };
      } catch (error) {
        if (!(error instanceof VerifierError)) throw error;
        throw new VerifierError(error.code, `token "${label}": ${error.message}`, error.hint);
      }
    },
  };
}

/** What is, or would be, imported of a token; fit for JSON, without its secret. */
export interface ImportRow extends Place {
  readonly label: string;
  readonly user: string | null;
  readonly kind: "hotp" | "totp";
  readonly algorithm: string;
  readonly digits: number;
  /** X, seconds; null for HOTP. */
  readonly stepSeconds: number | null;
  /** Next counter, decimal; null for TOTP. */
  readonly counter: string | null;
  readonly driftSteps: number;
  /** Length and fingerprint. */
  readonly secret: string;
}

/** @see importFile */
export interface ImportReport {
  readonly format: TransferFormat;
  readonly rows: readonly ImportRow[];
  readonly notes: readonly string[];
  /** Ids of the stored tokens, in the order of the rows; null for a dry run. */
  readonly ids: readonly number[] | null;
}

/** @see importFile */
export interface ImportOptions extends ReadOptions {
  /** When, microseconds since the Unix epoch, for the audit log. */
  readonly atUs: number;
  /** Whether to stop before anything is stored; default false. */
  readonly dryRun?: boolean;
}

/**
 * Reads a file and stores all of its tokens, or none. The file's bytes and the secrets read from
 * them are overwritten before it returns, whatever the outcome: pass a copy to keep them.
 *
 * @throws {TransferError} what is wrong with the file, or in it and in the store already
 * @throws {VerifierError} device-limit, secret-in-use
 * @throws {StoreError} what is wrong with the store
 */
export async function importFile(
  bytes: Uint8Array,
  sink: ImportSink,
  options: ImportOptions,
): Promise<ImportReport> {
  let file: TokenFile | null = null;
  try {
    file = await readTokens(bytes, options);
    const again = assertNew(file, await sink.known());
    const tokens = file.tokens.map(({ token }) => token);
    const rows = file.tokens.map(({ token, ...place }) => rowOf(token, place));
    const ids = options.dryRun === true ? null : await sink.importTokens(tokens, options.atUs);
    return { format: file.format, rows, notes: [...file.notes, ...again], ids };
  } finally {
    wipe(bytes);
    if (file !== null) wipeTokens(file.tokens.map(({ token }) => token));
  }
}

/** Notes on secrets that come back. @throws {TransferError} for labels and secrets in use */
function assertNew(file: TokenFile, known: readonly KnownToken[]): readonly string[] {
  const labels = new Set(known.map(({ label }) => label));
  const bySecret = new Map(known.map((token) => [token.identity, token]));
  const problems: TransferProblem[] = [];
  let again = 0;
  for (const { token, line, column } of file.tokens) {
    const problem = { line, column, token: token.label };
    const sameSecret = bySecret.get(secretIdentity(token.secret));
    if (labels.has(token.label)) {
      const message = "a token of this label is stored already; delete it first, or leave it out";
      problems.push({ ...problem, field: "label", message });
    } else if (sameSecret !== undefined && sameSecret.state !== "deactivated") {
      const message = `token "${sameSecret.label}" has this secret; deactivate that one first`;
      problems.push({ ...problem, field: "secret", message });
    } else if (sameSecret !== undefined) again++;
  }
  if (problems.length > 0) {
    throw new TransferError(problems.slice(0, MAX_PROBLEMS), problems.length);
  }
  const kept = "what its codes consumed stays consumed";
  return again === 0 ? [] : [`${again} tokens were set up before; ${kept}`];
}

function rowOf(token: TransferToken, { line, column }: Place): ImportRow {
  const { label, user, parameters, counter, driftSteps, secret } = token;
  const { kind, algorithm, digits } = parameters;
  return {
    line,
    column,
    label,
    user,
    kind,
    algorithm,
    digits,
    stepSeconds: parameters.kind === "totp" ? parameters.stepSeconds : null,
    counter: kind === "hotp" ? String(counter) : null,
    driftSteps,
    secret: describeSecret(secret),
  };
}
