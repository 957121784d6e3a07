// Power that fails at each write to the token's memory in turn, and power that is switched off.

import type { OperationOptions } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { untilPowerFails, wentWell } from "../shared/power.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenHotp } from "../shared/token-codes.ts";
import { Held, WRITE_MS } from "./held.ts";

const WHOLE = {
  text: "Writes a credential; one of the same name is replaced, whole or not at all.",
  source: "devices/device.ts, Device.provision",
} as const;
const REMOVE = {
  text: "Removes a credential; refused when there is no such name.",
  source: "devices/device.ts, Device.remove",
} as const;

/** Writes to its memory that a token makes for one act, at most. */
const MOST_WRITES = 6;

/**
 * Does `act` again and again, the power failing one write later each time, until it is done before
 * the power fails. `check` looks at the token when the power is back.
 */
async function failingAtEachWrite(
  t: TokenContext,
  prepare: () => Promise<void>,
  act: (options: OperationOptions) => Promise<boolean>,
  check: (what: string, wasDone: boolean) => Promise<void>,
): Promise<void> {
  for (let afterWrites = 1; afterWrites <= MOST_WRITES; afterWrites++) {
    await prepare();
    await t.rig?.inject({ kind: "brown-out", afterWrites });
    const wasDone = await untilPowerFails(t, act);
    await t.rig?.powerCycle();
    await t.reconnect();
    await check(`power fails at write ${afterWrites}`, wasDone);
    if (wasDone) return;
  }
  t.note(`the power failed at each of ${MOST_WRITES} writes`);
}

const replacing: TokenCase = {
  id: "robustness/power/replacing",
  subject: "token",
  title: "power that fails while a credential is replaced leaves the old or the new one",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await failingAtEachWrite(
      t,
      () => held.writeOld(),
      (options) => held.writeNew(options),
      (what, wasDone) => held.check(what, wasDone),
    );
  },
};

const others: TokenCase = {
  id: "robustness/power/others",
  subject: "token",
  title: "power that fails while one credential is replaced leaves the others as they were",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "names", "rig"],
  async run(t) {
    const { provision } = t.device.capabilities;
    if ((provision?.credentials ?? 0) < 3) t.skip("the token holds fewer than three credentials");
    const others = [await Held.on(t, "first"), await Held.on(t, "second")];
    const held = await Held.on(t, "third");
    await failingAtEachWrite(
      t,
      () => held.writeOld(),
      (options) => held.writeNew(options),
      async (what, wasDone) => {
        await held.check(what, wasDone);
        for (const other of others) {
          const seen = await other.read();
          const shown = seen.kind === "code" ? seen.code : seen.error.code;
          t.equal(`${what}: the credential "${other.name}"`, shown, other.oldCode);
        }
      },
    );
  },
};

const writingAnother: TokenCase = {
  id: "robustness/power/a-new-name",
  subject: "token",
  title: "power that fails while another credential is written leaves it whole or not there",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "names", "remove", "rig"],
  async run(t) {
    const held = await Held.on(t, "another");
    await failingAtEachWrite(
      t,
      async () => {
        await wentWell(t.device.remove(held.name, { signal: t.signal }));
      },
      (options) => held.writeNew(options),
      async (what, wasDone) => {
        const seen = await held.read();
        const shown = seen.kind === "code" ? seen.code : seen.error.code;
        const allowed = wasDone ? [held.newCode] : [held.newCode, "refused"];
        t.holds(`${what}: all of it or none`, allowed.includes(shown), shown);
      },
    );
  },
};

const removing: TokenCase = {
  id: "robustness/power/removing",
  subject: "token",
  title: "power that fails while a credential is removed leaves all of it or none",
  requirement: REMOVE,
  level: "MUST",
  needs: ["totp", "provision", "remove", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await failingAtEachWrite(
      t,
      () => held.writeOld(),
      (options) => wentWell(t.device.remove(held.name, options)),
      async (what, wasDone) => {
        const seen = await held.read();
        const shown = seen.kind === "code" ? seen.code : seen.error.code;
        const allowed = wasDone ? ["refused"] : [held.oldCode, "refused"];
        t.holds(`${what}: all of it or none`, allowed.includes(shown), shown);
      },
    );
  },
};

const counter: TokenCase = {
  id: "robustness/power/secret-and-counter",
  subject: "token",
  title: "power that fails while an event-based credential is replaced mixes no secret and counter",
  requirement: WHOLE,
  level: "MUST",
  needs: ["hotp-own-counter", "provision", "rig"],
  async run(t) {
    const parameters = tokenHotp(t);
    const [older, newer] = [
      { secret: patternSecret(20), counter: 1000n },
      { secret: patternSecret(19), counter: 7n },
    ];
    let name = "";
    const codesOf = ({ secret, counter }: typeof older): readonly string[] =>
      // Tokens may skip a code when the power fails.
      [0n, 1n].map((ahead) => expectedCode(secret, parameters, counter + ahead));
    await failingAtEachWrite(
      t,
      async () => {
        name = await t.provision(older.secret, parameters, { counter: older.counter });
      },
      (options) => wentWell(t.device.provision({ name, parameters, ...newer }, options)),
      async (what, wasDone) => {
        const isDeletedFirst = t.device.capabilities.provision?.replaces === "deleted-first";
        const show = () =>
          untilPowerFails(t, (options) => t.hotp({ credential: name, ...options })).then(
            ({ code }) => code,
            (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
          );
        let shown = await show();
        // The write that counts the code may be the one at which the power was to fail.
        if (/^\D/.test(shown) && shown !== "refused") {
          await t.rig?.powerCycle();
          await t.reconnect();
          shown = await show();
        }
        const allowed = [
          ...codesOf(newer),
          ...(wasDone ? [] : codesOf(older)),
          ...(isDeletedFirst && !wasDone ? ["refused"] : []),
        ];
        t.holds(`${what}: the old or the new one`, allowed.includes(shown), shown);
      },
    );
  },
};

const switchedOff: TokenCase = {
  id: "robustness/power/switched-off",
  subject: "token",
  title: "a token switched off while it is written to has the old or the new credential",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    for (const turns of [0, 1, 2, 5]) {
      const writing = held.writeNew({ timeoutMs: WRITE_MS });
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      await t.rig?.powerCycle();
      const wasWritten = await writing;
      await t.reconnect();
      await held.check(`switched off after ${turns} turns`, wasWritten);
      await held.writeOld();
    }
  },
};

/** Cases of this section. */
export const POWER_CASES: readonly ConformanceCase[] = [
  replacing,
  others,
  writingAnother,
  removing,
  counter,
  switchedOff,
];
