// Every operation settles within its time-out and its signal, and leaves the device usable.

import { MAX_TIMEOUT_MS } from "../../../devices/operation-queue.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { rejects } from "../shared/token-codes.ts";
import { IMPATIENT_MS, LATE_MS, RULES_SOURCE, timed } from "./reading.ts";

const SETTLES = {
  text: "Each takes a time-out and an AbortSignal, and settles within them.",
  source: RULES_SOURCE,
} as const;
const USABLE = {
  text: "After timed-out or cancelled the device can be used again: a late answer is thrown away.",
  source: RULES_SOURCE,
} as const;

const silent: TokenCase = {
  id: "driver-contract/deadlines/silent-token",
  subject: "token",
  title: "a token that does not answer is given up in time, and speaks after a power cycle",
  requirement: SETTLES,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const { read } = await timed(t);
    await t.rig?.inject({ kind: "mute" });
    await rejects(t, "a code", read({ timeoutMs: IMPATIENT_MS }), "timed-out");
    await rejects(t, "another", read({ timeoutMs: IMPATIENT_MS }), "timed-out");
    await t.rig?.powerCycle();
    await t.reconnect();
    const again = await timed(t);
    t.equal("after the power cycle", (await again.read()).code, again.code);
  },
};

const lateAnswer: TokenCase = {
  id: "driver-contract/deadlines/late-answer",
  subject: "token",
  title: "an answer that comes too late is thrown away, not taken for the next one's",
  requirement: USABLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const before = await timed(t);
    await t.rig?.inject({ kind: "delay", byMs: LATE_MS });
    await rejects(t, "the late code", before.read({ timeoutMs: IMPATIENT_MS }), "timed-out");
    await t.wait(2 * before.parameters.stepSeconds);
    const after = await timed(t);
    t.holds("the two codes differ", before.code !== after.code);
    t.equal("the next code", (await after.read()).code, after.code);
  },
};

const cancelled: TokenCase = {
  id: "driver-contract/deadlines/cancelled",
  subject: "token",
  title: "an operation ends when its signal is aborted, and the device goes on",
  requirement: SETTLES,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const { read, code } = await timed(t);
    await t.rig?.inject({ kind: "delay", byMs: LATE_MS });
    const controller = new AbortController();
    const reading = rejects(t, "under way", read({ signal: controller.signal }), "cancelled");
    await Promise.resolve();
    controller.abort();
    await reading;
    t.equal("the next code", (await read()).code, code);
  },
};

const cancelledBefore: TokenCase = {
  id: "driver-contract/deadlines/cancelled-before",
  subject: "token",
  title: "an operation whose signal was aborted before is not begun",
  requirement: SETTLES,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const { read, code } = await timed(t);
    await rejects(t, "a code", read({ signal: AbortSignal.abort() }), "cancelled");
    if (t.device.capabilities.setTime) {
      const set = t.device.setTime(1_000_000_000, { signal: AbortSignal.abort() });
      await rejects(t, "setting the time", set, "cancelled");
    }
    t.equal("the code, by the time it had", (await read()).code, code);
  },
};

const badTimeout: TokenCase = {
  id: "driver-contract/deadlines/impossible-time-out",
  subject: "token",
  title: "an impossible time-out is the caller's mistake: RangeError, and nothing is done",
  requirement: {
    text: "Everything fails as DeviceError; a caller's mistake is TypeError or RangeError.",
    source: RULES_SOURCE,
  },
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const { read, code } = await timed(t);
    for (const timeoutMs of [0, -1, Number.NaN, Infinity, MAX_TIMEOUT_MS + 1]) {
      const ended = await read({ timeoutMs }).then(
        () => "it went well",
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      );
      t.equal(`timeoutMs ${timeoutMs}`, ended, "RangeError");
    }
    t.equal("the next code", (await read()).code, code);
  },
};

/** Cases of this section. */
export const DEADLINE_CASES: readonly ConformanceCase[] = [
  silent,
  lateAnswer,
  cancelled,
  cancelledBefore,
  badTimeout,
];
