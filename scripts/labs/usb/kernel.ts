// The USB side of the guest's kernel: devices of a USB/IP server attached by Debian's usbip tool,
// and what the kernel made of them.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runProgram } from "../testing/program.ts";
import { until } from "../testing/until.ts";

const VHCI = "/sys/devices/platform/vhci_hcd.0";
const SYSFS = "/sys/bus/usb/devices";
const ROOT = process.env.OATHBED_GUEST_ROOT ?? "";

const ATTACH_TRIES = 5;
const ATTACH_AGAIN_MS = 500;

/** A device's numbers. */
export interface UsbIds {
  readonly vendorId: number;
  readonly productId: number;
}

/** Attaches a device: resolves when the kernel has it. @param address `host:port/busid` */
export async function attachToKernel(address: string, ids: UsbIds): Promise<void> {
  const [, host = "", port = "", busid = ""] = /^(.+):(\d+)\/(.+)$/.exec(address) ?? [];
  const args = ["--tcp-port", port, "attach", "-r", host, "-b", busid];
  const env = { LD_LIBRARY_PATH: `${ROOT}/usr/lib/x86_64-linux-gnu` };
  // A device that was just detached is busy until the server has seen its connection end.
  for (let tries = 0; tries < ATTACH_TRIES; tries++) {
    if (tries > 0) await pause(ATTACH_AGAIN_MS);
    const { exitCode, stdout, stderr } = await runProgram(`${ROOT}/usr/sbin/usbip`, args, { env });
    if (exitCode === 0) break;
    if (tries < ATTACH_TRIES - 1) continue;
    throw new Error(`usbip attach exits with ${exitCode}: ${stdout}${stderr}`);
  }
  await until("the attached device", () => folderOf(ids) !== undefined);
}

/** Takes a device off again, as `usbip detach` does: resolves when the kernel no longer has it. */
export async function detachFromKernel(ids: UsbIds): Promise<void> {
  const folder = folderOf(ids);
  if (folder === undefined) return;
  // A line a port: hub, number, state, …, name in sysfs.
  for (const line of textOf(`${VHCI}/status`).split("\n")) {
    const words = line.trim().split(/\s+/);
    if (`${SYSFS}/${words.at(-1)}` !== folder) continue;
    writeFileSync(`${VHCI}/detach`, String(Number(words[1])));
  }
  await untilGone(ids);
}

/** Where sysfs shows a device; undefined when there is none. */
export function folderOf({ vendorId, productId }: UsbIds): string | undefined {
  const hex = (id: number): string => id.toString(16).padStart(4, "0");
  const folders = readdirSync(SYSFS).filter((name) => /^\d+-\d+$/.test(name));
  return folders
    .map((name) => `${SYSFS}/${name}`)
    .find(
      (path) =>
        textOf(`${path}/idVendor`) === hex(vendorId) &&
        textOf(`${path}/idProduct`) === hex(productId),
    );
}

/** Waits until the kernel no longer has it. */
export function untilGone(ids: UsbIds): Promise<void> {
  return until("the end of the device", () => folderOf(ids) === undefined);
}

/** The device file of a kind (`hidraw`, `tty`) that the kernel made for a device. */
export async function deviceFile(ids: UsbIds, kind: "hidraw" | "tty"): Promise<string> {
  let found: string | undefined;
  await until(`a ${kind} of the device`, () => {
    found = fileOf(ids, kind);
    return found !== undefined && existsSync(found);
  });
  return found ?? "";
}

function fileOf(ids: UsbIds, kind: string): string | undefined {
  const folder = folderOf(ids);
  if (folder === undefined) return undefined;
  for (const name of list(folder).filter((each) => /:\d+\.\d+$/.test(each))) {
    const part = `${folder}/${name}`;
    // The class folder is the interface's own, or that of the HID device below it.
    for (const below of ["", ...list(part).map((each) => `${each}/`)]) {
      const [file] = list(`${part}/${below}${kind}`);
      if (file !== undefined) return `/dev/${file}`;
    }
  }
  return undefined;
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
