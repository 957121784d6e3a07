// A token that goes away, lines that damage answers, power that fails, and closing.

import { DeviceError } from "../../../devices/errors.ts";
import type { Fault } from "../../../devices/rig.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { untilPowerFails, wentWell } from "../shared/power.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { rejects, tokenHotp, tokenTotp } from "../shared/token-codes.ts";
import { IMPATIENT_MS, LATE_MS, RULES_SOURCE, timed } from "./reading.ts";

const GOES_AWAY = {
  text: "A token that goes away: the operation under way and all later ones are disconnected.",
  source: RULES_SOURCE,
} as const;
const CLOSES = {
  text: "close() ends what is under way with closed, may be called twice and never rejects.",
  source: RULES_SOURCE,
} as const;

const disconnected: TokenCase = {
  id: "driver-contract/failures/disconnected",
  subject: "token",
  title: "when the token goes away every operation says so, until it is opened again",
  requirement: GOES_AWAY,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const { read, code } = await timed(t);
    await t.rig?.inject({ kind: "disconnect", afterBytes: 1 });
    const [first, waiting] = [read(), read()];
    await rejects(t, "the code under way", first, "disconnected");
    await rejects(t, "the one that waited", waiting, "disconnected");
    await rejects(t, "a later one", t.device.readTotp(), "disconnected");
    await t.rig?.reconnect();
    await t.reconnect();
    t.equal("when it is open again", (await read()).code, code);
  },
};

/** The next answer, or part of it, is lost, changed, or comes after noise. */
const DAMAGE: readonly { readonly what: string; readonly fault: Fault }[] = [
  { what: "bytes lost", fault: { kind: "drop", bytes: 3 } },
  { what: "a byte changed", fault: { kind: "corrupt", bytes: 1 } },
  { what: "many bytes changed", fault: { kind: "corrupt", bytes: 30 } },
  { what: "noise before it", fault: { kind: "garbage", bytes: 64 } },
];

const damaged: TokenCase = {
  id: "driver-contract/failures/damaged-answers",
  subject: "token",
  title: "a damaged answer is an error or the right code, never a wrong one; the next is right",
  requirement: {
    text: "Everything fails as DeviceError, nothing else.",
    source: RULES_SOURCE,
  },
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const { read, code } = await timed(t);
    for (const { what, fault } of DAMAGE) {
      await t.rig?.inject(fault);
      const ended = await read({ timeoutMs: IMPATIENT_MS }).then(
        (reading) => reading.code,
        (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
      );
      t.holds(
        `${what}: the code or an error`,
        [code, "protocol", "timed-out"].includes(ended),
        ended,
      );
      t.equal(`${what}: the next answer`, (await read()).code, code);
    }
  },
};

const powerFails: TokenCase = {
  id: "driver-contract/failures/power-fails-while-writing",
  subject: "token",
  title: "a credential is written whole or not at all, wherever the power fails",
  requirement: {
    text: "Writes a credential; one of the same name is replaced, whole or not at all.",
    source: "devices/device.ts, Device.provision",
  },
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const parameters = tokenTotp(t);
    const [older, newer] = [patternSecret(20), patternSecret(19)];
    const seconds = 1_800_000_015;
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    const codeOf = (secret: Uint8Array) => expectedCode(secret, parameters, timeStep);
    for (let afterWrites = 1; afterWrites <= MOST_WRITES; afterWrites++) {
      const name = await t.provision(older, parameters);
      await t.rig?.inject({ kind: "brown-out", afterWrites });
      const written = await untilPowerFails(t, (options) =>
        wentWell(t.device.provision({ name, secret: newer, parameters }, options)),
      );
      await t.rig?.powerCycle();
      await t.reconnect();
      const isDeletedFirst = t.device.capabilities.provision?.replaces === "deleted-first";
      const { code } = await t.totpAt(seconds).catch((error: unknown) => {
        if (isDeletedFirst && !written && error instanceof DeviceError) return { code: "" };
        throw error;
      });
      if (code === "") {
        t.note(`power failed at write ${afterWrites}: neither is there, as the token claims`);
        continue;
      }
      const allowed = written ? [codeOf(newer)] : [codeOf(newer), codeOf(older)];
      const what = `power fails at write ${afterWrites}: ${written ? "the new" : "the old or new"}`;
      t.holds(what, allowed.includes(code), code);
      if (written) break;
    }
  },
};

/** Writes to its memory that a token makes for a credential or a counter, at most. */
const MOST_WRITES = 6;

const noCodeTwice: TokenCase = {
  id: "driver-contract/failures/no-code-twice",
  subject: "token",
  title: "wherever the power fails, no event-based code is given out twice",
  requirement: {
    text: "The HOTP client increments its counter and then calculates the next HOTP value.",
    source: "RFC 4226 §7.2",
  },
  level: "MUST",
  needs: ["hotp-own-counter", "provision", "rig"],
  async run(t) {
    await t.provision(patternSecret(20), tokenHotp(t));
    const given: string[] = [];
    /** Whether a code came; the power may have failed instead. */
    const press = async (): Promise<boolean> => {
      try {
        given.push((await untilPowerFails(t, (options) => t.hotp(options))).code);
        return true;
      } catch (error) {
        if (error instanceof DeviceError) return false;
        throw error;
      }
    };
    for (let afterWrites = 1; afterWrites <= MOST_WRITES; afterWrites++) {
      await t.rig?.inject({ kind: "brown-out", afterWrites });
      for (let code = 0; code < MOST_WRITES && (await press()); code++);
      await t.rig?.powerCycle();
      await t.reconnect();
      await press();
    }
    t.equal(`of ${given.length} codes, different ones`, new Set(given).size, given.length);
    t.holds("codes came in between", given.length >= MOST_WRITES, given.length);
  },
};

const closing: TokenCase = {
  id: "driver-contract/failures/closed",
  subject: "token",
  title: "closing ends what is under way, may be done twice, and nothing can be asked afterwards",
  requirement: CLOSES,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const { read, code } = await timed(t);
    await t.rig?.inject({ kind: "delay", byMs: LATE_MS });
    const reading = rejects(t, "the code under way", read(), "closed");
    await Promise.resolve();
    const { device } = t;
    await Promise.all([device.close(), device.close(), reading]);
    await device.close();
    t.holds("closing once more", true);
    await rejects(t, "a code afterwards", device.readTotp(), "closed");
    await t.reconnect();
    t.equal("when it is open again", (await read()).code, code);
  },
};

/** Cases of this section. */
export const FAILURE_CASES: readonly ConformanceCase[] = [
  disconnected,
  damaged,
  powerFails,
  noCodeTwice,
  closing,
];
