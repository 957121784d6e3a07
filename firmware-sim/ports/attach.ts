// How an emulated token reaches a host: one function for every kind of port. The token knows
// nothing of its port.

import type { Clock } from "../../core/time/clock.ts";
import { OTP_REPORT_DESCRIPTOR } from "../../core/wire/hid-otp.ts";
import type { CardInterface } from "../applets/applet.ts";
import type { UsbIdentity } from "../applets/smart-profile.ts";
import type { EmulatedToken } from "../emulated-token.ts";
import { LineShell, type ShellDialect } from "../shell/line-shell.ts";
import { NITROKEY_REPORT_DESCRIPTOR } from "../usb/nitrokey-report-descriptor.ts";
import { createTokenDevice, type TokenParts } from "../usb/token-device.ts";
import { hostPort } from "./loopback.ts";
import { PortError } from "./port-error.ts";
import { openPty } from "./pty.ts";
import { shareUsbipServer } from "./shared-server.ts";
import type { OpenTap } from "./tap.ts";
import { openUhidDevice, type UhidPort } from "./uhid.ts";
import { openVpcdCard } from "./vpcd-client.ts";

/** Every kind of port. */
export const ATTACH_KINDS = ["usbip", "vpcd", "uhid", "pty"] as const;

/** Kind of a port. */
export type AttachKind = (typeof ATTACH_KINDS)[number];

/** bcdHID, which Linux shows as the version of a HID device. */
const BCD_HID = 0x0110;

/** A token that can be attached: what a SmartToken has, and a name. */
export interface AttachableToken extends TokenParts {
  /** For people and logs. */
  readonly name: string;
  /** Needed for USB and uhid. */
  readonly usb?: UsbIdentity;
}

/** How to attach. */
export interface AttachOptions {
  readonly kind: AttachKind;
  /** The host's time. */
  readonly clock: Clock;
  /** Where usbip listens or vpcd is; default 127.0.0.1. */
  readonly host?: string;
  /** Default 3240 (usbip; 0 is any that is free) or 35963 (vpcd). */
  readonly port?: number;
  /** How the card is reached (vpcd), as its ATR tells; default contact. */
  readonly by?: CardInterface;
  /** Ends waiting for a reader; does not detach. */
  readonly signal?: AbortSignal;
  /** How long to wait for a reader, milliseconds; default 10 s. */
  readonly timeoutMs?: number;
  /** Takes lines about hosts that come and go, and warnings. */
  readonly log?: (line: string) => void;
  /** Sees each connection of a host, for wire logs. */
  readonly openTap?: OpenTap;
  /** Called once hosts can use the token, before the promise resolves. */
  readonly onReady?: (attachment: Attachment) => void;
}

