// A saved run as docs/performance.md: method, machine, goals, figures by suite, ratios, and how far
// from the limit they are. A function of the run alone.

import { isBusy } from "./machine.ts";
import { absentLines, formatBound, formatFigure, formatSpread, VERDICTS } from "./print.ts";
import type { BenchResult } from "./run.ts";
import { BENCH_SUITES, goalVerdict, type Measurement, meetsGoal } from "./workload.ts";

const METHOD = `Made by \`npm run docs:performance\` from [performance.json](performance.json), which
\`oathbed bench --save\` wrote. Nothing here is edited by hand.

## Method

- Contenders run in processes of their own: no heap, compiler profile or garbage collector is shared.
  In each round every one of them does a slice of about 20 ms of the same work, in turn, so that a
  machine whose speed wanders treats them alike; ratios are taken round by round, in one run.
- The work is 4,096 distinct secrets as long as the hash, 6 digits, 30 s. A *wrong* code matches no
  step of the window; a *right* one is 80 % of the current step, 15 % of the one before, 5 % of the
  next. How many codes each slice took is checked: a contender that judges wrongly ends the race.
- Slices count only after they have been doubled to their length and compilers have settled.
- Figures are medians; from the 5th to the 95th percentile of the slices is their spread.
- Libraries and C programs stop at the first match. Ours compute every candidate, whatever matches:
  that is what constant time wants, so *wrong* is where they are alike.
- The C programs are compiled on the spot by the system's compiler, from \`bench/peers/\`.
`;

const LIMIT = `The reference \`sha-ni\` uses the processor's own SHA instructions, which WebAssembly
cannot reach; \`sha-ni-limit\` is their bare cost, 40 \`sha1rnds4\` a code, with nothing around them.
WebAssembly has four 32-bit lanes and neither a rotation nor a three-way logical instruction: four
codes are 160 rounds of SHA-1 of 12 vector instructions each, and of 7 more where the message schedule
is not known beforehand, some 2,350 in all. A core that does four of them a clock needs 590 clocks
for that, 147 a code, whatever the compiler; the SHA unit needs 40 instructions. One call has four
lanes for three candidates, so a quarter of its work is for nobody.
`;

/** The page's text. */
export function performancePage(result: BenchResult): string {
  const { measurements, absent, notes, warnings, machine } = result;
  const goals = measurements.filter(({ goal }) => goal !== undefined);
  return [
    "# Performance\n",
    METHOD,
    "## Machine\n",
    machineLines(result),
    ...(warnings.length === 0 ? [] : ["Warnings of this run:\n", list(warnings)]),
    "## Goals\n",
    `${goals.filter(meetsGoal).length} of ${goals.length} are met in this run.\n`,
    table(
      ["suite", "subject", "what", "median", "5 % to 95 %", "goal", ""],
      goals.map((one) => [
        one.suite,
        one.subject,
        one.name,
        figureOf(one),
        formatSpread(one),
        formatBound(one),
        verdictOf(one, isBusy(machine)),
      ]),
    ),
    "## Distance to the limit\n",
    LIMIT,
    distances(measurements),
    ...BENCH_SUITES.flatMap((suite) => section(suite, measurements)),
    "## What the rows are\n",
    list(notes),
    ...(absent.length === 0 ? [] : ["## Not measured\n", list(absentLines(absent))]),
  ].join("\n");
}

function machineLines({ machine, durationMs }: BenchResult): string {
  const { processor, cores, platform, node, load } = machine;
  return list([
    `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${platform}, Node ${node}`,
    `${formatFigure(durationMs)} ms for each figure, load ${load} before`,
  ]);
}

/** Ratios to the reference and the limit, and of these two. */
function distances(measurements: readonly Measurement[]): string {
  const rows = measurements.filter(
    ({ unit, name }) => unit === "times" && /: against sha-ni(?:-limit)?$/.test(name),
  );
  return table(
    ["what", "subject", "against", "share", "5 % to 95 %"],
    rows.map((one) => {
      const [what = "", against = ""] = one.name.split(": against ");
      const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
      const spread = `${percent(one.low)} to ${percent(one.high)}`;
      return [what, one.subject, against, percent(one.median), spread];
    }),
  );
}

/** A suite's figures, those of one name under each other. */
function section(suite: string, measurements: readonly Measurement[]): readonly string[] {
  const own = measurements.filter((one) => one.suite === suite);
  if (own.length === 0) return [];
  const groups = Map.groupBy(own, ({ name }) => name.split(": against ")[0] ?? name);
  const parts = [...groups].flatMap(([name, group]) => {
    if (group.length < 3) return [];
    return [`### ${name}\n`, figures(group, false)];
  });
  const rest = [...groups.values()].filter((group) => group.length < 3).flat();
  const others = rest.length === 0 ? [] : [figures(rest, true)];
  return [`## ${suite}\n`, ...others, ...parts];
}

function figures(group: readonly Measurement[], isNamed: boolean): string {
  const header = ["subject", ...(isNamed ? ["what"] : []), "median", "5 % to 95 %"];
  return table(
    header,
    group.map((one) => {
      const [, against] = one.unit === "times" ? one.name.split(": against ") : [];
      const subject = against === undefined ? one.subject : `${one.subject} ÷ ${against}`;
      return [subject, ...(isNamed ? [one.name] : []), figureOf(one), formatSpread(one)];
    }),
  );
}

function figureOf({ median, unit }: Measurement): string {
  return `${formatFigure(median)} ${unit}`;
}

function verdictOf(one: Measurement, isBusyThere: boolean): string {
  const verdict = goalVerdict(one, isBusyThere) ?? "met";
  return verdict === "missed" ? "**missed**" : VERDICTS[verdict];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(header) + line(header.map(() => "---")) + rows.map(line).join("");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}\n`).join("");
}
