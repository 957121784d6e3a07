// The table of mutants: what each gets wrong, and the cases that notice. It is made by running them
// (npm run mutants), and a long test holds the committed one against a fresh one.

import type { Status } from "../../report.ts";
import type { TokenSource } from "../../run/token-source.ts";
import { run } from "../../runner.ts";
import type { TargetFactory } from "../../target.ts";
import { SUITES } from "../index.ts";
import { modelServer } from "./model-server.ts";
import { type Mutant, SERVER_MUTANTS } from "./server-mutants.ts";
import { TOKEN_MUTANTS } from "./token-mutants.ts";

/** A mutant that was judged. */
export interface JudgedMutant {
  readonly name: string;
  readonly defect: string;
  /** Ids of the cases that noticed, in their order. */
  readonly caughtBy: readonly string[];
}

/** How a case ends that noticed. An error is the bench's, and no verdict. */
const CAUGHT: readonly Status[] = ["fail", "warn", "info"];
/** Cases named in the table; the others are counted. */
const SHOWN = 3;
/** Host time a case has which waits for an answer that never comes, milliseconds. */
const TIMEOUT_MS = 1000;
/** The same for suites of one line in memory, where many answers never come. */
const IN_MEMORY_MS = 300;

/** Judges every server mutant. */
export function judgeServers(): Promise<readonly JudgedMutant[]> {
  return judgeAll(SERVER_MUTANTS, (target: TargetFactory) => ({ targets: [target] }));
}

/** Judges every token mutant. */
export function judgeTokens(): Promise<readonly JudgedMutant[]> {
  return judgeAll(TOKEN_MUTANTS, (token: TokenSource) => ({ tokens: [token] }));
}

/** Cases that the model server does not pass, unbroken: none, or its mutants prove nothing. */
export async function judgeModel(): Promise<readonly string[]> {
  return judgeOne({ targets: [modelServer("model")] });
}

/** The table as Markdown. */
export function mutantsText(
  servers: readonly JudgedMutant[],
  tokens: readonly JudgedMutant[],
): string {
  return [
    "# Mutants",
    "",
    "The suites judge themselves: each row is a token or a server with one realistic defect, and the",
    "cases that notice it. A mutant without a case would be a missing case. Made by `npm run mutants`;",
    "`.ci/run` makes it anew and compares. Defects in frames (YKOATH, CCID, HID) stand in",
    "`suites/wire-broken.test.ts` and `suites/wire-broken.io.test.ts`.",
    "",
    `## ${servers.length} servers`,
    "",
    ...tableLines("server", servers),
    "",
    `## ${tokens.length} tokens`,
    "",
    ...tableLines("token", tokens),
    "",
  ].join("\n");
}

async function judgeAll<Subject>(
  mutants: readonly Mutant<Subject>[],
  ground: (subject: Subject) => Ground,
): Promise<readonly JudgedMutant[]> {
  const judged: JudgedMutant[] = [];
  for (const { name, defect, subject, suites } of mutants) {
    judged.push({ name, defect, caughtBy: await judgeOne(ground(subject), suites) });
  }
  return judged;
}

type Ground = Pick<Parameters<typeof run>[0], "tokens" | "targets">;

async function judgeOne(ground: Ground, names?: readonly string[]): Promise<readonly string[]> {
  const { results } = await run({
    suites: SUITES,
    ...(names && { selection: { suites: names } }),
    ...ground,
    randomSeed: 1,
    command: "mutants",
    toolVersion: "0",
    caseTimeoutMs: names === undefined ? TIMEOUT_MS : IN_MEMORY_MS,
  });
  return results.filter(({ status }) => CAUGHT.includes(status)).map(({ id }) => id);
}

function tableLines(subject: string, rows: readonly JudgedMutant[]): readonly string[] {
  return [
    `| ${subject} | what is wrong: it … | caught by |`,
    "|---|---|---|",
    ...rows.map(({ name, defect, caughtBy }) => `| ${name} | ${defect} | ${cases(caughtBy)} |`),
  ];
}

function cases(ids: readonly string[]): string {
  if (ids.length === 0) return "**nobody**";
  const shown = ids.slice(0, SHOWN).map((id) => `\`${id}\``);
  const more = ids.length > SHOWN ? [`${ids.length - SHOWN} more`] : [];
  return [...shown, ...more].join(", ");
}
