import { expect, test } from "vitest";
import type { Clock } from "../../core/time/clock.ts";
import { subjectSource } from "../../devices/sources.ts";
import type { Subject } from "../../devices/subject.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import { CLOCK_SUITE } from "./clock/suite.ts";

/** A token without a rig, whose time passes at once when somebody waits. */
function inRealTime(): TokenSource {
  const source = subjectSource("virtual");
  return {
    ...source,
    name: "on-the-table",
    open: async (options): Promise<Subject> => {
      const { rig, ...subject } = await opened(source.open(options));
      let passing = Promise.resolve();
      const clock: Clock = {
        nowUs: () => rig.clock.nowUs(),
        monotonicUs: () => rig.clock.monotonicUs(),
        setAlarm: (byUs, act) => {
          const alarm = rig.clock.setAlarm(byUs, act);
          passing = passing.then(() => rig.advance(byUs));
          return alarm;
        },
      };
      return { ...subject, clock, rig: null };
    },
  };
}

async function opened(opening: Promise<Subject>) {
  const subject = await opening;
  if (subject.rig === null) throw new TypeError("the virtual token has a rig");
  const { name, driver, rig } = subject;
  return {
    name,
    driver,
    rig,
    connect: () => subject.connect(),
    wireLog: () => subject.wireLog(),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
}

async function judge(maxWaitSeconds: number) {
  const sentences: string[] = [];
  const { results } = await run({
    suites: [CLOCK_SUITE],
    tokens: [inRealTime()],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    maxWaitSeconds,
    onWait: (sentence) => sentences.push(sentence),
  });
  return { results, sentences };
}

test("within --max-wait a token in real time is judged by what time allows, saying the second", async () => {
  const { results, sentences } = await judge(64);
  const passed = results.filter(({ status }) => status === "pass").map(({ id }) => id);
  expect(results.filter(({ status }) => !["pass", "skip"].includes(status))).toEqual([]);
  expect(passed).toContain("clock/steps/the-next-one");
  expect(passed).toContain("clock/calendar/year-2038");
  expect(sentences).toContain("virtual: waiting 28 s for second 28 of the step");
  expect(sentences).toContain("virtual: waiting 4 s for second 2 of the step");
});

test("without --max-wait it is skipped, saying how long which second would have been waited for", async () => {
  const { results, sentences } = await judge(0);
  const next = results.find(({ id }) => id === "clock/steps/the-next-one");
  expect(next?.status).toBe("skip");
  expect(next?.reason).toContain(
    "28 s of real time for second 28 of the step; --max-wait leaves 0 s",
  );
  expect(sentences).toEqual([]);
});
