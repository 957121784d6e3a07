// The state that an operator's command works on, and the tokens that it names.

import { existsSync } from "node:fs";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Policy } from "../../verifier/policy.ts";
import { openStore } from "../../verifier/stores/open.ts";
import { isPostgres } from "../../verifier/stores/postgres-spec.ts";
import {
  type Store,
  type StoredToken,
  StoreError,
  type StoreErrorCode,
} from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { adminRow } from "../../verifier/views.ts";
import { UsageError } from "../usage-error.ts";
import { operatorOf } from "./operator.ts";
import { type PolicyArguments, policyFrom } from "./policy-overrides.ts";

/** What every operator's command takes. */
export interface AdminArguments extends PolicyArguments {
  readonly state: string;
  readonly json: boolean;
  readonly operator?: string | undefined;
}

/** An open state. */
export interface AdminState extends AsyncDisposable {
  readonly store: Store;
  readonly policy: Policy;
  readonly verifier: Verifier;
  /** Who acts, for the audit log. */
  readonly by: string;
}

/**
 * Opens it.
 *
 * @param mayCreate whether a missing file is made
 * @throws {UsageError} when it is missing and may not be made
 * @throws {StoreError} when it cannot be used
 */
export async function openState(args: AdminArguments, mayCreate = false): Promise<AdminState> {
  const { state } = args;
  const policy = policyFrom(args);
  const by = operatorOf(args.operator);
  const isFile = state !== "memory" && !isPostgres(state);
  if (isFile && !mayCreate && !existsSync(state)) {
    const hint = "oathbed enroll or admin import makes one; --state names another";
    throw new UsageError(`there is no state file ${state}`, hint);
  }
  const store = await openStore(state);
  const verifier = new Verifier({ store, policy });
  return {
    store,
    policy,
    verifier,
    by,
    async [Symbol.asyncDispose]() {
      verifier[Symbol.dispose]();
      await store.close();
    },
  };
}

/** What an operator's look may fail for without being refused: it changes nothing. */
const UNLOGGED: readonly StoreErrorCode[] = ["read-only", "full", "busy"];

/** Logs that an operator looked at something, after it was read. */
export async function logRead({ store, by }: AdminState, what: string): Promise<void> {
  const row = { ...adminRow(new SystemClock().nowUs(), "read", by, what), token: 0 };
  try {
    await store.audit(row);
  } catch (error) {
    if (!(error instanceof StoreError) || !UNLOGGED.includes(error.code)) throw error;
  }
}

/** The token of a label, or of `id:NUMBER`. @throws {UsageError} when there is none */
export async function namedToken(store: Store, name: string): Promise<StoredToken> {
  const id = /^id:(\d{1,15})$/.exec(name)?.[1];
  const token = id === undefined ? await store.find(name) : await store.load(Number(id));
  if (token !== null) return token;
  const shown = JSON.stringify(name.slice(0, 60));
  throw new UsageError(`there is no token ${shown}`, "oathbed admin list shows those there are");
}

/** As it is named to people: deleted ones have no label any more. */
export function nameOf({ id, label }: { readonly id: number; readonly label: string }): string {
  return label === "" ? `id:${id}` : label;
}
