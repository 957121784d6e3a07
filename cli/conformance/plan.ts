// What a conformance run would do, without doing it.

import type { ConformanceCase, Suite, TokenNeed } from "../../conformance/case.ts";
import { NothingSelected, type Selection, selectCases } from "../../conformance/run/selection.ts";
import type { TokenSource } from "../../conformance/run/token-source.ts";
import type { TargetFactory } from "../../conformance/target.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** What a list or plan is made of. */
export interface PlanInput {
  readonly suites: readonly Suite[];
  readonly selection: Selection;
  readonly tokens: readonly TokenSource[];
  readonly targets: readonly TargetFactory[];
  /** What the command judges: a list shows cases about these, whether their subject is named. */
  readonly judges: ConformanceCase["subject"];
  readonly json: boolean;
}

/** What cases do to a token, by what they need of it. */
const ACTS: readonly (readonly [need: TokenNeed, act: string])[] = [
  ["provision", "write a credential; on a token without names it replaces the one there is"],
  ["remove", "remove a credential they wrote"],
  ["set-time", "set the token's clock; it gets the host's time back"],
  ["hotp-own-counter", "use up counters of a credential they wrote"],
  ["rig", "power, faults and time of an emulated token; skipped on a physical one"],
];

/** The cases selected, a line each. @throws {NothingSelected} */
export function caseListText(input: PlanInput, terminal: Terminal): string {
  const cases = casesOf(input);
  if (input.json) return `${JSON.stringify(cases.map(caseFacts), null, 2)}\n`;
  const rows = cases.map((one) => [one.id, one.level, one.subject, one.title]);
  return formatTable(["case", "level", "subject", "what is true"], rows, terminal.style);
}

/** What would run on what, and what it does. @throws {NothingSelected} */
export function planText(input: PlanInput, terminal: Terminal): string {
  const cases = casesOf(input);
  const { tokens, targets } = input;
  const of = (kind: ConformanceCase["subject"]): readonly ConformanceCase[] =>
    cases.filter((one) => one.subject === kind);
  const rounds = [
    ...tokens.map(({ name }) => ({ subject: name, cases: of("token").length })),
    ...targets.map(({ name }) => ({ subject: name, cases: of("verifier").length })),
    ...tokens.flatMap((token) =>
      targets.map((target) => ({
        subject: `${token.name} + ${target.name}`,
        cases: of("pair").length,
      })),
    ),
  ].filter((round) => round.cases > 0);
  const acts = ACTS.map(([need, act]) => ({ act, cases: cases.filter(needs(need)).length })).filter(
    (one) => one.cases > 0,
  );
  if (input.json) return `${JSON.stringify({ rounds, acts }, null, 2)}\n`;
  const roundRows = rounds.map(({ subject, cases }) => [subject, String(cases)]);
  const actRows = acts.map(({ act, cases }) => [String(cases), act]);
  return (
    `${formatTable(["subject", "cases"], roundRows, terminal.style)}\n` +
    formatTable(["cases", "what they do to a token"], actRows, terminal.style)
  );
}

/** The cases selected that the command can judge. @throws {NothingSelected} when there are none */
function casesOf({ suites, selection, judges }: PlanInput): readonly ConformanceCase[] {
  const selected = selectCases(suites, selection).map((one) => one.case);
  const fitting = selected.filter(
    ({ subject }) => (subject === "verifier") === (judges === "verifier"),
  );
  if (fitting.length > 0) return fitting;
  const other = judges === "verifier" ? "conformance" : "conformance verifier";
  throw new NothingSelected(`what is selected is judged by oathbed ${other}`);
}

function needs(need: TokenNeed): (one: ConformanceCase) => boolean {
  return (one) => one.subject !== "verifier" && one.needs.some((own) => own === need);
}

function caseFacts(one: ConformanceCase): Readonly<Record<string, unknown>> {
  const { id, aliases = [], title, level, subject, requirement, needs: needed } = one;
  return { id, aliases, title, level, subject, requirement, needs: needed };
}
