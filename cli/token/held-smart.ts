// A smart token on its port: card, HID applications and button behind USB/IP, vpcd or uhid.

import { VPCD_PORT } from "../../core/wire/vpcd.ts";
import type { Rig } from "../../devices/rig.ts";
import { CardLink } from "../../devices/rigs/card-link.ts";
import { EmulatedRig } from "../../devices/rigs/emulated-rig.ts";
import { FaultyHid } from "../../devices/rigs/faulty-hid.ts";
import { smartRigToken } from "../../devices/rigs/smart-rig-token.ts";
import type { HidApplication } from "../../firmware-sim/applets/applet.ts";
import { createSmartToken, type SmartToken } from "../../firmware-sim/applets/smart-token.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { type AttachableToken, type Attachment, attach } from "../../firmware-sim/ports/attach.ts";
import { hostPort, isLoopback, LOOPBACK } from "../../firmware-sim/ports/loopback.ts";
import { smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import type { TokenState } from "../../firmware-sim/token-state.ts";
import { attachOptionsOf, type HeldToken, type TokenSetup } from "./held-token.ts";
import type { TokenSpec } from "./run-spec.ts";

/** A token that is made and not attached yet. */
export interface MadeSmartToken {
  readonly token: SmartToken;
  attach(): Promise<HeldToken>;
}

/** Makes a token, as an earlier run left it. @throws {RangeError} naming what is out of range */
export function makeSmartToken(setup: TokenSetup): MadeSmartToken {
  const { spec, world, random, keeper } = setup;
  const { kept } = keeper;
  const { clockName = "perfect", ...settings } = spec.clock;
  const oscillator = createOscillator(clockName, { ...settings, random });
  const token = keeper.taken(() =>
    createSmartToken({
      profile: smartProfileOf(spec.model.profile),
      clock: world,
      random,
      touch: spec.touch,
      oscillator,
      onWrite: keeper.onWrite,
      ...(spec.serial === undefined ? {} : { serial: spec.serial }),
      ...(kept === undefined ? {} : { state: kept.state, serial: kept.state.serial }),
    }),
  );
  // A Nitrokey Pro's clock stands still without power: hosts set it each time, and nothing is kept.
  keeper.follow(() => ({ state: token.snapshot() }));
  return { token, attach: () => attachSmartToken(token, oscillator.description, setup) };
}

async function attachSmartToken(
  token: SmartToken,
  clockDescription: string,
  setup: TokenSetup,
): Promise<HeldToken> {
  const { spec, log } = setup;
  const { card, otpKeyboard, nitrokey, info, profile } = token;
  const plug = new Plug();
  const link = card && new CardLink(card, () => plug.set(false));
  const behindFaults = (application: HidApplication | undefined): FaultyHid | undefined =>
    application &&
    new FaultyHid(application, () => plug.set(false), performance.now.bind(performance));
  const hids = { otpKeyboard: behindFaults(otpKeyboard), nitrokey: behindFaults(nitrokey) };
  const lines = [link, hids.otpKeyboard, hids.nitrokey].filter((line) => line !== undefined);
  const parts: AttachableToken = {
    name: spec.name,
    usb: info.usb,
    ...(link === undefined ? {} : { card: link }),
    ...(hids.otpKeyboard === undefined ? {} : { otpKeyboard: hids.otpKeyboard }),
    ...(hids.nitrokey === undefined ? {} : { nitrokey: hids.nitrokey }),
  };
  if (spec.attach === "vpcd") tellOfReader(spec, log);
  const attachment = await attach(parts, attachOptionsOf(setup));
  plug.attachment = attachment;
  let isReplaced = false;
  token.onPower((powered) => {
    if (!powered && !isReplaced) plug.set(false);
  });
  /** It stays in its port meanwhile: hosts that look now and then need not see a change. */
  const replace = (state: TokenState): void => {
    isReplaced = true;
    token.restore(state);
    isReplaced = false;
    for (const line of lines) line.clear();
    plug.set(true);
  };
  const ownClock = token.clock === undefined ? "" : `; clock ${clockDescription}`;
  return {
    address: attachment.address,
    description: `${profile.summary}; serial number ${info.serial}${ownClock}; ${attachment.description}`,
    ...(spec.attach === "usbip"
      ? { device: `${link ? "usb" : "hid"}:usbip://${attachment.address}` }
      : {}),
    serial: info.serial,
    rig: rigOf(token, setup, plug, lines),
    lend: async () => {
      const kept = token.snapshot();
      setup.keeper.pause();
      replace({ ...kept, records: {} });
      return async () => {
        replace(kept);
        setup.keeper.resume();
      };
    },
    get isTouchAwaited() {
      return token.isTouchAwaited;
    },
    [Symbol.asyncDispose]: () => attachment.close(),
  };
}

/** pcscd may be starting, and what goes there is not encrypted. */
function tellOfReader(
  { host = LOOPBACK, port = VPCD_PORT }: TokenSpec,
  log: (line: string) => void,
): void {
  log(`looks for vpcd's reader at ${hostPort({ host, port })}`);
  if (isLoopback(host)) return;
  log(`warning: vpcd on ${host} is another computer: what it asks and gets is not encrypted`);
}

/** The plug, once the token is attached. */
class Plug {
  attachment: Attachment | undefined;

  set(isPlugged: boolean): void {
    this.attachment?.setPlugged(isPlugged);
  }
}

function rigOf(
  token: SmartToken,
  { world }: TokenSetup,
  plug: Plug,
  lines: readonly (CardLink | FaultyHid)[],
): Rig {
  return new EmulatedRig(smartRigToken(token), world, {
    // Whichever of its interfaces a host talks to: what is left of the others is cleared with them.
    inject: (fault) => {
      for (const line of lines) line.inject(fault);
    },
    powerLost: () => plug.set(false),
    powerBack: () => {
      for (const line of lines) line.unmute();
      plug.set(true);
    },
    reconnect: async () => plug.set(true),
    idle: async () => {},
  });
}
