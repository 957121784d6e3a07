// A line of progress that says what is waited for; on a terminal only.

import type { Clock } from "../core/time/clock.ts";
import { SystemClock } from "../core/time/system-clock.ts";
import type { Terminal } from "./terminal.ts";

/** The line is drawn anew this often at most, microseconds. */
const REDRAW_AFTER_US = 80_000;
const BAR_CELLS = 24;
/** Back to the start of the line, and erase to its end (ECMA-48 EL). */
const ERASE_LINE = "\r\x1b[K";

/** One line on stderr, overwritten in place. Disposing takes it away. */
export class ProgressLine implements Disposable {
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  #drawnUs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(terminal: Terminal, clock: Clock = new SystemClock()) {
    this.#terminal = terminal;
    this.#clock = clock;
  }

  /** `done` of `total`, and what is going on. A total of 0 draws no bar. */
  show(done: number, total: number, what: string): void {
    if (!this.#terminal.errIsTerminal) return;
    const nowUs = this.#clock.monotonicUs();
    if (nowUs - this.#drawnUs < REDRAW_AFTER_US) return;
    this.#drawnUs = nowUs;
    this.#isDrawn = true;
    const { errStyle: style, columns } = this.#terminal;
    const bar = total > 0 ? `${barText(done / total)} ${countText(done, total)}  ` : "";
    const room = Math.max(0, columns - bar.length - 4);
    this.#terminal.err(`${ERASE_LINE}  ${style.accent(bar)}${style.dim(cut(what, room))}`);
  }

  /** Takes the line away, before something else is printed. */
  clear(): void {
    if (this.#isDrawn) this.#terminal.err(ERASE_LINE);
    this.#isDrawn = false;
    this.#drawnUs = Number.NEGATIVE_INFINITY;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}

/** 24 cells, filled by eighths. */
export function barText(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS * 8);
  const partial = " ▏▎▍▌▋▊▉".charAt(eighths % 8);
  const full = "█".repeat(Math.floor(eighths / 8));
  return (eighths % 8 === 0 ? full : full + partial).padEnd(BAR_CELLS, " ");
}

function countText(done: number, total: number): string {
  const width = String(total).length;
  return `${String(done).padStart(width)} of ${total}`;
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}
