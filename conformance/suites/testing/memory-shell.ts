// A serial shell in memory: its line without a port, its operations without the driver. Suites
// about lines are held against it, right and with defects.

import { OperationQueue } from "../../../devices/operation-queue.ts";
import type { RawLine } from "../../../devices/raw.ts";
import { EmulatedRig } from "../../../devices/rigs/emulated-rig.ts";
import { tokenInWorld } from "../../../devices/rigs/emulated-token.ts";
import { PromptReader, rawLine } from "../../../devices/serial/raw-line.ts";
import type { Subject, SubjectOptions } from "../../../devices/subject.ts";
import { openVirtualDevice, VirtualLink } from "../../../devices/virtual.ts";
import { LineShell } from "../../../firmware-sim/shell/line-shell.ts";
import type { TokenSource } from "../../run/token-source.ts";
import type { Dialect } from "../serial-shell/shell.ts";
import type { ShellDefect } from "./broken-shells.ts";
import { overlay } from "./broken-tokens.ts";

const PROFILES: Readonly<Record<Dialect, string>> = {
  complete: "serial-shell",
  arduino: "arduino-shell",
};

/** A shell of this dialect, with something wrong on its line, or nothing. */
export function memoryShell(name: string, dialect: Dialect, wrong: ShellDefect = {}): TokenSource {
  return {
    name,
    driver: "serial",
    description: `${dialect} shell in memory`,
    open: async (options) => openShell(name, dialect, wrong, options),
  };
}

function openShell(
  name: string,
  dialect: Dialect,
  wrong: ShellDefect,
  options: SubjectOptions,
): Subject {
  const { token, world } = tokenInWorld(PROFILES[dialect], options);
  const prompts = new PromptReader();
  let given = "";
  const shell = new LineShell({
    token,
    dialect,
    send: (bytes) => {
      const sent = Buffer.from(bytes).toString("latin1");
      prompts.receive(Buffer.from(wrong.output?.(sent, given) ?? sent, "latin1"));
    },
  });
  const write = (bytes: Uint8Array): void => {
    given = Buffer.from(bytes).toString("latin1");
    shell.receive(Buffer.from(wrong.input?.(given) ?? given, "latin1"));
  };
  const link = new VirtualLink();
  const rig = new EmulatedRig(token, world, {
    inject: (fault) => link.inject(fault),
    powerLost: () => {},
    powerBack: () => {
      link.reset();
      if (wrong.keepsLines === true) prompts.receive(Buffer.from("\n$ "));
      else shell.powerOn();
    },
    reconnect: async () => link.mend(),
    idle: async () => {},
  });
  return {
    name,
    driver: "serial",
    rig,
    clock: world,
    connect: async () => {
      const device = openVirtualDevice({ token, link, driver: "serial", address: name, log });
      const shellLine: RawLine = rawLine({ write }, prompts, new OperationQueue(1000), log);
      const capabilities = { ...device.capabilities, raw: ["shell-line"] as const };
      return overlay(device, { capabilities, raw: { shellLine } });
    },
    wireLog: () => [],
    [Symbol.asyncDispose]: async () => {},
  };
}

function log(): void {}
