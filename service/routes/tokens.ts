// Routes about tokens: listing, showing and creating them, and what operators do to them.

import type { FastifyInstance } from "fastify";
import { MAX_SECRET_BYTES } from "../../core/oath/parameters.ts";
import { wipe } from "../../core/oath/secret.ts";
import { unknownToken } from "../../verifier/administration.ts";
import { viewOf } from "../../verifier/views.ts";
import type { ServiceCore } from "../core.ts";
import { describeToken } from "../operator/describe-token.ts";
import { type TokenForm, tokenForm } from "../operator/forms.ts";
import { planToken, provisioningOf } from "../operator/new-token.ts";
import { CREATED, EXPLAINED, OBJECT, TOKEN, TOKENS } from "../schema/answers.ts";
import { ID } from "../schema/requests.ts";
import { addRoute } from "./route.ts";

const PAGE = 100;

const NAME = { type: "string", minLength: 1, maxLength: 256 } as const;

const PARAMETERS = {
  type: "object",
  additionalProperties: false,
  description: "Default: TOTP, SHA1, 6 digits, 30 seconds.",
  properties: {
    kind: { enum: ["totp", "hotp"] },
    algorithm: { enum: ["SHA1", "SHA256", "SHA512"] },
    digits: { type: "integer", minimum: 6, maximum: 10 },
    stepSeconds: { type: "integer", minimum: 1, maximum: 86_400 },
    t0: { type: "integer" },
  },
} as const;

const NEW_TOKEN_PROPERTIES = {
  label: NAME,
  issuer: { ...NAME, description: "Who gives out the secret, for the otpauth URI." },
  secret: {
    type: "string",
    minLength: 1,
    maxLength: 2 * MAX_SECRET_BYTES,
    description: "Base32. Without it and `otpauth` one is drawn and shown once.",
  },
  otpauth: { type: "string", minLength: 1, maxLength: 4096 },
  parameters: PARAMETERS,
  counter: { type: "string", pattern: "^\\d{1,20}$", description: "First counter, HOTP." },
  clock: { enum: ["crystal", "tcxo", "network"] },
  factorySetAt: { type: "string", maxLength: 40, description: "UTC: when its clock was set." },
  validFrom: { type: "string", maxLength: 40, description: "UTC: no code counts before." },
  validUntil: { type: "string", maxLength: 40, description: "UTC: no code counts after." },
} as const;

/** A token to be created. */
const NEW_TOKEN = {
  type: "object",
  required: ["label"],
  additionalProperties: false,
  properties: { ...NEW_TOKEN_PROPERTIES, user: NAME },
} as const;

/** A token in the place of another one: it gets that one's user. */
const REPLACEMENT = {
  type: "object",
  required: ["label"],
  additionalProperties: false,
  properties: NEW_TOKEN_PROPERTIES,
} as const;

/** Which tokens are listed. */
const TOKEN_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: {
    after: { type: "integer", minimum: 0, description: "The `next` of the page before." },
    limit: { type: "integer", minimum: 1, maximum: 1000, description: "Default 100." },
    user: NAME,
    label: NAME,
  },
} as const;

/** A recorded offset. */
const OFFSET = {
  type: "object",
  required: ["steps"],
  additionalProperties: false,
  properties: { steps: { type: "integer", description: "Token minus service; 0 resets it." } },
} as const;

/** Whether logins move the offset. */
const TRACKING = {
  type: "object",
  required: ["isTracked"],
  additionalProperties: false,
  properties: { isTracked: { type: "boolean" } },
} as const;

