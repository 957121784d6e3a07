// What a conformance run selects, and what it would do to verification servers, without doing it.

import type { ConformanceCase, Suite } from "../../conformance/case.ts";
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

/** The cases selected, a line each. @throws {NothingSelected} */
export function caseListText(input: PlanInput, terminal: Terminal): string {
  const cases = casesOf(input);
  if (input.json) return `${JSON.stringify(cases.map(caseFacts), null, 2)}\n`;
  const rows = cases.map((one) => [one.id, one.level, one.subject, one.title]);
  return formatTable(["case", "level", "subject", "what is true"], rows, terminal.style);
}

/** What would run on which verification server. @throws {NothingSelected} */
export function planText(input: PlanInput, terminal: Terminal): string {
  const cases = casesOf(input).length;
  const rounds = input.targets.map(({ name }) => ({ subject: name, cases }));
  if (input.json) return `${JSON.stringify({ rounds }, null, 2)}\n`;
  const rows = rounds.map(({ subject }) => [subject, String(cases)]);
  return formatTable(["subject", "cases"], rows, terminal.style);
}

/** The cases selected that the command can judge. @throws {NothingSelected} when there are none */
export function casesOf({
  suites,
  selection,
  judges,
}: Pick<PlanInput, "suites" | "selection" | "judges">): readonly ConformanceCase[] {
  const selected = selectCases(suites, selection).map((one) => one.case);
  const fitting = selected.filter(
    ({ subject }) => (subject === "verifier") === (judges === "verifier"),
  );
  if (fitting.length > 0) return fitting;
  const other = judges === "verifier" ? "conformance" : "conformance verifier";
  throw new NothingSelected(`what is selected is judged by oathbed ${other}`);
}

function caseFacts(one: ConformanceCase): Readonly<Record<string, unknown>> {
  const { id, aliases = [], title, level, subject, requirement, needs: needed } = one;
  return { id, aliases, title, level, subject, requirement, needs: needed };
}
