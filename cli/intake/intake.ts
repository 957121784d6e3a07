// oathbed intake: lines in, a log out, and what the operator is told in between.

import { examineHostClock, statedHost } from "../../bench/drift/host-clock.ts";
import { type DeskAnswer, IntakeDesk } from "../../bench/drift/lot/desk.ts";
import { type IntakeRecord, type IntakeStart, parseIntakeLog } from "../../bench/drift/lot/log.ts";
import type { Lot } from "../../bench/drift/lot/lot.ts";
import { DEFAULT_DESK, type DeskOptions } from "../../bench/drift/lot/token-readings.ts";
import type { Tone } from "../../bench/drift/lot/words.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Context } from "../command.ts";
import { AppendLog } from "../drift/append-log.ts";
import { durationOf, positiveOf } from "../drift/options.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { LineSource } from "./lines.ts";
import { type LotSecretArguments, lotOf } from "./secrets.ts";

/** @see INTAKE_OPTIONS */
export interface IntakeArguments extends LotSecretArguments {
  readonly log?: string | undefined;
  readonly rig?: string | undefined;
  readonly "delay-s": string;
  readonly "reaction-ms": string;
  readonly timeout: string;
  readonly "host-error-s"?: string | undefined;
  readonly json: boolean;
}

/** What `--json` prints. */
interface Summary {
  readonly lot: string;
  readonly log: string;
  readonly tokens: number;
  readonly read: number;
  readonly readings: number;
  /** Serial numbers without a reading, at most 1000. */
  readonly missing: readonly string[];
  readonly problems: readonly string[];
  readonly why: string;
}

const MOST_TIMEOUT = 7 * 86_400;
const MOST_SHOWN = 1000;

/** Takes a lot in until its input ends; what was read is in the log whatever happens. */
export async function intakeLot(args: IntakeArguments, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const options = deskOptionsOf(args);
  const timeoutUs = durationOf("timeout", args.timeout, MOST_TIMEOUT) * SECOND_US;
  if (!/^[\w. -]{1,64}$/.test(args.lot)) {
    throw new UsageError("--lot must be 1 to 64 letters, digits, dots, dashes or spaces");
  }
  using lot = await lotOf(args, terminal);
  const path = args.log ?? `${args.lot}.intake.jsonl`;
  let earlier: readonly IntakeRecord[] = [];
  await using log = await AppendLog.open(path, (text) => {
    earlier = earlierOf(text, path, args.lot, terminal);
  });
  const desk = new IntakeDesk(lot, options, earlier);
  if (earlier.length > 0) terminal.err(`going on with ${path}: ${countText(desk, lot)}\n`);
  const session = new Session(desk, log, terminal);
  await session.write([await startOf(args, lot)]);
  const why = await session.run(args.rig, timeoutUs, context);
  printSummary(summaryOf(args, path, lot, desk, [...earlier, ...session.records], why), args.json);
  return EXIT.ok;

  function printSummary(summary: Summary, isJson: boolean): void {
    if (isJson) terminal.out(`${JSON.stringify(summary, null, 2)}\n`);
    else terminal.out(summaryText(summary, terminal));
  }
}

class Session {
  readonly records: IntakeRecord[] = [];
  readonly #desk: IntakeDesk;
  readonly #log: AppendLog;
  readonly #terminal: Terminal;
  readonly #clock = new SystemClock();

  constructor(desk: IntakeDesk, log: AppendLog, terminal: Terminal) {
    this.#desk = desk;
    this.#log = log;
    this.#terminal = terminal;
  }

