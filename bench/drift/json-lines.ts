// Logs as JSON lines: one record a line, appended one by one, so that a last line that was cut off
// is no harm and what is no record is named and passed over.

/** Longest line taken, characters. */
const MAX_LINE = 4096;
/** Most lines of a log: a reading a second for eleven days. */
export const MAX_LOG_LINES = 1_000_000;

/** Records of a log, and sentences on lines that were passed over. */
export interface ReadLines<T> {
  readonly records: readonly T[];
  readonly problems: readonly string[];
}

/** The log cannot be used as a whole. */
export class DriftLogError extends RangeError {
  override readonly name = "DriftLogError";
}

/**
 * Reads the lines of a log.
 *
 * @param what names the log in sentences: `drift log`
 * @throws {DriftLogError} when there are too many
 */
export function readJsonLines<T>(
  text: string,
  where: string,
  what: string,
  isRecord: (value: unknown) => value is T,
): ReadLines<T> {
  const lines = text.split("\n");
  if (lines.length > MAX_LOG_LINES) {
    throw new DriftLogError(`${where} has more than ${MAX_LOG_LINES} lines; split it`);
  }
  const records: T[] = [];
  const problems: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const value = line.length > MAX_LINE ? undefined : parsed(line);
    if (isRecord(value)) records.push(value);
    else if (index === lines.length - 1) problems.push(`line ${index + 1} was cut off: left out`);
    else problems.push(`line ${index + 1} is no record of a ${what}: left out`);
  }
  return { records, problems };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Whether `value` is a number from `low` to `high`. */
export function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}
