// More than a token is used to: many requests at once, many that are refused, long ones.

import type { ConformanceCase, TokenCase } from "../../case.ts";
import { rejects } from "../shared/token-codes.ts";
import { Held } from "./held.ts";

const IN_LINE = {
  text: "Operations on one device run one after another, in the order they were called.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;
const NOTHING_ELSE = {
  text: "No operation changes what it was not asked to: reading a TOTP code changes nothing.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;

const AT_ONCE = 60;
const REFUSED = 40;
const WRITES = 8;
const LONG_NAME_BYTES = 5000;

async function checkWell(t: Parameters<TokenCase["run"]>[0], held: Held): Promise<void> {
  const seen = await held.read();
  t.equal("afterwards", seen.kind === "code" ? seen.code : seen.error.code, held.oldCode);
}

const manyAtOnce: TokenCase = {
  id: "robustness/floods/many-at-once",
  subject: "token",
  title: "sixty codes asked for at once all come, and all are right",
  requirement: IN_LINE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await checkWell(t, held);
    const reading = Array.from({ length: AT_ONCE }, () => held.read());
    const codes = (await Promise.all(reading)).map((seen) =>
      seen.kind === "code" ? seen.code : seen.error.code,
    );
    t.equal("different answers", [...new Set(codes)], [held.oldCode]);
  },
};

const writesAndReads: TokenCase = {
  id: "robustness/floods/writes-and-reads",
  subject: "token",
  title: "writes and reads that are asked for at once are done in their order",
  requirement: IN_LINE,
  level: "MUST",
  needs: ["totp", "provision", "set-time", "own-clock", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await checkWell(t, held);
    const doing: Promise<unknown>[] = [];
    const read: Promise<string>[] = [];
    const { button } = t.device.capabilities;
    if (button) t.skip("codes show only after the button is pressed");
    for (let at = 0; at < WRITES; at++) {
      doing.push(at % 2 === 0 ? held.writeNew() : held.writeOld());
      read.push(t.device.readTotp({ credential: held.name }).then(({ code }) => code));
    }
    await Promise.all(doing);
    const expected = Array.from({ length: WRITES }, (_, at) =>
      at % 2 === 0 ? held.newCode : held.oldCode,
    );
    t.equal("the codes", await Promise.all(read), expected);
  },
};

const manyRefused: TokenCase = {
  id: "robustness/floods/many-refused",
  subject: "token",
  title: "requests that are refused, one after another, leave the token as it was",
  requirement: NOTHING_ELSE,
  level: "MUST",
  needs: ["totp", "provision", "names", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await checkWell(t, held);
    for (let at = 0; at < REFUSED; at++) {
      const reading = t.device.readTotp({ credential: `nobody-${at}`, atUs: 0, signal: t.signal });
      await rejects(t, `nobody-${at}`, reading, "refused");
    }
    await checkWell(t, held);
  },
};

const longNames: TokenCase = {
  id: "robustness/floods/long-names",
  subject: "token",
  title: "a name that is far too long is refused, and the token goes on",
  requirement: NOTHING_ELSE,
  level: "MUST",
  needs: ["totp", "provision", "names", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await checkWell(t, held);
    for (const bytes of [257, LONG_NAME_BYTES]) {
      const reading = t.device.readTotp({ credential: "n".repeat(bytes), atUs: 0 });
      await rejects(t, `${bytes} bytes`, reading, "refused", "bad-argument");
      await checkWell(t, held);
    }
  },
};

/** Cases of this section. */
export const FLOOD_CASES: readonly ConformanceCase[] = [
  manyAtOnce,
  writesAndReads,
  manyRefused,
  longNames,
];
