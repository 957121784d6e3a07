// An emulated token with a line shell on a USB serial port (CDC-ACM), and the hand around it.

import type { Rig } from "../../../devices/rig.ts";
import { EmulatedRig } from "../../../devices/rigs/emulated-rig.ts";
import { tokenInWorld } from "../../../devices/rigs/emulated-token.ts";
import type { World } from "../../../devices/rigs/world.ts";
import { FaultyLine } from "../../../firmware-sim/faults.ts";
import { openUsbipServer, type UsbipServer } from "../../../firmware-sim/ports/usbip-server.ts";
import { LineShell } from "../../../firmware-sim/shell/line-shell.ts";
import { CdcAcmFunction, type ControlLines } from "../../../firmware-sim/usb/cdc-acm-function.ts";
import { UsbDevice } from "../../../firmware-sim/usb/device.ts";

/** How it shows itself. */
export const SERIAL_IDS = { vendorId: 0x1209, productId: 0x0002 } as const;
const IDENTITY = {
  ...SERIAL_IDS,
  bcdDevice: 0x0100,
  manufacturer: "oathbed",
  product: "serial token",
  serialNumber: "LAB-1",
};

/** A serial token that a USB/IP server exports. Disposing ends the server. */
export class SerialUsbToken implements AsyncDisposable {
  /** What hosts did with DTR and RTS. */
  readonly lines: ControlLines[] = [];
  readonly #server: UsbipServer;
  readonly #device: UsbDevice;
  readonly #port: CdcAcmFunction;
  /** How the rig plugs it in again: a test may wait for the host. */
  onReconnect: () => Promise<void> = async () => this.setPlugged(true);
  #busid: string | undefined;
  #shell: LineShell | undefined;
  rig: Rig;

  static async start(port: number, world?: World): Promise<SerialUsbToken> {
    return new SerialUsbToken(await openUsbipServer({ port }), world);
  }

  private constructor(server: UsbipServer, world: World | undefined) {
    this.#server = server;
    this.#port = new CdcAcmFunction({
      receive: (bytes) => this.#shell?.receive(bytes),
      onLines: (lines) => this.lines.push(lines),
    });
    this.#device = new UsbDevice(IDENTITY, [this.#port]);
    this.rig = this.fresh(world);
    this.setPlugged(true);
  }

  /** `host:port/busid` for usbip. */
  get address(): string {
    return `${this.#server.host}:${this.#server.port}/1-1`;
  }

  get isPlugged(): boolean {
    return this.#busid !== undefined;
  }

  setPlugged(isPlugged: boolean): void {
    if (isPlugged === this.isPlugged) return;
    if (this.#busid !== undefined) this.#server.remove(this.#busid);
    this.#busid = isPlugged ? this.#server.add(this.#device, { port: 1 }) : undefined;
  }

  /** Another token behind the port, as it came from the factory. */
  fresh(world?: World): Rig {
    const made = tokenInWorld("serial-shell", {}, world);
    const line = new FaultyLine({
      write: (bytes) => this.#port.send(bytes),
      disconnect: () => this.setPlugged(false),
      later: (run, byMs) => {
        const timer = setTimeout(run, byMs);
        return () => clearTimeout(timer);
      },
    });
    const send = (bytes: Uint8Array): void => line.send(bytes);
    const shell = new LineShell({ token: made.token, dialect: "complete", send });
    this.#shell = shell;
    this.rig = new EmulatedRig(made.token, made.world, {
      inject: (fault) => {
        if (fault.kind !== "brown-out" && fault.kind !== "wear") line.inject(fault);
      },
      powerLost: () => line.reset(),
      powerBack: () => shell.powerOn(),
      reconnect: () => this.onReconnect(),
      idle: async () => {},
    });
    return this.rig;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
