// What a browser is told of its session.

import { serialOf } from "../../iam/state/model.ts";
import { devicesOfHolder, type Visit } from "../console.ts";
import type { Session, SignInDevice, Wizard } from "../contract.ts";
import { personOf, standingOf } from "../devices/views.ts";
import { codeClockView } from "../lab/lab.ts";
import { secondsUp } from "../refusal.ts";
import { canRecover } from "./recovery.ts";
import type { LiveSession } from "./sessions.ts";

/** @see Session */
export async function sessionAnswer(visit: Visit): Promise<Session> {
  const { console, found, cookie } = visit;
  const common = {
    csrf: console.sessions.csrf(cookie),
    codeClock: codeClockView(console.codeClock, console.lab.clock),
  };
  const who = found.kind === "live" ? console.people.held(found.session.stage.holder) : null;
  if (found.kind !== "live" || who === null) {
    return { ...common, stage: "signed-out", isExpired: found.kind === "over" };
  }
  const { identity, signIn } = who;
  const { session } = found;
  const { stage } = session;
  const expiresInSeconds = secondsUp(session.untilUs - visit.atUs);
  switch (stage.kind) {
    case "code": {
      const devices = await signInDevices(visit, session);
      const canTroubleshoot = canRecover(console.lab.mailbox, signIn);
      return { ...common, stage: "code", identity, devices, expiresInSeconds, canTroubleshoot };
    }
    case "recovery": {
      const { step, sentTo, sendsLeft, triesLeft, goodUntilUs } = stage.recovery;
      const inSeconds = secondsUp(Math.min(goodUntilUs, session.untilUs) - visit.atUs);
      const state = { step, sentTo, sendsLeft, triesLeft, expiresInSeconds: inSeconds };
      return { ...common, stage: "recovery", identity, ...state };
    }
    case "signed-in": {
      const { isMfa, isRestricted } = stage;
      const idleInSeconds = secondsUp(session.idleUntilUs - visit.atUs);
      const wizard = wizardOf(visit, stage.holder.id);
      const state = { isMfa, isRestricted, idleInSeconds, expiresInSeconds, wizard };
      return { ...common, stage: "signed-in", identity, ...state };
    }
  }
}

async function signInDevices(
  visit: Visit,
  { stage }: LiveSession,
): Promise<readonly SignInDevice[]> {
  const rows = devicesOfHolder(visit, stage.holder);
  return Promise.all(
    rows.map(async (row) => {
      const { state } = await standingOf(visit, row);
      return { serial: serialOf(row), name: row.name, isOutOfSync: state === "out-of-sync" };
    }),
  );
}

function wizardOf({ console, moment }: Visit, by: string): Wizard | null {
  const open = console.iam.core.pending.latestBy(by);
  if (open === null) return null;
  const { serial, row, holder, untilUs } = open;
  const { name } = row;
  const expiresInSeconds = secondsUp(untilUs - moment.codesAtUs);
  return { serial, name, holder: personOf(console, holder), expiresInSeconds };
}
