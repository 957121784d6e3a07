// Routes about what is recorded: users, audit log, drift, policy.

import type { FastifyInstance } from "fastify";
import { POLICY_FIELDS } from "../../verifier/policy-fields.ts";
import type { ServiceCore } from "../core.ts";
import { driftTable, driftTableText, tokensOf } from "../operator/drift-table.ts";
import { auditForm } from "../operator/forms.ts";
import { AUDIT, OBJECT } from "../schema/answers.ts";
import { addRoute } from "./route.ts";

const PAGE = 100;

/** Which audit rows. */
const AUDIT_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: {
    token: { type: "integer", minimum: 1 },
    limit: { type: "integer", minimum: 1, maximum: 1000, description: "Default 100." },
    before: { type: "string", maxLength: 100, description: "The `next` of the page before." },
  },
} as const;

/** JSON, or a table. */
const FORMAT_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: { format: { enum: ["json", "csv"] } },
} as const;

/** @see addRoutes */
export function addRecordRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { store, policy } = core;
  const read = { method: "GET", scopes: ["read"] } as const;
  addRoute(app, core, {
    ...read,
    path: "/users",
    summary: "List users, by name, with the tokens they have in use.",
    answer: OBJECT,
    run: () => usersOf(core),
  });
  addRoute(app, core, {
    ...read,
    path: "/audit",
    summary: "The audit log, newest first: every decision and admin act.",
    query: AUDIT_QUERY,
    answer: AUDIT,
    run: async ({ query: { token, limit = PAGE, before } }) => {
      const page = await store.auditPage({
        limit,
        ...(token === undefined ? {} : { token }),
        ...(before === undefined ? {} : { before }),
      });
      return { rows: page.rows.map(auditForm), next: page.next };
    },
  });
  addRoute(app, core, {
    ...read,
    path: "/drift",
    summary: "The drift table: offset and rate of each token, and when it may leave its window.",
    query: FORMAT_QUERY,
    run: async ({ query: { format = "json" }, nowUs }) => {
      const rows = await driftTable(store, policy, nowUs);
      return format === "csv"
        ? { contentType: "text/csv; charset=utf-8", bytes: driftTableText(rows) }
        : { contentType: "application/json", bytes: JSON.stringify({ tokens: rows }) };
    },
  });
  addRoute(app, core, {
    ...read,
    path: "/policy",
    summary: "What the verifier tolerates, with units and ranges.",
    answer: OBJECT,
    run: async () => ({ policy, fields: POLICY_FIELDS }),
  });
}

async function usersOf({ store }: ServiceCore): Promise<object> {
  const users = new Map<string, number>();
  for await (const { user, record } of tokensOf(store)) {
    if (user === null || record.state === "deleted") continue;
    const inUse = record.state === "deactivated" ? 0 : 1;
    users.set(user, (users.get(user) ?? 0) + inUse);
  }
  const named = [...users].map(([user, tokens]) => ({ user, tokens }));
  return { users: named.sort((a, b) => (a.user < b.user ? -1 : 1)) };
}
