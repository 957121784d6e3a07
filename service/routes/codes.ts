// Routes that judge codes. A client at a login is told whether it worked, and nothing else: the
// same status, body and time for every refusal, of unknown tokens too. The operator's reason has
// routes of its own.

import type { FastifyInstance } from "fastify";
import type { Act, PublicAnswer, Verdict } from "../../verifier/verdict.ts";
import type { ServiceCore } from "../core.ts";
import { LoginGroups } from "../logins.ts";
import { verdictForm } from "../operator/forms.ts";
import { PUBLIC, VERDICT } from "../schema/answers.ts";
import { ID } from "../schema/requests.ts";
import { evenly } from "./evenly.ts";
import { addRoute } from "./route.ts";

const CODE = { type: "string", description: "As the token shows it, leading zeros kept." } as const;

/** A login's code. */
const ONE_CODE = {
  type: "object",
  required: ["code"],
  additionalProperties: false,
  properties: { code: CODE },
} as const;

/** Two consecutive codes, in order. */
const TWO_CODES = {
  type: "object",
  required: ["codes"],
  additionalProperties: false,
  properties: { codes: { type: "array", items: CODE, maxItems: 16 } },
} as const;

/** @see addRoutes */
export function addCodeRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { verifier } = core;
  const logins = new LoginGroups(verifier);
  const code = { method: "POST", params: ID, answer: PUBLIC, isCode: true } as const;
  addRoute(app, core, {
    ...code,
    path: "/tokens/:id/verify",
    scopes: ["verify"],
    summary: "Judge one code, as at a login.",
    body: ONE_CODE,
    run: ({ params, body, nowUs, by }) =>
      answer(core, "verify", () =>
        logins.login({ id: params.id, code: body.code, receivedAtUs: nowUs, by }),
      ),
  });
  addRoute(app, core, {
    ...code,
    path: "/tokens/:id/resync",
    scopes: ["verify"],
    summary: "Two consecutive codes find the token's clock or counter again.",
    body: TWO_CODES,
    run: ({ params, body, nowUs, by }) =>
      answer(core, "resync", async () => verifier.resync(params.id, body.codes, nowUs, by)),
  });
  addRoute(app, core, {
    ...code,
    path: "/tokens/:id/enroll",
    scopes: ["enroll"],
    summary: "Two consecutive codes enable a created token.",
    body: TWO_CODES,
    run: ({ params, body, nowUs, by }) =>
      answer(core, "enroll", async () => verifier.enroll(params.id, body.codes, nowUs, by)),
  });
}

/** The same with the reason, for operators. */
export function addOperatorCodeRoutes(app: FastifyInstance, core: ServiceCore): void {
  const { verifier } = core;
  const code = { method: "POST", params: ID, answer: VERDICT, isCode: true } as const;
  addRoute(app, core, {
    ...code,
    path: "/operator/tokens/:id/verify",
    scopes: ["verify", "read"],
    summary: "Judge one code; the answer tells the reason of a refusal.",
    body: ONE_CODE,
    run: ({ params, body, nowUs, by }) =>
      told(core, verifier.verify(params.id, body.code, nowUs, by)),
  });
  addRoute(app, core, {
    ...code,
    path: "/operator/tokens/:id/resync",
    scopes: ["verify", "read"],
    summary: "Resynchronize; the answer tells the reason of a refusal.",
    body: TWO_CODES,
    run: ({ params, body, nowUs, by }) =>
      told(core, verifier.resync(params.id, body.codes, nowUs, by)),
  });
  addRoute(app, core, {
    ...code,
    path: "/operator/tokens/:id/enroll",
    scopes: ["enroll", "read"],
    summary: "Enroll; the answer tells the reason of a refusal.",
    body: TWO_CODES,
    run: ({ params, body, nowUs, by }) =>
      told(core, verifier.enroll(params.id, body.codes, nowUs, by)),
  });
}

/** What its user may be told, refusals at even times. */
async function answer(
  core: ServiceCore,
  act: Act,
  judge: () => Promise<Verdict | PublicAnswer>,
): Promise<PublicAnswer> {
  const refused = evenly(core.limits.refusalMs);
  const judged = await judge();
  const accepted = "accepted" in judged ? judged.accepted : judged.outcome === "accepted";
  core.metrics.decided(act, accepted);
  if (!accepted) await refused();
  return { accepted };
}

async function told(core: ServiceCore, judging: Promise<Verdict>): Promise<object> {
  const verdict = await judging;
  core.metrics.decided(verdict.act, verdict.outcome === "accepted");
  return verdictForm(verdict);
}
