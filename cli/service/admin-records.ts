// oathbed admin list, show and audit: what is recorded, for people and scripts.

import { SystemClock } from "../../core/time/system-clock.ts";
import { describeToken, type TokenDescription } from "../../service/operator/describe-token.ts";
import { tokensOf } from "../../service/operator/drift-table.ts";
import {
  auditForm,
  type DriftForm,
  type TokenForm,
  tokenForm,
} from "../../service/operator/forms.ts";
import { viewOf } from "../../verifier/views.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { formatFacts, formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { wholeOf } from "../values.ts";
import { type AdminArguments, logRead, namedToken, nameOf, openState } from "./admin-state.ts";

/** @see listCommand */
export interface ListArguments extends AdminArguments {
  readonly user?: string | undefined;
  readonly all: boolean;
}

/** Prints the tokens. */
export async function list(args: ListArguments, { terminal }: Context): Promise<ExitCode> {
  await using state = await openState(args);
  const forms: TokenForm[] = [];
  for await (const token of tokensOf(state.store)) {
    if (args.user !== undefined && token.user !== args.user) continue;
    if (args.all || token.record.state !== "deleted") forms.push(tokenForm(viewOf(token)));
  }
  await logRead(state, args.user === undefined ? "list" : `list of ${args.user.slice(0, 100)}`);
  if (args.json) print(terminal, { tokens: forms });
  else terminal.out(formatTable(LIST_HEADER, forms.map(listRow), terminal.style));
  return EXIT.ok;
}

const LIST_HEADER = ["id", "token", "user", "state", "kind", "offset", "failures", "last login"];

function listRow(form: TokenForm): readonly string[] {
  const { id, user, state, parameters, offsetSteps, failures, locked, lastAcceptedAt } = form;
  return [
    String(id),
    nameOf(form),
    user ?? "-",
    locked ? `${state}, locked` : state,
    kindText(parameters),
    String(offsetSteps),
    String(failures),
    short(lastAcceptedAt),
  ];
}

/** Prints all that is known of a token. */
export async function show(
  args: AdminArguments & { readonly token: string },
  { terminal }: Context,
): Promise<ExitCode> {
  await using state = await openState(args);
  const { id } = await namedToken(state.store, args.token);
  const nowUs = new SystemClock().nowUs();
  const description = await describeToken(state.store, state.policy, id, nowUs);
  if (description === null) throw new Error(`token ${id} went away`);
  await logRead(state, `show of id:${id}`);
  if (args.json) print(terminal, description);
  else terminal.out(descriptionText(description, terminal));
  return EXIT.ok;
}

function descriptionText(description: TokenDescription, terminal: Terminal): string {
  const { token, drift, faults, refusals } = description;
  const { style } = terminal;
  const lock = token.lockedUntil === null ? "until an operator lifts it" : token.lockedUntil;
  const facts: (readonly [string, string])[] = [
    ["token", `${nameOf(token)} (id:${token.id})`],
    ["user", token.user ?? "-"],
    ["state", token.locked ? `${token.state}, locked ${lock}` : token.state],
    ["kind", kindText(token.parameters)],
    ["consumed up to", token.watermark ?? "nothing"],
    ["failures", String(token.failures)],
    ["last login", token.lastAcceptedAt ?? "never"],
    ...dateFacts(token),
    // Before a pair has shown its clock there is nothing to tell of it.
    ...(drift === null || token.state === "created" ? [] : driftFacts(token, drift)),
    ...faults.map(({ at, text }) => ["clock fault", `${short(at)}  ${text}`] as const),
  ];
  const lines = refusals.map(({ at, act, reason, by, explanation }) => [
    short(at),
    act,
    reason ?? "",
    by ?? "",
    explanation,
  ]);
  const header = ["refused at", "act", "reason", "by", "what that means"];
  const table = lines.length === 0 ? "" : `\n${formatTable(header, lines, style)}`;
  return formatFacts(facts, style) + table;
}

function dateFacts({
  state,
  pendingUntil,
  validFrom,
  validUntil,
}: TokenForm): readonly (readonly [string, string])[] {
  const facts: [string, string | null][] = [
    ["enroll by", state === "created" ? pendingUntil : null],
    ["valid from", validFrom],
    ["valid until", validUntil],
  ];
  return facts.flatMap(([name, at]) => (at === null ? [] : [[name, short(at)] as const]));
}

function driftFacts(token: TokenForm, drift: DriftForm): readonly (readonly [string, string])[] {
  const { offsetSeconds, ratePpm, isLearned, leavesWindowAt } = drift;
  const range = ({ low, high }: DriftForm["ratePpm"], digits: number): string =>
    `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
  const basis = isLearned ? "learned from its codes" : "as its kind of clock may be";
  return [
    ["recorded offset", `${token.offsetSteps} steps`],
    ["offset", `${range(offsetSeconds, 1)} s`],
    ["rate", `${range(ratePpm, 2)} ppm, ${basis}`],
    ["may leave window", leavesWindowAt?.slice(0, 10) ?? "not within ten years"],
  ];
}

/** @see auditCommand */
export interface AuditArguments extends AdminArguments {
  readonly token?: string | undefined;
  readonly limit: string;
  readonly before?: string | undefined;
}

/** Prints a page of the audit log. */
export async function audit(args: AuditArguments, { terminal }: Context): Promise<ExitCode> {
  const limit = wholeOf("limit", args.limit, 1, 10_000);
  await using state = await openState(args);
  const { store } = state;
  const token = args.token === undefined ? null : await namedToken(store, args.token);
  const page = await store.auditPage({
    limit,
    ...(token === null ? {} : { token: token.id }),
    ...(args.before === undefined ? {} : { before: args.before }),
  });
  await logRead(state, token === null ? "audit" : `audit of id:${token.id}`);
  const rows = page.rows.map(auditForm);
  if (args.json) {
    print(terminal, { rows, next: page.next });
    return EXIT.ok;
  }
  const known = await store.loadMany([...new Set(rows.map((row) => row.token))]);
  const names = new Map(known.filter((one) => one !== null).map((one) => [one.id, nameOf(one)]));
  const header = [
    "at",
    "token",
    "act",
    "outcome",
    "reason",
    "moving factor",
    "offset",
    "by",
    "detail",
  ];
  const lines = rows.map((row) => [
    short(row.at),
    row.token === 0 ? "-" : (names.get(row.token) ?? `id:${row.token}`),
    row.act,
    row.outcome,
    row.reason ?? "",
    row.movingFactor ?? "",
    row.offsetSteps === null ? "" : String(row.offsetSteps),
    row.by ?? "",
    row.detail ?? "",
  ]);
  terminal.out(formatTable(header, lines, terminal.style));
  if (page.next !== null) terminal.err(`older lines: --before ${page.next}\n`);
  return EXIT.ok;
}

function kindText(parameters: TokenForm["parameters"]): string {
  const { kind, algorithm, digits } = parameters;
  const step = parameters.kind === "totp" ? `, ${parameters.stepSeconds} s` : "";
  return `${kind} ${algorithm}, ${digits} digits${step}`;
}

function short(at: string | null): string {
  return at === null ? "-" : at.slice(0, 19).replace("T", " ");
}

/** Data for scripts. */
export function print(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}
