// Rows and tokens brought together when the endpoint starts: what a crash left between two writes,
// what operators did to tokens meanwhile, and users that the config file has and the state has not.

import type { Store, StoredToken } from "../../../verifier/stores/store.ts";
import { StoreError } from "../../../verifier/stores/store.ts";
import type { Verifier } from "../../../verifier/verifier.ts";
import type { IamConfig } from "../config.ts";
import { type Moment, SERVICE_NAME } from "../core.ts";
import { LABEL_PART } from "../device-tokens.ts";
import { type DeviceRow, serialOf } from "./model.ts";
import { type IamState, uniqueId } from "./state.ts";

/** What is brought together. */
export interface Reconciled {
  readonly config: IamConfig;
  readonly state: IamState;
  readonly store: Store;
  readonly verifier: Verifier;
}

/** @throws {StoreError} "corrupt" when the rows are of another verifier's tokens */
export async function reconcile(parts: Reconciled, moment: Moment): Promise<void> {
  await configuredUsers(parts, moment);
  for (const { id: account } of parts.config.accounts) {
    for (const row of parts.state.devices(account)) await device(parts, row, moment);
  }
}

async function configuredUsers({ config, state }: Reconciled, { nowUs }: Moment): Promise<void> {
  for (const { id: account, users } of config.accounts) {
    for (const { name, path } of users) {
      const row = state.user(account, name);
      if (row !== null && row.path === path && row.name === name) continue;
      await state.put(
        row === null
          ? {
              kind: "user",
              seq: state.nextSeq(),
              account,
              name,
              path,
              id: uniqueId("AIDA"),
              createdAtUs: nowUs,
              tags: [],
            }
          : { ...row, name, path },
      );
    }
  }
}

async function device(parts: Reconciled, row: DeviceRow, { codesAtUs }: Moment): Promise<void> {
  const { state, store, verifier } = parts;
  const token = await store.load(row.token);
  assertSame(row, token);
  const is = token?.record.state ?? "deleted";
  const isLost = row.holder !== null && isNobody(parts, row.holder, row.account);
  if (is === "deleted") {
    await state.remove(row);
  } else if (row.holder === null || isLost) {
    if (is === "enabled") await verifier.admin.as(SERVICE_NAME).deactivate(row.token, codesAtUs);
    if (isLost) await state.put({ ...row, holder: null, enabledAtUs: null });
  } else if (is !== "enabled") {
    await state.put({ ...row, holder: null, enabledAtUs: null });
  }
}

function isNobody({ state }: Reconciled, holder: string, account: string): boolean {
  return holder !== account && state.userById(holder) === null;
}

function assertSame(row: DeviceRow, token: StoredToken | null): void {
  if (token?.record.state === "deleted") return;
  if (token?.label.startsWith(serialOf(row).slice(0, LABEL_PART))) return;
  throw new StoreError(
    "corrupt",
    `device ${serialOf(row)} is token ${row.token}, which is another one in this state`,
    "give --state and --iam-state that belong together, of one backup",
  );
}