/** A token that hosts can use. */
export interface Attachment extends AsyncDisposable {
  readonly kind: AttachKind;
  /** For people: what a host sees and does. */
  readonly description: string;
  /** For programs: `host:port/busid`, `host:port`, or the path of a terminal or of uhid. */
  readonly address: string;
  /**
   * Pulls the token out (false), or plugs it in again at the same address. A terminal stays.
   *
   * @throws {PortError} where it cannot be plugged in again
   */
  setPlugged(isPlugged: boolean): void;
  /** Takes the token off its port. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Attaches a token.
 *
 * @throws {PortError} when the port is not to be had here, or the token has nothing for it
 */
export async function attach(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  options.signal?.throwIfAborted();
  const attachment = await attachBy(token, options);
  options.onReady?.(attachment);
  return attachment;
}

/** The parts of a serial token: its line shell, over a terminal or a USB serial port. */
export function shellParts(
  token: EmulatedToken,
  dialect: ShellDialect,
): Pick<AttachableToken, "openSerial"> {
  return { openSerial: (send) => new LineShell({ token, dialect, send }) };
}

function attachBy(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  switch (options.kind) {
    case "usbip":
      return attachUsbip(token, options);
    case "vpcd":
      return attachVpcd(token, options);
    case "uhid":
      return attachUhid(token, options);
    case "pty":
      return attachPty(token, options);
  }
}

async function attachUsbip(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  const { usb } = token;
  if (usb === undefined) throw unsuited(token, "usbip", "has no USB identity");
  const device = createTokenDevice(usb, token, options.clock);
  const { server, release } = await shareUsbipServer(options);
  const { openTap } = options;
  const tapped = openTap === undefined ? {} : { openTap };
  const busid = server.add(device, tapped);
  const busPort = Number(busid.split("-")[1]);
  let isPlugged = true;
  return attachment({
    kind: "usbip",
    description:
      `USB device ${usb.product}, busid ${busid}: ` +
      `usbip --tcp-port ${server.port} attach -r ${server.host} -b ${busid}`,
    address: `${hostPort(server)}/${busid}`,
    setPlugged: (wanted) => {
      if (wanted === isPlugged) return;
      isPlugged = wanted;
      if (wanted) server.add(device, { ...tapped, port: busPort });
      else server.remove(busid);
    },
    close: async () => {
      server.remove(busid);
      await release();
    },
  });
}

async function attachVpcd(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  const { card } = token;
  if (card === undefined) throw unsuited(token, "vpcd", "has no smart card");
  const reader = await openVpcdCard({ ...options, card });
  const address = hostPort(reader);
  return attachment({
    kind: "vpcd",
    description: `smart card ${token.name} in the virtual reader at ${address}`,
    address,
    setPlugged: (isPlugged) => reader.setInserted(isPlugged),
    close: async () => {
      await reader[Symbol.asyncDispose]();
    },
  });
}

async function attachUhid(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  const { usb } = token;
  const application = token.otpKeyboard ?? token.nitrokey;
  if (application === undefined || usb === undefined) throw unsuited(token, "uhid", "has no HID");
  const isKeyboard = application === token.otpKeyboard;
  const protocol = isKeyboard ? "hid-otp" : "nitrokey";
  const { openTap, clock } = options;
  const open = (): UhidPort => {
    const tap = openTap?.(protocol, "/dev/uhid");
    return openUhidDevice({
      application,
      clock,
      ...(tap === undefined ? {} : { tap }),
      device: {
        name: `${usb.manufacturer} ${usb.product}`,
        vendorId: usb.vendorId,
        productId: usb.productId,
        version: BCD_HID,
        reportDescriptor: isKeyboard ? OTP_REPORT_DESCRIPTOR : NITROKEY_REPORT_DESCRIPTOR,
      },
    });
  };
  let device: UhidPort | undefined = open();
  const unplug = async (): Promise<void> => {
    const unplugged = device;
    device = undefined;
    await unplugged?.[Symbol.asyncDispose]();
  };
  return attachment({
    kind: "uhid",
    description: `HID device ${usb.manufacturer} ${usb.product} of this computer, under /dev/hidraw*`,
    address: "/dev/uhid",
    setPlugged: (isPlugged) => {
      if (isPlugged) device ??= open();
      else void unplug();
    },
    close: unplug,
  });
}

async function attachPty(token: AttachableToken, options: AttachOptions): Promise<Attachment> {
  const { openSerial } = token;
  if (openSerial === undefined) throw unsuited(token, "pty", "has no serial shell");
  const port = await openPty();
  const tap = options.openTap?.("shell", port.path);
  const shell = openSerial((bytes) => {
    tap?.("from-token", bytes);
    port.write(bytes);
  });
  port.onData((bytes) => {
    tap?.("to-token", bytes);
    shell.receive(bytes);
  });
  return attachment({
    kind: "pty",
    description: `serial port ${port.path}`,
    address: port.path,
    setPlugged: () => {},
    close: async () => {
      await port[Symbol.asyncDispose]();
    },
  });
}

function attachment(given: Omit<Attachment, typeof Symbol.asyncDispose>): Attachment {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= given.close();
    return closing;
  };
  return { ...given, close, [Symbol.asyncDispose]: close };
}

function unsuited(token: AttachableToken, kind: AttachKind, problem: string): PortError {
  return new PortError(`${token.name} cannot be attached by ${kind}: it ${problem}`);
}
