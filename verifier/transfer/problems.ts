// What is wrong with a file of secrets, and where. No problem quotes a value: a column taken for
// another one, or a file cut in the middle, may have put a secret anywhere.

/** Most problems that are told; more are counted. */
export const MAX_PROBLEMS = 20;
/** Longest part of a key's id that is shown. */
const MAX_SHOWN = 40;

/** A place in a text, both counted from 1; columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong. */
export interface TransferProblem extends Place {
  /** Id, serial or label of the token; empty when it is the file. */
  readonly token: string;
  /** Element, attribute, column or parameter. */
  readonly field: string;
  /** What is wrong and what would be right; never a value of a secret. */
  readonly message: string;
}

/** `line:column: token "ID": field: message`, one line. */
export function describeProblem(problem: TransferProblem): string {
  const { line, column, token, field, message } = problem;
  const who = token === "" ? "" : `token "${token}": `;
  return `${line}:${column}: ${who}${field}: ${message}`;
}

/** A file is refused as a whole; nothing of it was taken. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  /** In the order of the file, at most MAX_PROBLEMS. */
  readonly problems: readonly TransferProblem[];
  /** How many there are. */
  readonly count: number;
  constructor(problems: readonly TransferProblem[], count: number = problems.length) {
    const more = count > problems.length ? [`and ${count - problems.length} more problems`] : [];
    super([...problems.map(describeProblem), ...more].join("\n"));
    this.problems = problems;
    this.count = count;
  }
}

/**
 * One field of one token is wrong; readers throw it, collect it as a problem and go on with the
 * next token. `offset` counts UTF-16 code units from the start of the text.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly offset: number;
  readonly field: string;
  constructor(offset: number, field: string, message: string) {
    super(message);
    this.offset = offset;
    this.field = field;
  }
}

/** Problems as they are found. */
export class Problems {
  readonly #found: TransferProblem[] = [];
  #count = 0;
  readonly #placeAt: (offset: number) => Place;

  /** @param placeAt where an offset lies */
  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes a fault in; any other error is thrown again. */
  take(error: unknown, token = ""): void {
    if (!(error instanceof Fault)) throw error;
    this.#count++;
    if (this.#found.length >= MAX_PROBLEMS) return;
    const { field, message } = error;
    this.#found.push({ ...this.#placeAt(error.offset), token: shown(token), field, message });
  }

  /** @throws {TransferError} when there are any */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const inOrder = this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
    throw new TransferError(inOrder, this.#count);
  }
}

/** Short, and nothing that a terminal would obey. */
function shown(token: string): string {
  const plain = token.replace(/\p{C}/gu, "·");
  return plain.length > MAX_SHOWN ? `${plain.slice(0, MAX_SHOWN)}…` : plain;
}
