// From a config file and a state to an endpoint mounted on a server: what `oathbed serve --iam`
// calls.

import type { FastifyInstance } from "fastify";
import { type Store, StoreError } from "../../verifier/stores/store.ts";
import { type IamConfig, readIamConfig } from "./config.ts";
import type { EndpointOptions } from "./endpoint.ts";
import { type Iam, openIam } from "./open.ts";
import { type IamPluginOptions, iamPlugin } from "./plugin.ts";
import { type Journal, MemoryJournal } from "./state/journal.ts";
import { SqliteJournal } from "./state/sqlite-journal.ts";

/** @see mountIam */
export interface MountIamOptions extends EndpointOptions {
  /** Path of the config file (docs/iam.md), or what one would say. */
  readonly config: string | IamConfig;
  /** Of the tokens; stays the caller's to close. */
  readonly store: Store;
  /** SQLite file of users and devices; "memory" with a store in memory only. */
  readonly state: string;
  /** By which signatures and sessions are judged: the time of day. */
  readonly clock: IamPluginOptions["clock"];
  /** By which codes are judged; default the same. */
  readonly codeClock?: IamPluginOptions["clock"];
}

/** A mounted endpoint; to be disposed of when the server has closed. */
export interface MountedIam extends AsyncDisposable {
  readonly iam: Iam;
  /** How users and devices are made durable, one line. */
  readonly durability: string;
}

/**
 * Reads the config, opens the state and adds POST / to a server that does not listen yet.
 *
 * @throws {IamConfigError} naming the file, the place in it and the remedy
 * @throws {StoreError} when the state cannot be used
 */
export async function mountIam(
  app: FastifyInstance,
  options: MountIamOptions,
): Promise<MountedIam> {
  const { store, clock, codeClock = clock } = options;
  const given = options.config;
  const config = typeof given === "string" ? readIamConfig(given) : given;
  const journal = openJournal(options.state, store);
  try {
    const moment = { nowUs: clock.nowUs(), codesAtUs: codeClock.nowUs() };
    const iam = await openIam({ ...options, config, journal, moment });
    await app.register(iamPlugin, { endpoint: iam.endpoint, clock, codeClock });
    return {
      iam,
      durability: journal.durability,
      async [Symbol.asyncDispose]() {
        await iam.core.verifier.settled();
        iam[Symbol.dispose]();
        await journal[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw error;
  }
}

/** Rows that are lost with the process, of tokens that are not, would leave these to nobody. */
function openJournal(state: string, store: Store): Journal {
  if (state !== "memory") return new SqliteJournal(state);
  if (store.name === "memory") return new MemoryJournal();
  throw new StoreError(
    "unreadable",
    "users and devices cannot be in memory when the tokens are not",
    "name a file with --iam-state",
  );
}
