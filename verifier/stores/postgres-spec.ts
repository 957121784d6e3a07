// From postgres://user:password@host:port/database?key-file=… to a connection.

import type { PoolConfig } from "pg";

/** What a specification says. */
export interface PostgresSpec {
  /** For messages: no user and no password. */
  readonly shown: string;
  readonly keyFile: string;
  /** The schema that holds the tables, unquoted. */
  readonly schema: string;
  /** How long an operation waits for a server that does not answer, milliseconds. */
  readonly waitMs: number;
  readonly pool: PoolConfig;
}

const SCHEMA = /^[a-z_][a-z0-9_]{0,47}$/;
const DEFAULT_CONNECTIONS = 4;
const MAX_CONNECTIONS = 100;
const DEFAULT_WAIT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 5000;

/** Whether a state's specification is one of a PostgreSQL database. */
export function isPostgres(spec: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(spec);
}

/**
 * Reads a specification. Ours are `key-file` (required: the file of the key of the secrets, the
 * same on every machine), `schema` (default oathbed), `connections` (default 4) and `wait-ms`
 * (default 10000); the others are libpq's, as the package pg reads them.
 *
 * @throws {RangeError} naming what is missing or out of range; never with the password
 */
export function postgresSpec(spec: string): PostgresSpec {
  const url = URL.parse(spec);
  if (url === null) {
    throw new RangeError(
      "a PostgreSQL state is postgres://user@host:port/database?key-file=FILE; this is no URL",
    );
  }
  const keyFile = take(url, "key-file");
  if (keyFile === undefined || keyFile === "") {
    throw new RangeError(
      "a PostgreSQL state needs ?key-file=FILE: the key its secrets are sealed under, made on " +
        "first use and the same on every machine",
    );
  }
  const schema = take(url, "schema") ?? "oathbed";
  if (!SCHEMA.test(schema)) {
    throw new RangeError("schema must be 1 to 48 small letters, digits and underscores");
  }
  const max = whole(take(url, "connections"), "connections", DEFAULT_CONNECTIONS, MAX_CONNECTIONS);
  const waitMs = whole(take(url, "wait-ms"), "wait-ms", DEFAULT_WAIT_MS, 600_000);
  const socket = url.searchParams.get("host");
  return {
    shown: `postgres://${socket ?? url.host}${url.pathname} schema ${schema}`,
    keyFile,
    schema,
    waitMs,
    pool: poolOf(url.href, max),
  };
}

function poolOf(connectionString: string, max: number): PoolConfig {
  return {
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "oathbed",
    allowExitOnIdle: true,
    options: "-c synchronous_commit=on",
  };
}

/** Takes an option of ours out of the URL. */
function take(url: URL, name: string): string | undefined {
  const value = url.searchParams.get(name) ?? undefined;
  url.searchParams.delete(name);
  return value;
}

function whole(text: string | undefined, name: string, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new RangeError(`${name} must be a whole number from 1 to ${most}`);
  }
  return value;
}
