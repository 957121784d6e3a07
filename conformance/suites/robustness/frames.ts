// Frames that are none: whatever a line brings, a token answers it or not, and keeps what it holds.

import type { Random } from "../../../core/time/random.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { Held, IMPATIENT_MS } from "./held.ts";

const REQUIREMENT = {
  text: "No operation changes what it was not asked to.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;

const APDUS = 150;
const REPORTS = 150;
const LINES = 30;
const REPORT_BYTES = 8;

function noise(random: Random, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, () => random.integer(0, 255));
}

async function checkKept(t: TokenContext, held: Held): Promise<void> {
  await t.rig?.powerCycle();
  await t.reconnect();
  const seen = await held.read();
  t.equal("afterwards", seen.kind === "code" ? seen.code : seen.error.code, held.oldCode);
}

const apdus: TokenCase = {
  id: "robustness/frames/apdus",
  subject: "token",
  title: "commands cut short, too long and of random bytes are answered, and change nothing",
  requirement: REQUIREMENT,
  level: "MUST",
  needs: ["totp", "provision", "apdu", "rig"],
  async run(t) {
    const held = await Held.on(t);
    const { apdu } = t.device.raw ?? {};
    if (apdu === undefined) return t.skip("the device has no APDUs");
    const { random } = t;
    for (let at = 0; at < APDUS; at++) {
      const command = noise(random, random.integer(at % 3 === 0 ? 0 : 4, 261));
      // Real instructions with random data are the harder half; RESET asks for DE AD, kept apart.
      if (at % 2 === 0 && command.length >= 4) {
        command.set([0, random.integer(1, 7), random.integer(0, 1), 0]);
        if (command[1] === 4) command[1] = 5;
        // SET CODE without data takes a password away, which there is not.
        if (command[1] === 3 && command.length < 6) command[1] = 2;
      }
      const answer = await apdu.transmit(command, { signal: t.signal }).then(
        ({ length }) => (length >= 2 ? "a status word" : `${length} bytes`),
        (error: unknown) => {
          if (error instanceof DeviceError) return error.code;
          throw error;
        },
      );
      const isAnswer = ["a status word", "bad-argument", "protocol"].includes(answer);
      if (!isAnswer) t.holds(`command ${at}: an answer`, false, answer);
    }
    await checkKept(t, held);
  },
};

const reports: TokenCase = {
  id: "robustness/frames/reports",
  subject: "token",
  title: "reports of random bytes and frames that never end change nothing",
  requirement: REQUIREMENT,
  level: "MUST",
  needs: ["totp", "provision", "otp-hid", "rig"],
  async run(t) {
    const held = await Held.on(t);
    const { otpHid } = t.device.raw ?? {};
    if (otpHid === undefined) return t.skip("the device has no reports");
    for (let at = 0; at < REPORTS; at++) {
      const report = noise(t.random, REPORT_BYTES);
      await otpHid.set(report, { signal: t.signal });
      const { length } = await otpHid.get({ signal: t.signal });
      if (length !== REPORT_BYTES) t.equal(`report ${at}: bytes`, length, REPORT_BYTES);
    }
    await checkKept(t, held);
  },
};

const lines: TokenCase = {
  id: "robustness/frames/lines",
  subject: "token",
  title: "lines of random bytes are answered by an error each, and change nothing",
  requirement: REQUIREMENT,
  level: "MUST",
  needs: ["totp", "provision", "shell-line", "rig"],
  async run(t) {
    const held = await Held.on(t);
    const { shellLine } = t.device.raw ?? {};
    if (shellLine === undefined) return t.skip("the device has no lines");
    for (let at = 0; at < LINES; at++) {
      // A byte that belongs to no line first: the rest is no command by chance.
      const bytes = noise(t.random, t.random.integer(1, 700)).map((byte) =>
        byte === 0x0a ? 0x0b : byte,
      );
      shellLine.send(Uint8Array.of(0x01, ...bytes, 0x0a));
      const answer = await shellLine.untilPrompt({ timeoutMs: 20 * IMPATIENT_MS });
      t.holds(`line ${at}: an error`, /error: line|Error!/.test(answer), answer.slice(0, 40));
    }
    await checkKept(t, held);
  },
};

/** Cases of this section. */
export const FRAME_CASES: readonly ConformanceCase[] = [apdus, reports, lines];
