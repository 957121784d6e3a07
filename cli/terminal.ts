// The command's streams: answers on stdout, everything else on stderr.

import { createInterface } from "node:readline";
import { styleText } from "node:util";

/** Width of what is no terminal, and of one that does not tell. */
const DEFAULT_COLUMNS = 100;

/** Where a command speaks and listens; tests hand in their own. */
export interface Terminal {
  /** Answers. */
  out(text: string): void;
  /** Everything that is no answer: errors, progress, hints. */
  err(text: string): void;
  /** Whether a person sees stdout, or stderr. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Whether stdin is a person's keyboard. */
  readonly inIsTerminal: boolean;
  /** Width in characters. */
  readonly columns: number;
  /** Colors of stdout, and of stderr. */
  readonly style: Style;
  readonly errStyle: Style;
  /** All of stdin as text. @throws {RangeError} when it is longer than `maxBytes` */
  readInput(maxBytes: number, signal: AbortSignal): Promise<string>;
  /** Calls `listener` at each line a person ends with Enter. Returns how to stop that. */
  onEnter(listener: () => void): () => void;
  /**
   * Calls `onLine` with each line of stdin, without its end, and `onEnd` once after the last one.
   * Returns how to stop that.
   */
  onLine(onLine: (line: string) => void, onEnd: () => void): () => void;
  /** Resolves when all that was written has gone out. */
  flush(): Promise<void>;
}

/** Marks text for people; plain without color. */
export interface Style {
  readonly isColored: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  accent(text: string): string;
}

/** A style with colors, or one that leaves text alone. */
export function createStyle(isColored: boolean): Style {
  const mark = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    isColored ? styleText(format, text, { validateStream: false }) : text;
  return {
    isColored,
    bold: mark("bold"),
    dim: mark("dim"),
    good: mark("green"),
    bad: mark("red"),
    warn: mark("yellow"),
    accent: mark("cyan"),
  };
}

/** The terminal of this process. `NO_COLOR` (any value but an empty one) and `TERM=dumb` count. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const mayColor = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  // `oathbed … | head`: the reader has gone, and that is no error of ours.
  stdout.on("error", quitOnClosedPipe);
  stderr.on("error", quitOnClosedPipe);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    inIsTerminal: stdin.isTTY === true,
    // A terminal that was never sized says 0.
    columns: stderr.columns || stdout.columns || DEFAULT_COLUMNS,
    style: createStyle(mayColor && stdout.isTTY === true),
    errStyle: createStyle(mayColor && stderr.isTTY === true),
    readInput: (maxBytes, signal) => readAll(stdin, maxBytes, signal),
    onEnter: (listener) => listenForEnter(stdin, listener),
    onLine: (onLine, onEnd) => listenForLines(stdin, onLine, onEnd),
    flush: async () => {
      await Promise.all([drained(stdout), drained(stderr)]);
    },
  };
}

async function readAll(
  stream: NodeJS.ReadStream,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > maxBytes) throw new RangeError(`stdin holds more than ${maxBytes} bytes`);
      chunks.push(bytes);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A terminal gives a line at a time; what it says does not matter. */
function listenForEnter(stream: NodeJS.ReadStream, listener: () => void): () => void {
  const onData = (): void => listener();
  stream.on("data", onData);
  return () => {
    stream.off("data", onData);
    stream.pause();
  };
}

function listenForLines(
  input: NodeJS.ReadStream,
  onLine: (line: string) => void,
  onEnd: () => void,
): () => void {
  const lines = createInterface({ input, terminal: false });
  lines.on("line", onLine).on("close", onEnd);
  return () => {
    lines.off("line", onLine).off("close", onEnd).close();
    input.pause();
  };
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

function quitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}
