// A token with a line shell on its port: a pseudo-terminal, or a USB serial port over USB/IP.

import { EmulatedRig, type RigLink } from "../../devices/rigs/emulated-rig.ts";
import { tokenInWorld } from "../../devices/rigs/emulated-token.ts";
import { startSerialToken } from "../../devices/rigs/serial-token.ts";
import type { SubjectOptions } from "../../devices/subject.ts";
import type { UsbIdentity } from "../../firmware-sim/applets/smart-profile.ts";
import type { EmulatedToken } from "../../firmware-sim/emulated-token.ts";
import { FaultyLine } from "../../firmware-sim/faults.ts";
import { NonVolatileMemory } from "../../firmware-sim/memory.ts";
import { type Attachment, attach } from "../../firmware-sim/ports/attach.ts";
import { profileOf } from "../../firmware-sim/profiles.ts";
import { FlipperShell } from "../../firmware-sim/shell/flipper.ts";
import { LineShell } from "../../firmware-sim/shell/line-shell.ts";
import { stateOf, type TokenState, writeState } from "../../firmware-sim/token-state.ts";
import { attachOptionsOf, clockStart, type HeldToken, type TokenSetup } from "./held-token.ts";
import type { TokenModel } from "./run-spec.ts";

/** Tokens behind a shell have no serial number; state files have one. */
const NO_SERIAL = 1;

/** How the models show themselves on USB. */
const USB_IDENTITIES: Readonly<Record<string, UsbIdentity>> = {
  "serial-shell": identity(0x1209, 0x0001, "oathbed", "Serial OATH token"),
  "arduino-shell": identity(0x2341, 0x0043, "Arduino", "Uno"),
  flipper: identity(0x0483, 0x5740, "Flipper Devices Inc.", "Flipper"),
};

type Made = TokenSetup & { readonly memory: NonVolatileMemory; readonly options: SubjectOptions };

/** Starts a token on its port, as an earlier run left it. @throws {DeviceError | PortError} */
export async function holdSerialToken(setup: TokenSetup, model: SerialModel): Promise<HeldToken> {
  const { spec, keeper, random } = setup;
  const memory = new NonVolatileMemory(profileOf(model.profile).credentials, keeper.onWrite);
  const { kept } = keeper;
  if (kept !== undefined) keeper.taken(() => writeState(kept.state, memory));
  const { options, setByUs } = clockStart(spec.clock, kept);
  const made: Made = {
    ...setup,
    memory,
    options: {
      ...options,
      randomSeed: random.fork("clock").integer(0, 0xffff_ffff),
      shell: model.shell,
      pressToShow: spec.touch !== "auto",
    },
  };
  const held = spec.attach === "pty" ? await onTerminal(made) : await onUsb(made, model);
  const { token } = held;
  if (setByUs !== 0) token.setTime(Math.round((token.nowUs() + setByUs) / 1e6));
  keeper.follow(() => ({
    state: stateOf(model.profile, NO_SERIAL, memory),
    clockOffsetUs: token.offsetUs(),
  }));
  return Object.assign(held, { lend: () => lendSerial(made, model, held) });
}

/** Its memory empty and its clock right, until what it held is given back. */
async function lendSerial(
  { memory, keeper, world }: Made,
  { profile }: SerialModel,
  { token, rig }: AttachedSerial,
): Promise<() => Promise<void>> {
  const kept = stateOf(profile, NO_SERIAL, memory);
  const offsetUs = token.offsetUs();
  const replace = async (state: TokenState, byUs: number): Promise<void> => {
    token.powerOff();
    memory.cancelFailure();
    writeState(state, memory);
    await rig.powerCycle(0);
    await rig.reconnect();
    token.setTime(Math.round((world.nowUs() + byUs) / 1e6));
  };
  keeper.pause();
  await replace({ ...kept, records: {} }, 0);
  return async () => {
    await replace(kept, offsetUs);
    keeper.resume();
  };
}

type SerialModel = TokenModel & { readonly kind: "serial" };
type HeldSerial = HeldToken & { readonly token: EmulatedToken };
/** Before it can be lent. */
type AttachedSerial = Omit<HeldSerial, "lend">;

async function onTerminal({ options, world, memory, openTap }: Made): Promise<AttachedSerial> {
  const tap = openTap("shell", "");
  const running = await startSerialToken(options, world, { memory, tap });
  const pathOf = (): string => running.path ?? "";
  return {
    get address() {
      return pathOf();
    },
    get device() {
      return `serial:${pathOf()}`;
    },
    description: running.description,
    rig: running.rig,
    token: running.token,
    isTouchAwaited: false,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

async function onUsb(made: Made, model: SerialModel): Promise<AttachedSerial> {
  const { spec, world, memory, options } = made;
  const { token, description } = tokenInWorld(model.profile, options, world, memory);
  const port: UsbPort = {};
  const plug = (isPlugged: boolean): void => port.attachment?.setPlugged(isPlugged);
  const usb = USB_IDENTITIES[model.profile];
  const attachment = await attach(
    {
      name: spec.name,
      ...(usb === undefined ? {} : { usb }),
      openSerial: (write) => {
        port.line = faultyLine(write, () => plug(false));
        port.shell = shellOf(model, token, port.line, options.pressToShow !== true);
        return port.shell;
      },
    },
    attachOptionsOf(made),
  );
  port.attachment = attachment;
  return {
    address: attachment.address,
    description: `${description}; ${attachment.description}`,
    rig: new EmulatedRig(token, world, linkOf(port, plug)),
    token,
    isTouchAwaited: false,
    [Symbol.asyncDispose]: async () => {
      // A late answer must not keep the process alive.
      port.line?.reset();
      await attachment.close();
    },
  };
}

/** What is there once a token is attached. */
interface UsbPort {
  attachment?: Attachment;
  line?: FaultyLine;
  shell?: LineShell | FlipperShell;
}

function linkOf(port: UsbPort, plug: (isPlugged: boolean) => void): RigLink {
  return {
    inject: (fault) => {
      if (fault.kind !== "brown-out" && fault.kind !== "wear") port.line?.inject(fault);
    },
    powerLost: () => {
      port.line?.reset();
      plug(false);
    },
    powerBack: () => {
      plug(true);
      port.shell?.powerOn();
    },
    reconnect: async () => plug(true),
    buttonPressed: () => {
      if (port.shell instanceof FlipperShell) port.shell.confirm();
    },
    idle: async () => {},
  };
}

function shellOf(
  { shell: dialect }: SerialModel,
  token: EmulatedToken,
  line: FaultyLine,
  confirms: boolean,
): LineShell | FlipperShell {
  const send = (bytes: Uint8Array): void => line.send(bytes);
  if (dialect === "flipper") return new FlipperShell({ token, send, confirms });
  return new LineShell({ token, dialect, send });
}

function faultyLine(write: (bytes: Uint8Array) => void, disconnect: () => void): FaultyLine {
  return new FaultyLine({
    write,
    disconnect,
    later: (run, byMs) => {
      const timer = setTimeout(run, byMs);
      return () => clearTimeout(timer);
    },
  });
}

function identity(
  vendorId: number,
  productId: number,
  manufacturer: string,
  product: string,
): UsbIdentity {
  const functions = ["cdc-acm"] as const;
  return { vendorId, productId, bcdDevice: 0x0100, manufacturer, product, functions };
}
