// RFC 6238 §6: what operators do to the recorded drift of a token, and are told of it.

import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { TargetRefusal } from "../../target.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;
const RECORD = {
  text: "The validation server can record the detected clock drift for the token in time steps.",
  source: "RFC 6238 §6",
} as const;
const SAME_STEP = {
  text: "R4: The prover and verifier MUST use the same time-step value X.",
  source: "RFC 6238 §3",
} as const;
const TIME_DRIFT = {
  text: "TimeDrift indicates the device clock drift value, in the number of time intervals.",
  source: "RFC 6030 §4.3.4",
} as const;
const DAY = 2880n;

/** Whether an act was refused. */
async function isRefused(act: () => Promise<unknown> | undefined): Promise<boolean> {
  try {
    await act();
    return false;
  } catch (error) {
    if (error instanceof TargetRefusal) return true;
    throw error;
  }
}

const lowered: VerifierCase = {
  id: "operations/offsets/lowered",
  aliases: ["R18"],
  subject: "verifier",
  title: "a drift that an operator lowers after an acceptance makes no used code good",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "set-offset"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const code = t.code(token, START_STEP + 2n);
    t.accepted("a step ahead", await target.submit(id, code, atStep(token, START_STEP + 1n)));
    for (const steps of [0, -1, 1]) {
      await target.setOffset?.(id, steps, atStep(token, START_STEP + 2n));
      const again = await target.submit(id, code, atStep(token, START_STEP + 2n, 5));
      t.refused(`drift set to ${steps}`, again, "replayed");
    }
    const later = START_STEP + 9n;
    t.accepted("later", await target.submit(id, t.code(token, later + 1n), atStep(token, later)));
  },
};

const otherStep: VerifierCase = {
  id: "operations/offsets/other-parameters",
  aliases: ["R19"],
  subject: "verifier",
  title:
    "a secret with spent steps is not taken with another step or T0, or its watermark is carried over",
  requirement: SAME_STEP,
  level: "MUST",
  needs: ["state", "watermark", "delete"],
  async run(t) {
    const token = totpToken();
    for (const change of [{ stepSeconds: 60 }, { t0: 1_000_000_000 }]) {
      const target = await t.open();
      const id = await t.enrolled(target, token, START_STEP);
      const nowUs = atStep(token, START_STEP + 1n);
      t.accepted("a login", await target.submit(id, t.code(token, START_STEP + 1n), nowUs));
      await target.deactivate?.(id);
      await target.delete?.(id);
      const other = totpToken(change);
      let created: string | undefined;
      const refused = await isRefused(async () => {
        created = await target.create(other);
      });
      const { stepSeconds, t0 } = other.parameters;
      const floor = BigInt(Math.floor((nowUs / SECOND_US - t0) / stepSeconds));
      const watermark =
        created === undefined ? undefined : (await target.state?.(created))?.watermark;
      const isCarried = watermark !== undefined && watermark >= floor;
      t.holds(`${JSON.stringify(change)}: refused, or carried over`, refused || isCarried);
    }
  },
};

const exported: VerifierCase = {
  id: "operations/offsets/exported",
  aliases: ["D03"],
  subject: "verifier",
  title: "the drift of a token a step behind is exported as TimeDrift -1",
  requirement: TIME_DRIFT,
  level: "SHOULD",
  needs: ["state", "export"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const code = t.code(token, START_STEP + 119n);
    t.accepted("a step behind", await target.submit(id, code, atStep(token, START_STEP + 120n)));
    const text = (await target.exportPskc?.(id)) ?? "";
    const drift = /<(?:\w+:)?TimeDrift>\s*<(?:\w+:)?PlainValue>\s*(-?\d+)/.exec(text)?.[1];
    t.equal("TimeDrift", drift, "-1");
  },
};

const wholeSteps: VerifierCase = {
  id: "operations/offsets/whole-steps",
  aliases: ["D14"],
  subject: "verifier",
  title: "half a step is no drift that can be set, and one code of a set drift is one login",
  requirement: RECORD,
  level: "MUST",
  needs: ["state", "set-offset"],
  async run(t) {
    const token = totpToken({ stepSeconds: 60 });
    const target = await t.open();
    const id = await t.enrolled(target, token, START_STEP);
    const nowUs = atStep(token, START_STEP + 1n, 30);
    t.equal(
      "half a step, refused",
      await isRefused(() => target.setOffset?.(id, 0.5, nowUs)),
      true,
    );
    await target.setOffset?.(id, 1, nowUs);
    const code = t.code(token, START_STEP + 2n);
    t.accepted("a step ahead, as was set", await target.submit(id, code, nowUs));
    for (const seconds of [31, 45, 59]) {
      const again = await target.submit(id, code, atStep(token, START_STEP + 1n, seconds));
      t.refused(`again, ${seconds} s into the step`, again, "replayed");
    }
  },
};

const reported: VerifierCase = {
  id: "operations/offsets/reported",
  aliases: ["D15"],
  subject: "verifier",
  title: "a token's drift is reported with its first and last code, and bounds of offset and rate",
  requirement: RECORD,
  level: "SHOULD",
  needs: ["state", "drift-report"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { preset: "default" });
    for (const day of [1n, 2n, 3n]) {
      const step = START_STEP + day * DAY;
      t.accepted(
        `day ${day}`,
        await target.submit(id, t.code(token, step), atStep(token, step, 3)),
      );
    }
    const lastUs = atStep(token, START_STEP + 3n * DAY, 3);
    const report = await target.driftReport?.(id, lastUs);
    if (report === undefined) return;
    const { firstAtUs, lastAtUs, offsetSeconds, ratePpm } = report;
    t.holds("the last code", Math.abs(lastAtUs - lastUs) <= 1000, lastAtUs);
    t.holds("the first one before it", firstAtUs > 0 && firstAtUs < lastAtUs, firstAtUs);
    t.holds("0 s is within the offset", offsetSeconds.low <= 0 && offsetSeconds.high >= 0);
    t.holds("0 ppm is within the rate", ratePpm.low <= 0 && ratePpm.high >= 0);
  },
};

/** Cases of this part. */
export const OFFSET_CASES: readonly ConformanceCase[] = [
  lowered,
  otherStep,
  exported,
  wholeSteps,
  reported,
];
