// RFC 6238 §5.2: one acceptance a code, whatever happens to the servers and their disks.

import type { ConformanceCase, VerifierCase } from "../../case.ts";
import { atStep, enrolledToken, START_STEP } from "../shared/tokens.ts";

const ONE_TIME = {
  text: "The verifier MUST NOT accept the second attempt of the OTP after the successful validation.",
  source: "RFC 6238 §5.2",
} as const;
const LOGINS = 25;

const twoServers: VerifierCase = {
  id: "operations/durability/two-servers",
  aliases: ["R11"],
  subject: "verifier",
  title: "of the same code 25 times at each of two servers on one state one login is accepted",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "parallel", "twin"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    await using twin = await target.twin?.();
    if (twin === undefined) return;
    for (const round of [1n, 2n, 3n]) {
      const step = START_STEP + round;
      const code = t.code(token, step);
      const logins = Array.from({ length: 2 * LOGINS }, (_, at) =>
        (at % 2 === 0 ? target : twin).submit(id, code, atStep(token, step, 5)),
      );
      const accepted = (await Promise.all(logins)).filter((answer) => answer.accepted);
      t.equal(`accepted in round ${round}`, accepted.length, 1);
    }
  },
};

const killed: VerifierCase = {
  id: "operations/durability/killed",
  aliases: ["R13"],
  subject: "verifier",
  title: "a code that was accepted just before the server was killed is refused afterwards",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "crash"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    for (const round of [1n, 2n, 3n]) {
      const step = START_STEP + round;
      const code = t.code(token, step);
      t.accepted(`round ${round}`, await target.submit(id, code, atStep(token, step, 5)));
      await target.crash?.();
      t.refused(
        `after the kill`,
        await target.submit(id, code, atStep(token, step, 6)),
        "replayed",
      );
    }
  },
};

const oldBackup: VerifierCase = {
  id: "operations/durability/old-backup",
  aliases: ["R16"],
  subject: "verifier",
  title:
    "after a backup was restored by the book no code that was accepted since is accepted again",
  requirement: ONE_TIME,
  level: "SHOULD",
  needs: ["state", "backup"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const restore = await target.backup?.();
    const code = t.code(token, START_STEP + 1n);
    t.accepted("after the backup", await target.submit(id, code, atStep(token, START_STEP + 1n)));
    await restore?.(atStep(token, START_STEP + 1n, 10));
    const again = await target.submit(id, code, atStep(token, START_STEP + 1n, 12));
    t.refused("the same code after the restore", again, "replayed");
    const later = START_STEP + 5n;
    const next = await target.submit(id, t.code(token, later), atStep(token, later));
    t.accepted("a code of later", next);
  },
};

const fullDisk: VerifierCase = {
  id: "operations/durability/full-disk",
  aliases: ["R17"],
  subject: "verifier",
  title: "a code whose acceptance cannot be stored is refused, and is good once it can be",
  requirement: ONE_TIME,
  level: "MUST",
  needs: ["state", "failing-store"],
  async run(t) {
    const { token, target, id } = await enrolledToken(t);
    const step = START_STEP + 1n;
    const code = t.code(token, step);
    const before = await target.state?.(id);
    await target.failStore?.(true);
    t.refused(
      "while it cannot be stored",
      await target.submit(id, code, atStep(token, step)),
      "unavailable",
    );
    await target.failStore?.(false);
    t.equal("state", await target.state?.(id), before);
    t.accepted("once it can be", await target.submit(id, code, atStep(token, step, 1)));
    t.refused("again", await target.submit(id, code, atStep(token, step, 2)), "replayed");
  },
};

/** Cases of this part. */
export const DURABILITY_CASES: readonly ConformanceCase[] = [
  twoServers,
  killed,
  oldBackup,
  fullDisk,
];
