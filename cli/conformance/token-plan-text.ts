// A plan in print, and as JSON.

import { formatTable } from "../table.ts";
import type { Style, Terminal } from "../terminal.ts";
import type { CountedText, TokenPlan } from "./token-plan.ts";

/** Reasons for skipping that are shown. */
const MAX_REASONS = 12;

/** For people: a row a token, then what there is to say about each that is somebody's. */
export function tokenPlanText(plans: readonly TokenPlan[], { style }: Terminal): string {
  const rows = plans.map((plan) => [
    plan.subject,
    String(plan.runs),
    String(plan.cases - plan.runs),
    timeText(plan),
    verdictText(plan),
  ]);
  const header = ["subject", "runs", "skipped", "takes", "may it"];
  const details = plans
    .filter(({ look }) => look.kind !== "emulated")
    .map((plan) => detailText(plan, style));
  return [formatTable(header, rows, style), ...details].join("\n");
}

/** For scripts. */
export function tokenPlanJson(plans: readonly TokenPlan[]): string {
  const rounds = plans.map(({ look, ...plan }) => ({ ...plan, token: tokenFacts(look) }));
  return `${JSON.stringify({ rounds }, null, 2)}\n`;
}

function tokenFacts(look: TokenPlan["look"]): Readonly<Record<string, unknown>> {
  if (look.kind === "absent") return look;
  const { kind, info } = look;
  const { model, serial, firmware } = info;
  const held = look.kind === "physical" ? (look.held?.map(({ name }) => name) ?? "unknown") : [];
  return { kind, model, serial, firmware, held };
}

function timeText({ look, runs, seconds }: TokenPlan): string {
  if (look.kind === "absent" || runs === 0) return "";
  return `about ${spanText(seconds.about)}, at most ${spanText(seconds.most)}`;
}

function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.ceil(seconds / 60)} min`;
}

function verdictText({ look, protection }: TokenPlan): string {
  if (look.kind === "absent") return "not here";
  return protection.kind === "allowed" ? "yes" : "no, see below";
}

function detailText(plan: TokenPlan, style: Style): string {
  const { subject, look, protection, acts, skipped, waits } = plan;
  const lines = [style.bold(subject)];
  if (look.kind === "absent") {
    lines.push(`  cannot be reached: ${look.problem}`);
    if (look.hint !== "") lines.push(`  ${style.accent("hint:")} ${look.hint}`);
    return `${lines.join("\n")}\n`;
  }
  const { model, firmware, serial } = look.info;
  const about = [
    ...(look.kind === "person" ? ["a person is asked"] : [model]),
    ...(firmware === undefined ? [] : [`firmware ${firmware}`]),
    ...(serial === undefined ? [] : [`serial number ${serial}`]),
    ...(look.kind === "physical" ? [heldText(look.held?.length)] : []),
  ];
  lines.push(`  ${about.join(", ")}`);
  if (protection.kind === "refused") {
    lines.push(`  ${style.bad("would be refused:")} ${protection.reason}`);
    lines.push(`  ${style.accent("hint:")} ${protection.remedy}`);
  }
  lines.push(...countedLines("cases that run", acts));
  lines.push(...waitLines(waits));
  lines.push(...countedLines("cases that are skipped", skipped.slice(0, MAX_REASONS)));
  return `${lines.join("\n")}\n`;
}

/** The longest one is what --max-wait must be for all of them. */
function waitLines(waits: TokenPlan["waits"]): readonly string[] {
  if (waits.length === 0) return [];
  const lines = waits.map(({ id, seconds, isAllowed }) => {
    const verdict = isAllowed ? "" : ": skipped, that is more than --max-wait";
    return `  ${String(seconds).padStart(5)}  ${id}${verdict}`;
  });
  const longest = Math.max(...waits.map(({ seconds }) => seconds));
  const all = waits.reduce((sum, { seconds }) => sum + seconds, 0);
  const remedy = `  with --max-wait ${longest} all of these run, ${spanText(all)} of waiting together`;
  return [
    "  cases that wait for the token's clock in real time, each at most so many seconds",
    ...lines,
    ...(waits.every(({ isAllowed }) => isAllowed) ? [] : [remedy]),
  ];
}

function heldText(count: number | undefined): string {
  if (count === undefined) return "does not tell what it holds";
  return `holds ${count} ${count === 1 ? "credential" : "credentials"}`;
}

function countedLines(title: string, all: readonly CountedText[]): readonly string[] {
  if (all.length === 0) return [];
  return [`  ${title}`, ...all.map(({ cases, text }) => `  ${String(cases).padStart(5)}  ${text}`)];
}
