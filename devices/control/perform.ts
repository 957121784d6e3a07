// Carries out what came over a control socket.

import type { Rig } from "../rig.ts";
import type { ControlAct } from "./protocol.ts";

/** Does one act; acts that move time run one after another, whoever asks. */
export class Performer {
  readonly #rig: Rig;
  #moving: Promise<void> = Promise.resolve();

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** What the answer's `ok` holds. Rejects with what the rig says. */
  async perform(act: ControlAct): Promise<object> {
    const rig = this.#rig;
    switch (act.do) {
      case "advance":
        return this.#move(() => rig.advance(act.byUs));
      case "powerCycle":
        return this.#move(() => rig.powerCycle(act.offForUs));
      case "stepHostTime":
        return this.#move(() => rig.stepHostTime(act.byUs));
      case "pressButton":
        return done(rig.pressButton());
      case "setTemperature":
        return done(rig.setTemperature(act.celsius));
      case "inject":
        return done(rig.inject(act.fault));
      case "reconnect":
        return done(rig.reconnect());
      case "display":
        return rig.display();
      case "truth":
        return rig.truth();
      case "clock":
      case "fresh":
        // The server lends the token itself: it knows when the client goes.
        return {};
    }
  }

  #move(act: () => Promise<void>): Promise<object> {
    const moved = this.#moving.then(act);
    this.#moving = moved.catch(() => {});
    return done(moved);
  }
}

/** Whether other clients must hear what time it is afterwards. */
export function movesTime(act: ControlAct): boolean {
  return act.do === "advance" || act.do === "powerCycle" || act.do === "stepHostTime";
}

async function done(act: Promise<void>): Promise<object> {
  await act;
  return {};
}
