// RFC 6238 §6: what a resync must not open. Its window is wide, so it is guarded like a login.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, PairCase, VerifierCase } from "../../case.ts";
import { tokenTotp } from "../shared/token-codes.ts";
import { atStep, enrolledToken, START_STEP, totpToken } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;
const THROTTLE = {
  text: "The delay or lockout schemes MUST be across login sessions.",
  source: "RFC 4226 §7.3",
} as const;
const SAFELY = {
  text: "Additional authentication measures should be used to safely authenticate the prover.",
  source: "RFC 6238 §6",
} as const;

const codesBurned: VerifierCase = {
  id: "rfc6238/6/resync-codes-are-used",
  aliases: ["R04"],
  subject: "verifier",
  title: "neither code of a resync is accepted again, at a login or at another resync",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 500n;
    const pair = [t.code(token, step), t.code(token, step + 1n)];
    const nowUs = atStep(token, step + 1n, 5);
    t.accepted("the pair", await target.resync(id, pair, nowUs));
    for (const code of pair) {
      t.refused(`${code} at a login`, await target.submit(id, code, nowUs), "replayed");
    }
    t.refused("the pair again", await target.resync(id, pair, nowUs), "replayed");
  },
};

const guesses: VerifierCase = {
  id: "rfc6238/6/resync-guesses-are-failures",
  aliases: ["S09", "S08"],
  subject: "verifier",
  title: "guessed pairs are counted, lock the token, and a right pair does not lift the lock",
  requirement: THROTTLE,
  level: "MUST",
  needs: ["state", "resync"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { throttleLimit: 5, resyncSteps: 100 });
    const step = START_STEP + 10n;
    const nowUs = atStep(token, step);
    for (let guess = 0; guess < 5; guess++) {
      const far = START_STEP + 100_000n + BigInt(guess * 10);
      const codes = [t.code(token, far), t.code(token, far + 1n)];
      t.refused(`guess ${guess + 1}`, await target.resync(id, codes, nowUs));
    }
    const right = [t.code(token, step), t.code(token, step + 1n)];
    t.refused("the right pair", await target.resync(id, right, nowUs), "locked");
    const code = t.code(token, step + 2n);
    t.refused("a right code", await target.submit(id, code, atStep(token, step + 2n)), "locked");
  },
};

const needsEnabled: VerifierCase = {
  id: "rfc6238/6/resync-needs-enrollment",
  subject: "verifier",
  title: "a token that is not enabled cannot be resynchronized into use",
  requirement: SAFELY,
  level: "MUST",
  needs: ["resync"],
  async run(t) {
    const token = totpToken();
    const target = await t.open();
    const id = await target.create(token);
    const nowUs = atStep(token, START_STEP + 1n);
    const pair = [t.code(token, START_STEP), t.code(token, START_STEP + 1n)];
    t.refused("resync", await target.resync(id, pair, nowUs), "not-enrolled");
    const login = await target.submit(id, t.code(token, START_STEP + 2n), nowUs);
    t.refused("a login after it", login, "not-enrolled");
  },
};

const parallel: VerifierCase = {
  id: "rfc6238/6/parallel-resyncs",
  aliases: ["S14"],
  subject: "verifier",
  title: "of parallel resyncs with one pair exactly one succeeds",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "resync", "parallel"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t, { resyncSteps: 50 });
    const step = START_STEP + 130n;
    const pair = [t.code(token, step), t.code(token, step + 1n)];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => target.resync(id, pair, atStep(token, START_STEP + 100n))),
    );
    t.equal("accepted", answers.filter(({ accepted }) => accepted).length, 1);
  },
};

const tokenClockDrifts: PairCase = {
  id: "rfc6238/6/token-clock-drifts",
  subject: "pair",
  title: "a token whose clock went ahead is refused, resynchronized, and works again",
  requirement: SAFELY,
  level: "MUST",
  needs: ["totp", "provision", "set-time", "own-clock", "rig", "state", "resync"],
  async run(token, verifier) {
    const secret = rfc4226Secret();
    const parameters = tokenTotp(token, { digits: 6 });
    const { stepSeconds } = parameters;
    const target = await verifier.open();
    const id = await target.create({ secret, parameters });
    await token.provision(secret, parameters);
    const read = async (): Promise<string> => (await token.totpNow()).code;
    const next = async (): Promise<string> => {
      await token.wait(stepSeconds);
      return read();
    };
    const pair = [await read(), await next()];
    verifier.accepted("enrollment", await target.enroll(id, pair, token.clock.nowUs()));
    const aheadSeconds = 20 * stepSeconds;
    await token.device.setTime(Math.floor(token.clock.nowUs() / SECOND_US) + aheadSeconds);
    const first = await next();
    const login = await target.submit(id, first, token.clock.nowUs());
    verifier.refused("a code 20 steps ahead", login, "out-of-sync");
    const again = [await next(), await next()];
    verifier.accepted("resync", await target.resync(id, again, token.clock.nowUs()));
    const after = await target.submit(id, await next(), token.clock.nowUs());
    verifier.accepted("the next code", after);
  },
};

/** Cases of this section. */
export const RESYNC_GUARD_CASES: readonly ConformanceCase[] = [
  codesBurned,
  guesses,
  needsEnabled,
  parallel,
  tokenClockDrifts,
];
