// The management applet (YKOATH document, section 9): what hosts ask before they talk to OATH.

import type { CommandApdu, ResponseApdu } from "../../core/wire/apdu.ts";
import { type DeviceInfo, encodeDeviceInfo } from "../../core/wire/management.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { INS_GET_RESPONSE, MANAGEMENT_AID } from "../../core/wire/ykoath.ts";
import type { CardApplication } from "./applet.ts";
import { answerOf } from "./card.ts";
import type { FirmwareVersion, ManagementProfile } from "./smart-profile.ts";

const INS_READ_CONFIG = 0x1d;
/** What a token waits for a touch, as it tells hosts. */
const CHALLENGE_TIMEOUT_SECONDS = 15;

/** What a token with a management applet says of itself. */
export function deviceInfoOf(
  { formFactor, usb, nfc }: ManagementProfile,
  version: FirmwareVersion,
  serial: number,
): DeviceInfo {
  const info: DeviceInfo = {
    usbSupported: usb,
    usbEnabled: usb,
    serial,
    formFactor,
    version,
    autoEjectTimeoutSeconds: 0,
    challengeTimeoutSeconds: CHALLENGE_TIMEOUT_SECONDS,
    flags: 0,
    isConfigLocked: false,
  };
  return nfc === undefined ? info : { ...info, nfc: { supported: nfc, enabled: nfc } };
}

/** Tells version and device information; changing the configuration is not known to it. */
export class ManagementApplet implements CardApplication {
  readonly aid: Uint8Array = MANAGEMENT_AID;
  readonly takesChainedCommands = true;
  readonly moreDataInstruction: number = INS_GET_RESPONSE;
  readonly responseBytes = 256;
  readonly cutsAnswers = "anywhere";
  readonly #greeting: Uint8Array;
  readonly #page: Uint8Array | undefined;

  constructor(profile: ManagementProfile, version: FirmwareVersion, serial: number) {
    const text = `Virtual mgr - FW version ${version.join(".")}`;
    this.#greeting = new TextEncoder().encode(text);
    const info = deviceInfoOf(profile, version, serial);
    this.#page = profile.readsConfig ? encodeDeviceInfo(info) : undefined;
  }

  select(): ResponseApdu {
    return answerOf(STATUS_WORDS.ok, this.#greeting);
  }

  transmit({ ins, p1, p2 }: CommandApdu): ResponseApdu {
    if (ins !== INS_READ_CONFIG || this.#page === undefined) {
      return answerOf(STATUS_WORDS.unknownInstruction);
    }
    // There is one page.
    if (p1 !== 0 || p2 !== 0) return answerOf(STATUS_WORDS.wrongP1P2);
    return answerOf(STATUS_WORDS.ok, this.#page);
  }

  cancel(): void {}

  reset(): void {}
}
