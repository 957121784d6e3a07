// What the page does with devices, on the same verifier and rows as the API.

import { timingSafeEqual } from "node:crypto";
import { encodeBase32 } from "../../../core/oath/base32.ts";
import { wipe } from "../../../core/oath/secret.ts";
import { ROOT_DEVICE } from "../../iam/acts/device-acts.ts";
import { ROOT_NAME } from "../../iam/config.ts";
import type { Holder } from "../../iam/devices.ts";
import { PENDING_SECONDS } from "../../iam/pending.ts";
import { deviceUri, qrCode } from "../../iam/qr-code.ts";
import { type DeviceRow, serialOf } from "../../iam/state/model.ts";
import { devicesAs, type Visit, whoOf } from "../console.ts";
import type {
  DeviceAnswer,
  DeviceSecret,
  Done,
  EnableDevice,
  Enabled,
  NamedDevice,
  NewDevice,
  ReplaceDevice,
  ResyncDevice,
  SavedSecret,
} from "../contract.ts";
import { PageRefusal, secondsUp } from "../refusal.ts";
import { refusing } from "./faults.ts";
import { assertCodes } from "./pair-reasons.ts";
import { readSecret } from "./saved-secret.ts";
import { deviceView, ownerOf } from "./views.ts";
import { assertMayOn, seesAll, type Who } from "./who.ts";

const DEVICE_NAME = /^[\w+=,.@-]{1,128}$/;

/** Begins the wizard. */
export async function createDevice(visit: Visit, given: NewDevice): Promise<DeviceSecret> {
  const who = whoOf(visit);
  const holder = holderOf(visit, who, given.holder);
  assertMayOn(who, "create", holder.id);
  assertName(given.name, holder);
  assertRoom(visit, holder);
  return begin(visit, who, holder, given.name);
}

/** Assigns a device by two codes. */
export async function enableDevice(visit: Visit, given: EnableDevice): Promise<Enabled> {
  const { moment } = visit;
  const who = whoOf(visit);
  const { serial } = given;
  const row = enableable(visit, who, serial);
  const holder = holderOf(visit, who, given.holder);
  assertMayOn(who, "enable", holder.id);
  // The API enables root's device for nobody else either.
  const isRoots = row.name.toLowerCase() === ROOT_DEVICE;
  if (isRoots && holder.id !== row.account) throw new PageRefusal("not-allowed");
  const codes = assertCodes(given.code1, given.code2);
  const devices = devicesAs(visit, who.holder);
  const enabling = { visit, act: "enable", serial, codes } as const;
  const verdict = await refusing(enabling, () => devices.enable(serial, holder, codes, moment));
  const device = await deviceView(visit, who, found(visit, serial));
  return { device, outcome: verdict.outOfSync ? "late" : "in-sync" };
}

/** Finds the clock of an enabled device again. */
export async function resyncDevice(visit: Visit, given: ResyncDevice): Promise<DeviceAnswer> {
  const { moment } = visit;
  const who = whoOf(visit);
  const { serial } = given;
  const { row, holder } = heldDevice(visit, who, serial);
  assertMayOn(who, "resync", holder.id);
  const codes = assertCodes(given.code1, given.code2);
  const devices = devicesAs(visit, who.holder);
  const resyncing = { visit, act: "resync", serial: serialOf(row), codes } as const;
  await refusing(resyncing, () => devices.resync(serial, holder, codes, moment));
  return { device: await deviceView(visit, who, found(visit, serial)) };
}

/** Takes a device out of use. */
export async function deactivateDevice(
  visit: Visit,
  { serial }: NamedDevice,
): Promise<DeviceAnswer> {
  const { moment } = visit;
  const who = whoOf(visit);
  const { holder } = heldDevice(visit, who, serial);
  assertMayOn(who, "deactivate", holder.id);
  const devices = devicesAs(visit, who.holder);
  await refusing({ visit, act: "deactivate", serial }, () =>
    devices.deactivate(serial, holder, moment),
  );
  return { device: await deviceView(visit, who, found(visit, serial)) };
}

/** Deletes a device that nobody holds. */
export async function deleteOne(visit: Visit, { serial }: NamedDevice): Promise<Done> {
  const who = whoOf(visit);
  const row = visible(visit, who, serial);
  assertMayOn(who, "delete", ownerOf(row));
  await remove(visit, serial);
  return { done: true };
}

/** Deletes a device that is out of use, and begins the wizard for one of its name. */
export async function replaceDevice(visit: Visit, given: ReplaceDevice): Promise<DeviceSecret> {
  const who = whoOf(visit);
  const { serial } = given;
  const row = visible(visit, who, serial);
  assertMayOn(who, "delete", ownerOf(row));
  const holder = holderOf(visit, who, given.holder);
  assertMayOn(who, "create", holder.id);
  if (row.holder !== null) throw new PageRefusal("device-deactivate-first");
  assertName(row.name, holder);
  assertRoom(visit, holder);
  await remove(visit, serial);
  return begin(visit, who, holder, row.name);
}

