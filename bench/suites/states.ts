// Which durable stores are here to be measured: SQLite always, PostgreSQL where the environment
// names a server.

import { join } from "node:path";
import { Client } from "pg";

/** Names a PostgreSQL database, without a key file; `scripts/labs/postgres.sh` sets it. */
export const POSTGRES_VARIABLE = "OATHBED_POSTGRES";

/** A store as `openStore` takes it, or why it is not here. */
export type Place =
  | { readonly name: string; readonly state: string }
  | { readonly name: string; readonly state: null; readonly reason: string };

/** How long a server may take to let us in, milliseconds. */
const TIMEOUT_MS = 5000;
let schemas = 0;

/**
 * The durable stores. Files are made in `folder`; of a database a schema of its own is used, which
 * `resources` drops.
 */
export function states(
  folder: string,
  purpose: string,
  resources: AsyncDisposableStack,
): readonly Place[] {
  const sqlite: Place = { name: "sqlite", state: join(folder, `${purpose}.db`) };
  const server = process.env[POSTGRES_VARIABLE];
  if (server === undefined || server === "") {
    const reason = `no server: set ${POSTGRES_VARIABLE}=postgres://user@host/database to measure one`;
    return [sqlite, { name: "postgres", state: null, reason }];
  }
  const url = new URL(server);
  url.searchParams.set("key-file", join(folder, `${purpose}.key`));
  const schema = `bench_${purpose}_${process.pid}_${++schemas}`;
  url.searchParams.set("schema", schema);
  resources.defer(() => dropSchema(server, schema));
  return [sqlite, { name: "postgres", state: url.href }];
}

/** @param schema as made above: nothing in it needs quotes */
async function dropSchema(connectionString: string, schema: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS });
  await client.connect();
  try {
    await client.query({ text: `DROP SCHEMA IF EXISTS ${schema} CASCADE` });
  } finally {
    await client.end();
  }
}
