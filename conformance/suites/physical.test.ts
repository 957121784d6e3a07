import { beforeAll, expect, test } from "vitest";
import { hotpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { subjectSource } from "../../devices/sources.ts";
import type { Subject } from "../../devices/subject.ts";
import { expectedCode } from "../oracle.ts";
import type { Report } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import { SUITES } from "./index.ts";

const COUNTER = 5n;

/** What a case left behind on the token. */
interface Left {
  readonly names: readonly string[];
  readonly nextCode: string;
  readonly clockOffSeconds: number;
}

/** A token as a person has it in use: no rig, a credential of theirs, a clock that was set. */
function inUse(left: Left[]): TokenSource {
  const source = subjectSource("virtual");
  return {
    ...source,
    name: "in-use",
    open: async (options) => {
      const subject = await source.open(options);
      const device = await subject.connect();
      const [secret, parameters] = [rfc4226Secret(), hotpParameters()];
      await device.provision({ name: "theirs", secret, parameters, counter: COUNTER });
      return {
        ...withoutRig(subject),
        [Symbol.asyncDispose]: async () => {
          const after = await subject.connect();
          left.push({
            names: (await after.list()).map(({ name }) => name),
            nextCode: (await after.readHotp({ credential: "theirs" })).code,
            clockOffSeconds: Math.abs(((await subject.rig?.truth())?.offsetUs ?? 0) / 1e6),
          });
          await subject[Symbol.asyncDispose]();
        },
      };
    },
  };
}

function withoutRig(subject: Subject): Subject {
  return {
    name: subject.name,
    driver: subject.driver,
    rig: null,
    clock: subject.clock,
    connect: () => subject.connect(),
    wireLog: () => subject.wireLog(),
    [Symbol.asyncDispose]: async () => {},
  };
}

const left: Left[] = [];
let report: Report;

beforeAll(async () => {
  report = await run({
    suites: SUITES,
    tokens: [inUse(left)],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
});

test("a token in use passes what it can be judged by; the rest says why it is skipped", () => {
  const bad = report.results.filter(({ status }) => !["pass", "skip"].includes(status));
  expect(bad.map(({ id, reason }) => `${id} ${reason}`)).toEqual([]);
  expect(report.results.filter(({ status }) => status === "pass").length).toBeGreaterThan(40);
});

test("no case touches a credential that is not its own", () => {
  expect(left.length).toBeGreaterThan(40);
  const expected = expectedCode(rfc4226Secret(), hotpParameters(), COUNTER);
  for (const { names, nextCode } of left) {
    expect(["theirs", "theirs,oathbed"]).toContain(names.join());
    expect(nextCode).toBe(expected);
  }
});

test("every case leaves the clock within a second of the host's", () => {
  expect(left.filter(({ clockOffSeconds }) => clockOffSeconds > 1)).toEqual([]);
});
