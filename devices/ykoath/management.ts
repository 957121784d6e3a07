// What the management applet tells of a token: serial number and firmware (YKOATH document,
// section 9). Many tokens have none.

import { type DeviceInfo, decodeDeviceInfo } from "../../core/wire/management.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { encodeYkoathRequest, MANAGEMENT_AID } from "../../core/wire/ykoath.ts";
import type { CardChannel } from "./card-channel.ts";

const INS_READ_CONFIG = 0x1d;

/**
 * Reads the first page of device information. Undefined when the token has no such applet, or its
 * answer cannot be read: it is a help, not a need.
 */
export async function readManagement(
  channel: CardChannel,
  signal: AbortSignal,
): Promise<DeviceInfo | undefined> {
  const select = encodeYkoathRequest({ kind: "select", aid: MANAGEMENT_AID });
  const selected = await channel.send(select, "get-response", signal);
  if (selected.sw !== STATUS_WORDS.ok) return undefined;
  const read = { cla: 0, ins: INS_READ_CONFIG, p1: 0, p2: 0, data: new Uint8Array(0) };
  const answer = await channel.send({ ...read, extended: false }, "get-response", signal);
  if (answer.sw !== STATUS_WORDS.ok) return undefined;
  const result = decodeDeviceInfo(answer.data);
  return result.kind === "device-info" ? result.info : undefined;
}
