// A Nitrokey 3's own part of the applet: a PIN that hides credentials, codes verified by the card,
// password entries (YKOATH document, section 11; behaviour as in trussed-secrets-app). The PIN is
// proven for the one command that follows. Its record:
//
//   0      version, 1          5       tries left
//   1..4   generation          6..37   HMAC-SHA-256 over the PIN with the device id
//
// A record of an older generation is none: RESET takes the PIN away in the one write it is.

import { timingSafeEqual } from "node:crypto";
import type { CommandApdu, ResponseApdu } from "../../../../core/wire/apdu.ts";
import { viewOf } from "../../../../core/wire/bytes.ts";
import { STATUS_WORDS } from "../../../../core/wire/status-words.ts";
import {
  CODE_VERIFIED,
  decodeNitrokeyRequest,
  encodeCredentialAnswer,
  isNitrokeyInstruction,
  NITROKEY_INS,
  type NitrokeyPut,
  type NitrokeyRequest,
  PROPERTY_PIN_ENCRYPTED,
  type SelectAnswer,
  YKOATH_INS,
} from "../../../../core/wire/ykoath.ts";
import { hmac } from "../../../hmac.ts";
import { dynamicTruncation } from "../../../hotp.ts";
import type { Eventually } from "../../applet.ts";
import { answerOf } from "../../card.ts";
import { isAcceptable } from "../acceptable.ts";
import { counterBytes } from "../calculate.ts";
import { type CardCredential, needsTouch } from "../credential.ts";
import type { OathVariant, VariantParts } from "./variant.ts";

const VERSION = 1;
const RECORD_BYTES = 38;
/** Tries of the PIN from the factory. */
const PIN_TRIES = 8;
/** Counters from the card's own on that are tried for a code. */
const WINDOW = 10;

type Request<K extends NitrokeyRequest["kind"]> = Extract<NitrokeyRequest, { kind: K }>;

interface PinRecord {
  readonly tries: number;
  readonly digest: Uint8Array;
}

/** @see OathVariant */
export class NitrokeySecrets implements OathVariant {
  readonly #parts: VariantParts;
  #isProven = false;

  constructor(parts: VariantParts) {
    this.#parts = parts;
  }

  select(answer: SelectAnswer): SelectAnswer {
    this.reset();
    const pin = this.#pin();
    if (pin === undefined) return answer;
    // With a PIN there is no device id.
    const { deviceId: _, ...others } = answer;
    return { ...others, pinTries: pin.tries };
  }

  transmit(command: CommandApdu): Eventually<ResponseApdu> | undefined {
    const { ins } = command;
    if (!isNitrokeyInstruction(ins)) return undefined;
    const result = decodeNitrokeyRequest(command);
    // What is wrong with a PUT is the applet's to say.
    if (ins === YKOATH_INS.put && (result.kind === "refused" || isPlain(result.request))) {
      return undefined;
    }
    return result.kind === "refused" ? answerOf(result.sw) : this.#answer(result.request);
  }

  answered(ins: number): void {
    if (ins !== NITROKEY_INS.verifyPin) this.#isProven = false;
  }

  isVisible({ property }: CardCredential): boolean {
    return this.#isProven || (property & PROPERTY_PIN_ENCRYPTED) === 0;
  }

  reset(): void {
    this.#isProven = false;
  }

  typed(): readonly Uint8Array[] {
    return [];
  }