/** @see addRoutes */
export function addTokenRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { store, verifier, policy } = core;
  addRoute(app, core, {
    method: "GET",
    path: "/tokens",
    scopes: ["read"],
    summary: "List tokens by id, deleted ones included; or those of a user, or of a label.",
    query: TOKEN_QUERY,
    answer: TOKENS,
    run: async ({ query: { after = 0, limit = PAGE, user, label } }) => {
      if (label !== undefined || user !== undefined) return found(core, { label, user });
      const page = await store.listPage(after, limit);
      const next = page.length < limit ? null : (page.at(-1)?.id ?? null);
      return { tokens: page.map((token) => tokenForm(viewOf(token))), next };
    },
  });
  addRoute(app, core, {
    method: "GET",
    path: "/tokens/:id",
    scopes: ["read"],
    summary: "Show a token, its clock, and why its last codes were refused.",
    params: ID,
    answer: EXPLAINED,
    run: async ({ params: { id }, nowUs }) => {
      const description = await describeToken(store, policy, id, nowUs);
      if (description === null) throw unknownToken(id);
      return description;
    },
  });
  addRoute(app, core, {
    method: "POST",
    path: "/tokens",
    scopes: ["enroll"],
    summary: "Create a token. A secret that is not given is drawn and shown this once.",
    body: NEW_TOKEN,
    answer: CREATED,
    status: 201,
    run: async ({ body, nowUs, by }) => {
      const plan = planToken(body, nowUs);
      try {
        const id = await verifier.admin.as(by).create(plan.input);
        return { token: await shown(core, id), ...provisioningOf(plan, body.issuer) };
      } finally {
        wipe(plan.input.secret);
      }
    },
  });
  addRoute(app, core, {
    method: "POST",
    path: "/tokens/:id/replace",
    scopes: ["admin"],
    summary: "Deactivate a token and create a new one for the same user.",
    params: ID,
    body: REPLACEMENT,
    answer: CREATED,
    status: 201,
    run: async ({ params, body, nowUs, by }) => {
      const plan = planToken(body, nowUs);
      try {
        const id = await verifier.admin.as(by).replace(params.id, plan.input, nowUs);
        return { token: await shown(core, id), ...provisioningOf(plan, body.issuer) };
      } finally {
        wipe(plan.input.secret);
      }
    },
  });
}

/** What operators do to a token that is there. */
export function addAdminRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { admin } = core.verifier;
  const act = { scopes: ["admin"], params: ID, answer: TOKEN } as const;
  const after = async (id: number, done: Promise<void>): Promise<TokenForm> => {
    await done;
    return shown(core, id);
  };
  addRoute(app, core, {
    ...act,
    method: "POST",
    path: "/tokens/:id/deactivate",
    summary: "Take a token out of use; its saved secret sets the same device up again.",
    run: ({ params: { id }, nowUs, by }) => after(id, admin.as(by).deactivate(id, nowUs)),
  });
  addRoute(app, core, {
    ...act,
    method: "POST",
    path: "/tokens/:id/unlock",
    summary: "Lift a lock and forget failures.",
    run: ({ params: { id }, nowUs, by }) => after(id, admin.as(by).unlock(id, nowUs)),
  });
  addRoute(app, core, {
    ...act,
    method: "DELETE",
    path: "/tokens/:id",
    summary: "Delete a token that is not enabled; what it consumed is remembered.",
    run: ({ params: { id }, nowUs, by }) => after(id, admin.as(by).delete(id, nowUs)),
  });
  addRoute(app, core, {
    ...act,
    method: "PUT",
    path: "/tokens/:id/offset",
    summary: "Set the recorded offset of a time-based token, 0 to reset it.",
    body: OFFSET,
    run: ({ params: { id }, body, nowUs, by }) =>
      after(id, admin.as(by).setOffset(id, body.steps, nowUs)),
  });
  addRoute(app, core, {
    ...act,
    method: "PUT",
    path: "/tokens/:id/tracking",
    summary: "Say whether logins may move the recorded offset of a token.",
    body: TRACKING,
    run: ({ params: { id }, body, nowUs, by }) =>
      after(id, admin.as(by).setTracking(id, body.isTracked, nowUs)),
  });
}

/** After a restored backup. */
export function addRestoreRoute(app: FastifyInstance, core: ServiceCore): void {
  addRoute(app, core, {
    method: "POST",
    path: "/raise-watermarks",
    scopes: ["admin"],
    summary: "After a restored backup: every step up to now counts as consumed.",
    answer: OBJECT,
    run: ({ nowUs, by }) => core.verifier.admin.as(by).raiseWatermarks(nowUs),
  });
}

async function shown({ verifier }: ServiceCore, id: number): Promise<TokenForm> {
  return tokenForm(await verifier.state(id));
}

/** A user has few tokens, a label one: no pages. */
async function found(
  { store }: ServiceCore,
  { label, user }: { readonly label: string | undefined; readonly user: string | undefined },
): Promise<{ readonly tokens: readonly TokenForm[]; readonly next: null }> {
  const one = label === undefined ? null : await store.find(label);
  const tokens = label === undefined ? await store.listOf(user ?? "") : one === null ? [] : [one];
  const forms = tokens.map((token) => tokenForm(viewOf(token)));
  return { tokens: forms.filter((form) => user === undefined || form.user === user), next: null };
}
