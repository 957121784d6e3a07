// Lines that lose, change, delay and end: while something is written, and in any order.

import type { Random } from "../../../core/time/random.ts";
import type { Fault } from "../../../devices/rig.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { rejects } from "../shared/token-codes.ts";
import { Held, IMPATIENT_MS, WRITE_MS } from "./held.ts";

const WHOLE = {
  text: "Writes a credential; one of the same name is replaced, whole or not at all.",
  source: "devices/device.ts, Device.provision",
} as const;
const USABLE = {
  text: "After timed-out or cancelled the device can be used again; a late answer is thrown away.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;
const ONLY_DEVICE_ERRORS = {
  text: "Everything fails as DeviceError, nothing else.",
  source: "devices/device.ts, rules that every driver keeps",
} as const;

const STORM = 25;

const unplugged: TokenCase = {
  id: "robustness/line/unplugged-while-writing",
  subject: "token",
  title: "a token unplugged while it is written to has the old or the new credential",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    for (const afterBytes of [1, 2, 10, 20]) {
      await t.rig?.inject({ kind: "disconnect", afterBytes });
      const wasWritten = await held.writeNew({ timeoutMs: WRITE_MS });
      await t.rig?.reconnect();
      // It had no power meanwhile.
      await t.rig?.powerCycle();
      await t.reconnect();
      await held.check(`unplugged after ${afterBytes} bytes`, wasWritten);
      await held.writeOld();
      const seen = await held.read();
      t.equal("written again", seen.kind === "code" ? seen.code : seen.error.code, held.oldCode);
    }
  },
};

const DAMAGE: readonly { readonly what: string; readonly fault: Fault }[] = [
  { what: "bytes lost", fault: { kind: "drop", bytes: 2 } },
  { what: "a byte changed", fault: { kind: "corrupt", bytes: 1 } },
  { what: "noise before the answer", fault: { kind: "garbage", bytes: 40 } },
];

const damaged: TokenCase = {
  id: "robustness/line/damaged-while-writing",
  subject: "token",
  title:
    "a damaged answer to a write leaves the old or the new credential; the next write is right",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    for (const { what, fault } of DAMAGE) {
      await t.rig?.inject(fault);
      const wasWritten = await held.writeNew({ timeoutMs: WRITE_MS });
      await held.check(what, wasWritten);
      const isWritten = await held.writeNew();
      t.holds(`${what}: written again`, isWritten);
      await held.check(`${what}: written again`, isWritten);
      await held.writeOld();
    }
  },
};

const timedOut: TokenCase = {
  id: "robustness/line/timed-out-while-writing",
  subject: "token",
  title: "a write that was given up leaves the old or the new credential, and no late answer",
  requirement: USABLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await t.rig?.inject({ kind: "delay", byMs: 2 * IMPATIENT_MS });
    const write = held.writeNew({ timeoutMs: IMPATIENT_MS });
    const wasWritten = await write;
    t.holds("the write is given up", !wasWritten);
    await held.check("given up", wasWritten);
    const isWritten = await held.writeNew();
    t.holds("written again", isWritten);
    await held.check("written again", isWritten);
  },
};

const mute: TokenCase = {
  id: "robustness/line/mute-while-writing",
  subject: "token",
  title: "a token that falls mute while it is written to has the old or the new credential",
  requirement: WHOLE,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    await t.rig?.inject({ kind: "mute" });
    const wasWritten = await held.writeNew({ timeoutMs: IMPATIENT_MS });
    t.holds("no answer, so no success", !wasWritten);
    if (t.device.capabilities.button) await t.rig?.pressButton();
    const reading = t.device.readTotp({ credential: held.name, atUs: 0, timeoutMs: IMPATIENT_MS });
    await rejects(t, "a code", reading, "timed-out", "disconnected", "not-supported");
    await t.rig?.powerCycle();
    await t.reconnect();
    await held.check("after a power cycle", wasWritten);
  },
};

function faultOf(random: Random): Fault {
  switch (random.integer(0, 3)) {
    case 0:
      return { kind: "drop", bytes: random.integer(1, 12) };
    case 1:
      return { kind: "corrupt", bytes: random.integer(1, 12) };
    case 2:
      return { kind: "garbage", bytes: random.integer(1, 120) };
    default:
      return { kind: "delay", byMs: 1 };
  }
}

const storm: TokenCase = {
  id: "robustness/line/storm",
  subject: "token",
  title: "faults in any order bring errors or the right code, never a wrong one; then all is well",
  requirement: ONLY_DEVICE_ERRORS,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    const held = await Held.on(t);
    let codes = 0;
    for (let at = 0; at < STORM; at++) {
      const fault = faultOf(t.random);
      await t.rig?.inject(fault);
      const seen = await held.read();
      if (seen.kind === "code") {
        codes++;
        t.equal(`after ${fault.kind}`, seen.code, held.oldCode);
      }
    }
    t.note(`${codes} codes in ${STORM} faults`);
    await t.rig?.powerCycle();
    await t.reconnect();
    const seen = await held.read();
    t.equal("afterwards", seen.kind === "code" ? seen.code : seen.error.code, held.oldCode);
  },
};

/** Cases of this section. */
export const LINE_CASES: readonly ConformanceCase[] = [unplugged, damaged, timedOut, mute, storm];
