// A command line that cannot be carried out as it is written.

/** The caller's mistake: exit code 2. `hint` says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly hint: string;
  constructor(message: string, hint = "") {
    super(message);
    this.hint = hint;
  }
}

/**
 * The name among `known` that is most like `given`; undefined when none is near (more than two
 * edits, or more than a third of its length).
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const limit = Math.min(2, Math.max(1, Math.floor(given.length / 3)));
  let best: string | undefined;
  let bestEdits = limit + 1;
  for (const name of known) {
    const edits = editsBetween(given.slice(0, 64), name);
    if (edits < bestEdits) {
      best = name;
      bestEdits = edits;
    }
  }
  return best;
}

/** Insertions, deletions and replacements that make one text of the other (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
