// Which cases a run takes.

import type { ConformanceCase, Level, Suite } from "../case.ts";

/**
 * Every criterion given must hold; within one, any of its values. Long cases are taken only when
 * a suite, an id or a section names them.
 */
export interface Selection {
  /** Names of suites: `rfc6238`. */
  readonly suites?: readonly string[];
  /** Ids, aliases (`R01`), or beginnings of ids that end at a slash: `rfc6238/5.2`. */
  readonly ids?: readonly string[];
  /** Second parts of ids: `5.2`; a whole-part beginning counts: `5` takes in `5.2`. */
  readonly sections?: readonly string[];
  readonly levels?: readonly Level[];
  /** Text found in id, title or requirement, whatever its case. */
  readonly grep?: string;
}

/** A case and the suite it stands in. */
export interface SelectedCase {
  readonly suite: string;
  readonly case: ConformanceCase;
}

/** The selection leaves nothing to run; the message says which part of it, and what there is. */
export class NothingSelected extends Error {
  override readonly name = "NothingSelected";
}

/**
 * The cases selected, in the order of the suites.
 *
 * @throws {NothingSelected} when no case is left, or a suite, id or section names none at all
 */
export function selectCases(
  suites: readonly Suite[],
  selection: Selection = {},
): readonly SelectedCase[] {
  const all = suites.flatMap((suite) =>
    suite.cases.map((one) => ({ suite: suite.name, case: one })),
  );
  refuseUnknown("suite", selection.suites, all, isOfSuite);
  refuseUnknown("case", selection.ids, all, isNamed);
  refuseUnknown("section", selection.sections, all, isInSection);
  const selected = all.filter((one) => isSelected(one, selection));
  if (selected.length === 0) throw new NothingSelected(nothingText(selection, all.length));
  return selected;
}

function isSelected(one: SelectedCase, selection: Selection): boolean {
  const { suites, ids, sections, levels, grep } = selection;
  const isNamedAtAll = [suites, ids, sections].some((names) => names !== undefined);
  return (
    (one.case.isLong !== true || isNamedAtAll) &&
    (suites?.some((suite) => isOfSuite(one, suite)) ?? true) &&
    (ids?.some((id) => isNamed(one, id)) ?? true) &&
    (sections?.some((section) => isInSection(one, section)) ?? true) &&
    (levels?.includes(one.case.level) ?? true) &&
    (grep === undefined || mentions(one.case, grep))
  );
}

function isOfSuite(one: SelectedCase, suite: string): boolean {
  return one.suite === suite;
}

function isNamed({ case: { id, aliases = [] } }: SelectedCase, name: string): boolean {
  const prefix = name.endsWith("/") ? name : `${name}/`;
  return id === name || id.startsWith(prefix) || aliases.includes(name);
}

function isInSection({ case: { id } }: SelectedCase, section: string): boolean {
  const own = sectionOf(id);
  return own === section || own.startsWith(`${section}.`);
}

/** `5.2` of `rfc6238/5.2/replayed-code`; empty for ids of fewer parts. */
export function sectionOf(id: string): string {
  const parts = id.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : "";
}

function mentions(one: ConformanceCase, text: string): boolean {
  const wanted = text.toLowerCase();
  const { id, title, requirement, aliases = [] } = one;
  return [id, title, requirement.text, requirement.source, ...aliases].some((own) =>
    own.toLowerCase().includes(wanted),
  );
}

function refuseUnknown(
  word: string,
  names: readonly string[] | undefined,
  all: readonly SelectedCase[],
  fits: (one: SelectedCase, name: string) => boolean,
): void {
  for (const name of names ?? []) {
    if (all.some((one) => fits(one, name))) continue;
    const hint = suggest(word, name, all);
    throw new NothingSelected(`no ${word} is called ${JSON.stringify(name)}; ${hint}`);
  }
}

function suggest(word: string, name: string, all: readonly SelectedCase[]): string {
  const suites = [...new Set(all.map((one) => one.suite))].join(", ");
  if (word !== "case") {
    const sections = [...new Set(all.map((one) => sectionOf(one.case.id)))].filter(Boolean);
    return word === "suite" ? `there are ${suites}` : `there are ${sections.join(", ")}`;
  }
  const last = name.split("/").at(-1) ?? name;
  const alike = all.filter((one) => one.case.id.includes(last)).slice(0, 3);
  return last.length > 2 && alike.length > 0
    ? `did you mean ${alike.map((one) => one.case.id).join(" or ")}?`
    : `the suites are ${suites}`;
}

function nothingText(selection: Selection, count: number): string {
  if (count === 0) return "there are no cases";
  const parts = Object.entries(selection)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${[value].flat().join(", ")}`);
  return `none of the ${count} cases fits all of: ${parts.join("; ")}`;
}
