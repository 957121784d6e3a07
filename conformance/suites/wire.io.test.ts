import { expect, test } from "vitest";
import type { CaseResult } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import { CCID_SUITE } from "./ccid/suite.ts";
import { pressed } from "./testing/broken-frames.ts";
import { YKOATH_SUITE } from "./ykoath/suite.ts";

async function judge(
  suite: typeof YKOATH_SUITE,
  token: TokenSource,
): Promise<readonly CaseResult[]> {
  const { results, notices } = await run({
    suites: [suite],
    tokens: [token],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  expect(notices).toEqual([]);
  return results;
}

/** What a case found, without what differs by the way: bytes of the wire, times. */
const found = ({ id, status, reason, checks, notes }: CaseResult) => ({
  id,
  status,
  reason,
  checks,
  notes,
});

test.each(["yubikey5", "nitrokey3", "generic-oath"])(
  "the reader of %s passes every case in CCID messages, over USB/IP",
  async (profile) => {
    const results = await judge(CCID_SUITE, pressed(`usb:emulated-${profile}`));
    expect(results.map(({ id, status, reason }) => `${id} ${status}${reason}`)).toEqual(
      CCID_SUITE.cases.map(({ id }) => `${id} pass`),
    );
  },
);

test.each(["yubikey5", "canokey", "nitrokey3", "generic-oath"])(
  "%s gives the same results in process and over USB/IP",
  async (profile) => {
    const inProcess = await judge(YKOATH_SUITE, pressed(`ykoath:${profile}`));
    const overUsbip = await judge(YKOATH_SUITE, pressed(`usb:emulated-${profile}`));
    expect(overUsbip.map(found)).toEqual(inProcess.map(found));
  },
);
