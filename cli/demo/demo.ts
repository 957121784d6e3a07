// What npm start runs: three tokens live a year with the verifier, suites judge both sides, a short
// bench measures them, and the reports are written.

import { figuresOf, runBench } from "../../bench/run.ts";
import type { Report } from "../../conformance/report.ts";
import { jsonReport } from "../../conformance/reports/json.ts";
import { exitCodeOf } from "../../conformance/reports/verdict.ts";
import { writeReports } from "../../conformance/reports/write.ts";
import type { TokenSource } from "../../conformance/run/token-source.ts";
import { type Progress, run } from "../../conformance/runner.ts";
import { SUITES } from "../../conformance/suites/index.ts";
import type { TargetFactory } from "../../conformance/target.ts";
import { createRandom } from "../../core/time/random.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { Context } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { ProgressLine } from "../progress.ts";
import { toolVersion } from "../version.ts";
import {
  chapterText,
  conformanceText,
  endText,
  figuresText,
  introText,
  storyText,
  yearsText,
} from "./print.ts";
import { liveYears, type TokenYear } from "./tokens.ts";
import { WEEKS } from "./year.ts";

/** What a demo runs on. */
export interface DemoInput {
  readonly sources: readonly TokenSource[];
  readonly targets: readonly TargetFactory[];
  readonly randomSeed: number;
  /** Folder of the reports. */
  readonly folder: string;
  /** Milliseconds for each figure. */
  readonly figureMs: number;
  /** Prints the report as JSON instead of telling what happens. */
  readonly json: boolean;
}

/** Runs the demo and prints it. @returns 0, 1, 4 or 130, as the report says */
export async function runDemo(input: DemoInput, context: Context): Promise<ExitCode> {
  using progress = new ProgressLine(context.terminal);
  return new Demo(input, context, progress).play();
}

class Demo {
  readonly #input: DemoInput;
  readonly #context: Context;
  readonly #progress: ProgressLine;
  readonly #clock = new SystemClock();

  constructor(input: DemoInput, context: Context, progress: ProgressLine) {
    this.#input = input;
    this.#context = context;
    this.#progress = progress;
  }

  async play(): Promise<ExitCode> {
    const startedUs = this.#clock.monotonicUs();
    const { style } = this.#context.terminal;
    this.#say(introText(await toolVersion(), this.#input.randomSeed, style));
    const years = await this.#live();
    const judged = await this.#judge();
    const measured = judged.complete ? await this.#measure() : [];
    const report: Report = {
      ...judged,
      timelines: years.flatMap(({ year }) => (year === undefined ? [] : [year.timeline])),
      figures: measured,
      complete: judged.complete && !this.#context.signal.aborted,
      durationMs: (this.#clock.monotonicUs() - startedUs) / 1000,
    };
    const [html = this.#input.folder] = await writeReports(report, this.#input.folder);
    this.#say(endText(report, this.#input.folder, html, style));
    if (this.#input.json) this.#context.terminal.out(jsonReport(report));
    return exitCodeOf(report);
  }

  async #live(): Promise<readonly TokenYear[]> {
    const { style } = this.#context.terminal;
    const { sources, randomSeed } = this.#input;
    const count = sources.length;
    this.#chapter(1, "A year with each token: enrolled, a login a week, 12 weeks of leave");
    const random = createRandom(randomSeed).fork("demo");
    const years = await liveYears(sources, random, this.#context.signal, (name, week) => {
      const done = sources.findIndex((source) => source.name === name) * WEEKS + week;
      this.#progress.show(done, count * WEEKS, `${name}, week ${week}`);
    });
    this.#say(yearsText(years, style));
    const eventful = years.filter(({ year }) => (year?.resyncs ?? 0) > 0);
    for (const one of eventful) this.#say(storyText(one, style));
    return years;
  }

  async #judge(): Promise<Report> {
    const { sources, targets, randomSeed } = this.#input;
    this.#chapter(2, "Conformance: every token, every verifier, and each pair of them");
    const report = await run({
      suites: SUITES,
      tokens: sources,
      targets,
      randomSeed,
      command: this.#context.commandLine,
      toolVersion: await toolVersion(),
      signal: this.#context.signal,
      onProgress: (told) => this.#show(told),
    });
    this.#say(conformanceText(report, this.#context.terminal.style));
    return report;
  }

  async #measure(): Promise<Report["figures"]> {
    this.#chapter(3, "Throughput, measured shortly; oathbed bench takes its time");
    const figures = await this.#figures();
    this.#say(figuresText(figures, this.#context.terminal.style));
    return figures;
  }

  /** None when Ctrl-C came first. */
  async #figures(): Promise<Report["figures"]> {
    const { sources, figureMs } = this.#input;
    const { signal } = this.#context;
    try {
      const result = await runBench({
        suites: ["codes", "drivers"],
        sources,
        durationMs: figureMs,
        signal,
        onProgress: (what) => this.#progress.show(0, 0, what),
      });
      return figuresOf(result);
    } catch (error) {
      if (!signal.aborted) throw error;
      return [];
    }
  }

  #show(told: Progress): void {
    if (told.kind !== "case") return;
    this.#progress.show(told.done, told.total, `${told.subject}  ${told.id}`);
  }

  #chapter(number: number, title: string): void {
    this.#say(chapterText(number, title, this.#context.terminal.style));
  }

  #say(text: string): void {
    this.#progress.clear();
    if (!this.#input.json) this.#context.terminal.out(text);
  }
}
