// Known failures, kept outside the suites: one file a subject, `expectations/<subject>.json`; or
// one a token model, `expectations/model-<model>.json`, for each token of it however it is reached.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import schema from "./expectations-schema.json" with { type: "json" };
import type { CaseResult } from "./report.ts";
import type { Outcome } from "./run/outcome.ts";
import { SchemaCheck, SchemaError } from "./schema-check.ts";

/** Failures that are known on one subject, by case id, each with the sentence that says why. */
export interface Expectations {
  readonly subject: string;
  readonly knownFailures: ReadonlyMap<string, string>;
  /** Those that pass now and then: races. */
  readonly sometimes: ReadonlySet<string>;
}

/** The expectations that come with oathbed. */
export const EXPECTATIONS_DIRECTORY: string = fileURLToPath(
  new URL("./expectations", import.meta.url),
);

const MAX_CHARACTERS = 1_000_000;

interface ExpectationsFile {
  readonly version: 1;
  readonly subject: string;
  readonly knownFailures: readonly {
    readonly case: string;
    readonly reason: string;
    readonly sometimes?: boolean;
  }[];
}

const check: SchemaCheck<ExpectationsFile> = new SchemaCheck(schema);

/** The subject that stands for every token of a model, as `info.model` tells it. */
export function modelSubject(model: string): string {
  return `model:${model}`;
}

/** Name of a subject's file: what file systems do not take becomes a hyphen. */
export function expectationsFileName(subject: string): string {
  return `${subject
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")}.json`;
}

/**
 * Reads the text of an expectations file.
 *
 * @param what names the text in errors: its file
 * @throws {SchemaError} naming the place that is wrong
 */
export function parseExpectations(text: string, what: string): Expectations {
  const { subject, knownFailures } = check.parse(text, what, MAX_CHARACTERS);
  const byCase = new Map(knownFailures.map((entry) => [entry.case, entry.reason]));
  if (byCase.size < knownFailures.length) {
    throw new SchemaError(what, ["at /knownFailures: a case is named twice"]);
  }
  const races = knownFailures.filter(({ sometimes }) => sometimes === true);
  return { subject, knownFailures: byCase, sometimes: new Set(races.map((entry) => entry.case)) };
}

/**
 * The known failures of these subjects, and of all models; a subject without a file has none.
 *
 * @throws {SchemaError} when a file is not as the schema says, or is about another subject
 */
export async function loadExpectations(
  subjects: readonly string[],
  directory: string = EXPECTATIONS_DIRECTORY,
): Promise<readonly Expectations[]> {
  const loaded: Expectations[] = [];
  for (const subject of subjects) {
    const file = join(directory, expectationsFileName(subject));
    const text = await readIfThere(file);
    if (text === undefined) continue;
    const expectations = parseExpectations(text, file);
    if (expectations.subject !== subject) {
      throw new SchemaError(file, [
        `at /subject: it is about ${JSON.stringify(expectations.subject)}, ` +
          `not about ${JSON.stringify(subject)}`,
      ]);
    }
    loaded.push(expectations);
  }
  for (const name of (await readdir(directory)).sort()) {
    if (!/^model-.*\.json$/.test(name)) continue;
    const file = join(directory, name);
    loaded.push(parseExpectations(await readFile(file, "utf8"), file));
  }
  return loaded;
}

/** What an outcome becomes when the case is known to fail: `reason` is why. */
export function expectFailure(outcome: Outcome, reason: string): Outcome {
  switch (outcome.status) {
    case "fail":
    case "warn":
    case "info":
      return { status: "xfail", reason };
    case "pass":
      return { status: "xpass", reason: `known to fail, and passes: ${reason}` };
    case "skip":
    case "error":
    case "xfail":
    case "xpass":
      return outcome;
  }
}

/**
 * Sentences about entries that have lost their meaning: their case exists no more, or was skipped.
 *
 * @param known ids of all cases, selected or not
 */
export function staleExpectations(
  expectations: Expectations,
  known: ReadonlySet<string>,
  results: readonly CaseResult[],
): readonly string[] {
  const { subject, knownFailures } = expectations;
  const skipped = new Set(
    results.filter((r) => r.subject === subject && r.status === "skip").map((r) => r.id),
  );
  return [...knownFailures.keys()].flatMap((id) => {
    const stale = `known failure ${id} of ${subject} is stale`;
    if (!known.has(id)) return [`${stale}: there is no such case; remove it`];
    if (skipped.has(id)) return [`${stale}: the case is skipped on it; remove it`];
    return [];
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