  /** @returns why it ended */
  async run(rig: string | undefined, timeoutUs: number, { signal }: Context): Promise<string> {
    const clock = this.#clock;
    const isStdin = rig === undefined || rig === "-";
    using lines = isStdin
      ? LineSource.ofTerminal(this.#terminal, clock)
      : await LineSource.ofFile(rig, clock);
    const isPrompting = isStdin && this.#terminal.inIsTerminal;
    if (isPrompting) this.#terminal.err("? tells what to do; end, or Ctrl-D, stops\n");
    try {
      for (let number = 1; ; number++) {
        if (isPrompting) this.#terminal.err(this.#desk.prompt);
        const next = await lines.next(timeoutUs, signal);
        if (next.kind === "ended") return await this.#finish("the input has ended");
        if (next.kind === "silent") {
          return await this.#finish(`nothing came for ${timeoutUs / SECOND_US} s`);
        }
        const answer = this.#desk.take(next.line);
        // Who types sees the line; of a rig's file its number tells where to mend it.
        await this.#tell(answer, isPrompting ? "" : `line ${number}: `);
        if (answer.isOver) return "ended by the operator";
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      if (isPrompting) this.#terminal.err("\n");
      return await this.#finish("interrupted");
    }
  }

  async write(records: readonly IntakeRecord[]): Promise<void> {
    for (const record of records) {
      this.records.push(record);
      await this.#log.append(record);
    }
  }

  async #finish(why: string): Promise<string> {
    await this.#tell(this.#desk.finish(why, this.#clock.nowUs() / SECOND_US));
    return why;
  }

  async #tell({ records, said }: DeskAnswer, where = ""): Promise<void> {
    // Written before it is said: what the operator has seen is in the log.
    await this.write(records);
    const { errStyle } = this.#terminal;
    for (const { tone, text } of said) {
      const mark: Readonly<Record<Tone, string>> = {
        good: errStyle.good("ok"),
        plain: errStyle.dim("--"),
        warn: errStyle.warn("??"),
        bad: errStyle.bad("!!"),
      };
      const place = tone === "warn" ? where : "";
      this.#terminal.err(`${mark[tone]} ${place}${text}\n`);
    }
  }
}

function deskOptionsOf(args: IntakeArguments): DeskOptions {
  const [, least, most] = /^(\d{1,5})-(\d{1,5})$/.exec(args["reaction-ms"]) ?? [];
  if (least === undefined || most === undefined || Number(least) >= Number(most)) {
    throw new UsageError(
      `--reaction-ms must be two numbers, got ${JSON.stringify(args["reaction-ms"].slice(0, 40))}`,
      "for example --reaction-ms 150-600",
    );
  }
  const delaySeconds = positiveOf("delay-s", args["delay-s"], 3600);
  return {
    ...DEFAULT_DESK,
    delaySeconds,
    reaction: { least: Number(least) / 1000, most: Number(most) / 1000 },
  };
}

function earlierOf(
  text: string,
  path: string,
  lot: string,
  terminal: Terminal,
): readonly IntakeRecord[] {
  if (text === "") return [];
  const { records, problems } = parseIntakeLog(text, path);
  for (const problem of problems) {
    terminal.err(`${terminal.errStyle.warn("warning:")} ${path}: ${problem}\n`);
  }
  const [first] = records;
  if (first?.kind === "start" && first.lot !== lot) {
    throw new UsageError(`${path} is of the lot ${first.lot}`, "name another --log");
  }
  return records;
}

async function startOf(args: IntakeArguments, lot: Lot): Promise<IntakeStart> {
  const error = args["host-error-s"];
  const stated = error === undefined ? undefined : positiveOf("host-error-s", error, 86_400);
  const host =
    stated === undefined
      ? await examineHostClock()
      : {
          ...statedHost(0),
          offsetSeconds: stated,
          text: `this host's clock is within ${stated} s of true time, as stated`,
        };
  return {
    kind: "start",
    format: "oathbed-intake-log",
    version: 1,
    lot: args.lot,
    at: new SystemClock().nowUs() / SECOND_US,
    tokens: lot.size,
    host,
  };
}

function countText(desk: IntakeDesk, lot: Lot): string {
  return `${desk.read} of ${lot.size} tokens are read`;
}

function summaryOf(
  args: IntakeArguments,
  log: string,
  lot: Lot,
  desk: IntakeDesk,
  records: readonly IntakeRecord[],
  why: string,
): Summary {
  const notes = records.flatMap((record) =>
    record.kind === "note" && record.what !== "malformed" ? [record.text] : [],
  );
  return {
    lot: args.lot,
    log,
    tokens: lot.size,
    read: desk.read,
    readings: records.filter(({ kind }) => kind === "reading").length,
    missing: desk.missing.slice(0, MOST_SHOWN),
    problems: [...new Set(notes)].slice(0, MOST_SHOWN),
    why,
  };
}

function summaryText(summary: Summary, { style }: Terminal): string {
  const { read, tokens, readings, lot, log, missing, problems } = summary;
  const left = missing.length === 0 ? "" : ` Not yet: ${missing.slice(0, 8).join(", ")}`;
  const more = missing.length > 8 ? " …" : "";
  const lines = problems.map((problem) => `${style.bad("problem:")} ${problem}\n`);
  return (
    `lot ${lot}: ${read} of ${tokens} tokens read, ${readings} readings.${left}${more}\n` +
    `${lines.join("")}log: ${log}\n` +
    `next: oathbed fleet accept ${JSON.stringify(log)} --spec-ppm 5\n`
  );
}