  #answer(request: NitrokeyRequest): Eventually<ResponseApdu> {
    switch (request.kind) {
      case "put":
        return this.#put(request);
      case "verify-code":
        return this.#verifyCode(request);
      case "verify-pin":
        return this.#withPin((pin) => this.#verifyPin(pin, request.pin));
      case "change-pin":
        return this.#withPin((pin) => this.#changePin(pin, request));
      case "set-pin":
        return this.#setPin(request);
      case "get-credential":
        return this.#get(request);
      case "update":
        return this.#update(request);
    }
  }

  #put(request: NitrokeyPut): ResponseApdu {
    const { profile, store } = this.#parts;
    const { kind: _, initialMovingFactor = 0, login, password, metadata, ...credential } = request;
    if (!isAcceptable(profile, request)) return answerOf(STATUS_WORDS.wrongSyntax);
    const needsPin = (request.property & PROPERTY_PIN_ENCRYPTED) !== 0;
    if ((needsPin || request.type === "reverse-hotp") && !this.#isProven) {
      return answerOf(STATUS_WORDS.securityNotSatisfied);
    }
    if (store.has(request.name)) return answerOf(STATUS_WORDS.blocked);
    const isStored = store.put({
      ...credential,
      name: request.name.slice(),
      secret: request.secret.slice(),
      counter: BigInt(initialMovingFactor),
      lastChallenge: new Uint8Array(0),
      isDamaged: false,
      entry: entryOf(request, {}),
    });
    return answerOf(isStored ? STATUS_WORDS.ok : STATUS_WORDS.noSpace);
  }

  #get({ name }: Request<"get-credential">): Eventually<ResponseApdu> {
    return this.#touched(name, ({ type, algorithm, entry }) =>
      answerOf(STATUS_WORDS.ok, encodeCredentialAnswer({ type, algorithm, name, ...entry })),
    );
  }

  /** Needs no touch here, as RENAME of other families needs none. */
  #update(request: Request<"update">): ResponseApdu {
    const { store, profile } = this.#parts;
    const { name, newName = name } = request;
    const found = store.find(name);
    if (found === undefined) return answerOf(profile.unknownName);
    if (request.newName !== undefined && store.has(newName)) {
      return answerOf(STATUS_WORDS.blocked);
    }
    const entry = entryOf(request, found.entry);
    store.replace(name, { ...found, name: newName.slice(), entry });
    return answerOf(STATUS_WORDS.ok);
  }

  /** The counter is past the code's in memory before the code is said to be right. */
  #verifyCode({ name, code }: Request<"verify-code">): Eventually<ResponseApdu> {
    return this.#touched(name, (credential) => {
      if (credential.type !== "reverse-hotp") return answerOf(STATUS_WORDS.conditionsNotSatisfied);
      for (let ahead = 0; ahead < WINDOW; ahead++) {
        const counter = credential.counter + BigInt(ahead);
        if (codeOf(credential, counter) !== code) continue;
        this.#parts.store.replace(name, { ...credential, counter: counter + 1n });
        return answerOf(STATUS_WORDS.ok, CODE_VERIFIED);
      }
      return answerOf(STATUS_WORDS.verificationFailed);
    });
  }

  /** Can be done once, until RESET. */
  #setPin({ pin }: Request<"set-pin">): Eventually<ResponseApdu> {
    if (this.#pin() !== undefined) return answerOf(STATUS_WORDS.securityNotSatisfied);
    return this.#parts.afterTouch(() => {
      this.#write({ tries: PIN_TRIES, digest: this.#digestOf(pin) });
      return answerOf(STATUS_WORDS.ok);
    });
  }

  #verifyPin(record: PinRecord, pin: Uint8Array): ResponseApdu {
    if (!this.#isRight(record, pin)) return answerOf(STATUS_WORDS.verificationFailed);
    this.#isProven = true;
    return answerOf(STATUS_WORDS.ok);
  }

  #changePin(record: PinRecord, { pin, newPin }: Request<"change-pin">): ResponseApdu {
    if (!this.#isRight(record, pin)) return answerOf(STATUS_WORDS.verificationFailed);
    this.#write({ tries: PIN_TRIES, digest: this.#digestOf(newPin) });
    return answerOf(STATUS_WORDS.ok);
  }

  /** After a touch, so that nobody uses up tries unseen. */
  #withPin(act: (record: PinRecord) => ResponseApdu): Eventually<ResponseApdu> {
    this.#isProven = false;
    if (this.#pin() === undefined) return answerOf(STATUS_WORDS.securityNotSatisfied);
    return this.#parts.afterTouch(() => {
      const record = this.#pin();
      return record === undefined ? answerOf(STATUS_WORDS.securityNotSatisfied) : act(record);
    });
  }

  /** The try is gone in memory before the PIN is looked at. */
  #isRight({ tries, digest }: PinRecord, pin: Uint8Array): boolean {
    if (tries === 0) return false;
    this.#write({ tries: tries - 1, digest });
    if (!timingSafeEqual(this.#digestOf(pin), digest)) return false;
    this.#write({ tries: PIN_TRIES, digest });
    return true;
  }

  #touched(
    name: Uint8Array,
    act: (credential: CardCredential) => ResponseApdu,
  ): Eventually<ResponseApdu> {
    const { store, profile, afterTouch } = this.#parts;
    const credential = store.find(name);
    if (credential === undefined) return answerOf(profile.unknownName);
    if (credential.isDamaged) return answerOf(STATUS_WORDS.memoryFailure);
    return needsTouch(credential) ? afterTouch(() => act(credential)) : act(credential);
  }

  #digestOf(pin: Uint8Array): Uint8Array {
    return hmac("SHA256", this.#parts.store.header.deviceId, pin);
  }

  #pin(): PinRecord | undefined {
    const record = this.#parts.region.read(0);
    if (record?.length !== RECORD_BYTES || record[0] !== VERSION) return undefined;
    if (viewOf(record).getUint32(1) !== this.#parts.store.header.generation) return undefined;
    return { tries: record[5] ?? 0, digest: record.slice(6) };
  }

  #write({ tries, digest }: PinRecord): void {
    const record = new Uint8Array(RECORD_BYTES);
    record[0] = VERSION;
    viewOf(record).setUint32(1, this.#parts.store.header.generation);
    record[5] = tries;
    record.set(digest, 6);
    this.#parts.region.write(0, record);
  }
}

/** Whether a PUT is what every applet knows. */
function isPlain(request: NitrokeyRequest): boolean {
  if (request.kind !== "put") return false;
  const { type, property, login, password, metadata } = request;
  const isUsual = type === "totp" || type === "hotp";
  const hasEntry = [login, password, metadata].some((value) => value !== undefined);
  return isUsual && !hasEntry && (property & PROPERTY_PIN_ENCRYPTED) === 0;
}

/** The fields of a request over those that were there; copies. */
function entryOf(
  request: Request<"put"> | Request<"update">,
  old: CardCredential["entry"] & object = {},
): NonNullable<CardCredential["entry"]> {
  const { login = old.login, password = old.password, metadata = old.metadata } = request;
  return {
    ...(login === undefined ? {} : { login: login.slice() }),
    ...(password === undefined ? {} : { password: password.slice() }),
    ...(metadata === undefined ? {} : { metadata: metadata.slice() }),
  };
}

/** The code as the number that hosts send. */
function codeOf({ algorithm, secret, digits }: CardCredential, counter: bigint): number {
  const mac = hmac(algorithm, secret, counterBytes(counter));
  return dynamicTruncation(mac) % 10 ** digits;
}
