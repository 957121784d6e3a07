// The matrix on a terminal: suites by subjects, each cell the counts of its statuses.

import type { CaseResult, Report, Status } from "../report.ts";
import {
  type ConsoleStyle,
  columnsOf,
  cutTo,
  type Paint,
  padTo,
  type Role,
} from "./terminal-text.ts";
import { STATUS_MEANINGS, STATUS_SIGNS, STATUSES, tally } from "./verdict.ts";

const GAP = "  ";
/** Widest column of names; less on narrow terminals. */
const MOST_COLUMNS = 24;
/** Statuses in the order in which a cell shows them. */
const CELL_ORDER: readonly Status[] = ["pass", ...STATUSES.filter((status) => status !== "pass")];

/** Colour of each status. */
export const STATUS_ROLES: Readonly<Record<Status, Role>> = {
  pass: "good",
  fail: "bad",
  error: "bad",
  xpass: "bad",
  warn: "caution",
  info: "quiet",
  xfail: "quiet",
  skip: "quiet",
};

/**
 * Suites by subjects; where not all subjects fit beside each other, in several blocks. Empty when
 * there are no results.
 */
export function matrixLines(report: Report, style: ConsoleStyle): readonly string[] {
  const { results } = report;
  if (results.length === 0) return [];
  const suites = [...new Set(results.map((result) => result.suite))];
  const names = report.subjects
    .map((subject) => subject.name)
    .filter((name) => results.some((result) => result.subject === name));
  const mostSuite = Math.min(MOST_COLUMNS, Math.floor(style.width * 0.4));
  const suiteColumns = Math.min(mostSuite, Math.max(...suites.map(columnsOf), 5));
  const room = style.width - 2 - suiteColumns;
  const mostHead = Math.min(MOST_COLUMNS, room - GAP.length);
  const columns = names.map((name) => columnOf(name, mostHead, suites, results, style.paint));
  const blocks = intoBlocks(columns, room);
  const lines = blocks.flatMap((block, at) => [
    ...(at === 0 ? [] : [""]),
    line("", suiteColumns, block, (column) => style.paint("strong", column.head)),
    ...suites.map((suite, row) => line(suite, suiteColumns, block, (column) => column.cells[row])),
  ]);
  return [...lines, ...legend(results, style)];
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  readonly width: number;
}

function columnOf(
  name: string,
  mostColumns: number,
  suites: readonly string[],
  results: readonly CaseResult[],
  paint: Paint,
): Column {
  const own = results.filter((result) => result.subject === name);
  const cells = suites.map((suite) =>
    cellText(
      own.filter((result) => result.suite === suite),
      paint,
    ),
  );
  const head = cutTo(name, mostColumns);
  return { head, cells, width: Math.max(columnsOf(head), ...cells.map(columnsOf)) };
}

/** `24✓ 1✗ 2–`. */
function cellText(results: readonly CaseResult[], paint: Paint): string {
  const counts = tally(results);
  return CELL_ORDER.filter((status) => counts[status] > 0)
    .map((status) => paint(STATUS_ROLES[status], `${counts[status]}${STATUS_SIGNS[status]}`))
    .join(" ");
}

function intoBlocks(columns: readonly Column[], room: number): readonly (readonly Column[])[] {
  const blocks: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    const needed = column.width + GAP.length;
    const last = blocks.at(-1);
    if (last === undefined || needed > left) {
      blocks.push([column]);
      left = room - needed;
    } else {
      last.push(column);
      left -= needed;
    }
  }
  return blocks;
}

function line(
  head: string,
  headColumns: number,
  columns: readonly Column[],
  cell: (column: Column) => string | undefined,
): string {
  const cells = columns.map((column) => GAP + padTo(cell(column) ?? "", column.width));
  return `  ${padTo(cutTo(head, headColumns), headColumns)}${cells.join("")}`;
}

function legend(results: readonly CaseResult[], style: ConsoleStyle): readonly string[] {
  const counts = tally(results);
  const lines: string[] = [];
  for (const status of CELL_ORDER.filter((one) => counts[one] > 0)) {
    const entry = cutTo(`  ${STATUS_SIGNS[status]} ${STATUS_MEANINGS[status]}`, style.width);
    const last = lines.at(-1);
    if (last === undefined || columnsOf(last) + columnsOf(entry) > style.width) lines.push(entry);
    else lines[lines.length - 1] = last + entry;
  }
  return lines.map((text) => style.paint("quiet", text));
}
