// What a family of tokens does beside the OATH applet of all (YKOATH document, section 11): a
// module each, chosen by the model's profile. The applet asks it first.

import type { CommandApdu, ResponseApdu } from "../../../../core/wire/apdu.ts";
import type { SelectAnswer } from "../../../../core/wire/ykoath.ts";
import type { MemoryRegion } from "../../../memory-region.ts";
import type { Eventually } from "../../applet.ts";
import type { OathProfile } from "../../smart-profile.ts";
import type { AfterTouch } from "../codes.ts";
import type { CardCredential } from "../credential.ts";
import type { OathStore } from "../store.ts";

/** Names of the variants. */
export type OathVariantName = "nitrokey-secrets" | "canokey-default";

/** What a variant works with. */
export interface VariantParts {
  readonly profile: OathProfile;
  readonly store: OathStore;
  /** One slot of memory, its own. */
  readonly region: MemoryRegion;
  readonly afterTouch: AfterTouch;
  /** Whether the access key was proven, or there is none. */
  readonly isUnlocked: () => boolean;
}

/** A family's own commands and sessions. */
export interface OathVariant {
  /** What SELECT answers, from what the applet would. A session begins. */
  select(answer: SelectAnswer): SelectAnswer;
  /** Answers a command; undefined: it is the applet's. @throws {PowerFailure} */
  transmit(command: CommandApdu): Eventually<ResponseApdu> | undefined;
  /** A command was answered. */
  answered(ins: number): void;
  /** Whether a credential is there for the host now. */
  isVisible(credential: CardCredential): boolean;
  /** Power is off, or the card was reset. */
  reset(): void;
  /** Keyboard reports of a touch that nothing waited for. @throws {PowerFailure} */
  typed(): readonly Uint8Array[];
}