/** Shows the QR code of a saved secret again: for another phone, or a device to be enabled anew. */
export async function setUpAgain(visit: Visit, given: SavedSecret): Promise<DeviceSecret> {
  const { console, atUs, moment } = visit;
  const who = whoOf(visit);
  const row = visible(visit, who, given.serial);
  assertMayOn(who, "set-up-again", ownerOf(row));
  console.attempts.secrets.take(who.holder.id, atUs);
  const { secret } = readSecret(given.secret);
  const token = await console.iam.core.store.load(row.token);
  const isSame =
    token !== null &&
    token.secret.length === secret.length &&
    timingSafeEqual(token.secret, secret);
  if (!isSame) throw new PageRefusal("secret-not-of-device", { field: "secret" });
  console.attempts.secrets.giveBack(who.holder.id);
  const untilUs = console.iam.core.pending.of(given.serial)?.untilUs;
  const wait = untilUs === undefined ? null : secondsUp(untilUs - moment.codesAtUs);
  return shown(visit, who, row, secret, wait);
}

async function begin(visit: Visit, who: Who, holder: Holder, name: string): Promise<DeviceSecret> {
  const { moment, console } = visit;
  const { pending } = console.iam.core;
  const devices = devicesAs(visit, who.holder);
  const by = who.holder.id;
  for (const open of pending.openFor(by, holder.id)) {
    await pending.replace(open, (account, serial) => devices.delete(account, serial, moment));
  }
  const { account } = holder;
  const given = { account, name, path: "/", tags: [], creator: by, pendingFor: holder };
  const made = await refusing({ visit, act: "create", serial: "" }, () =>
    devices.create(given, moment),
  );
  return shown(visit, who, made.row, made.secret, PENDING_SECONDS);
}

/** The answer with the secret, which is wiped here. */
async function shown(
  visit: Visit,
  who: Who,
  row: DeviceRow,
  secret: Uint8Array,
  expiresInSeconds: number | null,
): Promise<DeviceSecret> {
  const seed = encodeBase32(secret);
  wipe(secret);
  const content = {
    issuer: visit.console.iam.core.config.issuer,
    name: row.name,
    account: who.identity.accountName,
    seed,
  };
  const png = await qrCode(content);
  return {
    device: await deviceView(visit, who, row),
    secret: seed,
    uri: deviceUri(content),
    qrCode: `data:image/png;base64,${png.toString("base64")}`,
    expiresInSeconds,
  };
}

async function remove(visit: Visit, serial: string): Promise<void> {
  const { moment } = visit;
  const { holder } = whoOf(visit);
  await refusing({ visit, act: "delete", serial }, () =>
    devicesAs(visit, holder).delete(holder.account, serial, moment),
  );
}

/** Whom a device is for: a name, or the caller. @throws {PageRefusal} user-unknown, not-allowed */
function holderOf({ console }: Visit, who: Who, name: string | null): Holder {
  const { account } = who.holder;
  if (name === null) return who.holder;
  if (name.toLowerCase() === ROOT_NAME) return { account, id: account };
  const row = console.iam.core.state.user(account, name);
  if (row !== null && (row.id === who.holder.id || seesAll(who))) return { account, id: row.id };
  if (who.isRestricted) throw new PageRefusal("session-restricted");
  // Who may not see users is not told which there are.
  throw new PageRefusal(seesAll(who) ? "user-unknown" : "not-allowed", { field: "holder" });
}

function assertName(name: string, holder: Holder): void {
  if (!DEVICE_NAME.test(name)) throw new PageRefusal("device-name-invalid", { field: "name" });
  if (name.toLowerCase() === ROOT_DEVICE && holder.id !== holder.account) {
    throw new PageRefusal("device-name-reserved", { field: "name" });
  }
}

/** The rule of devices per user, told before a secret is shown. */
function assertRoom({ console }: Visit, { id }: Holder): void {
  const { state, config } = console.iam.core;
  if (state.devicesOf(id).length >= config.devicesPerUser) throw new PageRefusal("device-limit");
}

/** A device of the account. @throws {PageRefusal} wizard-expired, -replaced, device-unknown */
function found({ console, found: session }: Visit, serial: string): DeviceRow {
  const row = console.iam.core.state.device(serial);
  const account = session.kind === "live" ? session.session.stage.holder.account : null;
  const over = row === null ? console.iam.core.pending.whyOver(serial) : null;
  if (over !== null) throw new PageRefusal(`wizard-${over}`);
  if (row === null || row.account !== account) {
    throw new PageRefusal("device-unknown", { field: "serial" });
  }
  return row;
}

/** A device that `who` may see. @throws {PageRefusal} @see found */
function visible(visit: Visit, who: Who, serial: string): DeviceRow {
  const row = found(visit, serial);
  if (seesAll(who) || ownerOf(row) === who.holder.id) return row;
  throw new PageRefusal("device-unknown", { field: "serial" });
}

/** A device that `who` sees, or that was begun for them. @throws {PageRefusal} @see found */
function enableable(visit: Visit, who: Who, serial: string): DeviceRow {
  const row = found(visit, serial);
  return row.pending?.holder === who.holder.id ? row : visible(visit, who, serial);
}

function heldDevice(
  visit: Visit,
  who: Who,
  serial: string,
): { readonly row: DeviceRow; readonly holder: Holder } {
  const row = visible(visit, who, serial);
  if (row.holder === null) throw new PageRefusal("device-not-enabled");
  return { row, holder: { account: row.account, id: row.holder } };
}
