// A CanoKey's own part of the applet: SET DEFAULT (55) names the credential whose next HOTP code
// the keyboard types at a touch (YKOATH document, section 11; canokey-core's oath.c). Its record is
// the slot of that credential and the generation it belongs to.

import type { CommandApdu, ResponseApdu } from "../../../../core/wire/apdu.ts";
import { viewOf } from "../../../../core/wire/bytes.ts";
import { typeText } from "../../../../core/wire/keyboard.ts";
import { STATUS_WORDS } from "../../../../core/wire/status-words.ts";
import { CANOKEY_INS, decodeSetDefault, type SelectAnswer } from "../../../../core/wire/ykoath.ts";
import { hotpCode } from "../../../hotp.ts";
import { answerOf } from "../../card.ts";
import type { OathVariant, VariantParts } from "./variant.ts";

const RECORD_BYTES = 8;

/** @see OathVariant */
export class CanokeyDefault implements OathVariant {
  readonly #parts: VariantParts;

  constructor(parts: VariantParts) {
    this.#parts = parts;
  }

  select(answer: SelectAnswer): SelectAnswer {
    return answer;
  }

  transmit(command: CommandApdu): ResponseApdu | undefined {
    if (command.ins !== CANOKEY_INS.setDefault) return undefined;
    const { store, profile, region, isUnlocked } = this.#parts;
    const result = decodeSetDefault(command);
    if (result.kind === "refused" && result.sw !== STATUS_WORDS.wrongSyntax) {
      return answerOf(result.sw);
    }
    if (!isUnlocked()) return answerOf(STATUS_WORDS.securityNotSatisfied);
    if (result.kind === "refused") return answerOf(result.sw);
    const slot = store.slotOf(result.request.name);
    if (slot === undefined) return answerOf(profile.unknownName);
    const record = new Uint8Array(RECORD_BYTES);
    viewOf(record).setUint32(0, store.header.generation);
    viewOf(record).setUint32(4, slot);
    region.write(0, record);
    return answerOf(STATUS_WORDS.ok);
  }

  answered(): void {}

  isVisible(): boolean {
    return true;
  }

  reset(): void {}

  /** Time-based credentials type nothing: the token has no clock. */
  typed(): readonly Uint8Array[] {
    const { store, region } = this.#parts;
    const record = region.read(0);
    if (record?.length !== RECORD_BYTES) return [];
    if (viewOf(record).getUint32(0) !== store.header.generation) return [];
    const credential = store.at(viewOf(record).getUint32(4));
    if (credential?.type !== "hotp" || credential.isDamaged) return [];
    const { counter, algorithm, digits, secret, name } = credential;
    store.replace(name, { ...credential, counter: BigInt.asUintN(64, counter + 1n) });
    return typeText(hotpCode(secret, counter, { algorithm, digits }), "row");
  }
}
