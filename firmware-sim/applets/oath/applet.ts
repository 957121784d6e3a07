// The OATH applet (YKOATH document, sections 4 to 6, 8 and 11). What models differ in is in their
// profile; nothing here asks for a model's name.

import type { CommandApdu, ResponseApdu } from "../../../core/wire/apdu.ts";
import { viewOf } from "../../../core/wire/bytes.ts";
import { STATUS_WORDS } from "../../../core/wire/status-words.ts";
import {
  decodeYkoathRequest,
  encodeListAnswer,
  encodeSelectAnswer,
  encodeValidateAnswer,
  type PutRequest,
  type SetCodeRequest,
  YKOATH_AID,
  YKOATH_INS,
  type YkoathRequest,
} from "../../../core/wire/ykoath.ts";
import type { MemoryRegion } from "../../memory-region.ts";
import type { CardApplication, Eventually } from "../applet.ts";
import { answerOf } from "../card.ts";
import type { OathProfile } from "../smart-profile.ts";
import type { TouchButton, TouchOutcome, TouchWait } from "../touch.ts";
import { isAcceptable } from "./acceptable.ts";
import { OathCodes } from "./codes.ts";
import type { CardCredential } from "./credential.ts";
import {
  accessMac,
  isHostChallenge,
  isKeyCommand,
  judgeProof,
  needsProof,
  OathSession,
  toldKeyType,
} from "./session.ts";
import { type MakeBytes, OathStore } from "./store.ts";
import { createVariant } from "./variants/create.ts";
import type { OathVariant } from "./variants/variant.ts";

/** @see OathApplet */
export interface OathAppletOptions {
  readonly profile: OathProfile;
  /** One slot more than the profile's credentials. */
  readonly region: MemoryRegion;
  /** One slot for models that are a variant. */
  readonly variantRegion?: MemoryRegion;
  readonly button: TouchButton;
  /** Makes device ids and challenges. */
  readonly makeBytes: MakeBytes;
  /** Of the token, 1 to 2^32 - 1: told by models with `nitrokeyExtras`. */
  readonly serial: number;
}

type Request<K extends YkoathRequest["kind"]> = Extract<YkoathRequest, { kind: K }>;

/** Bytes that CALCULATE ALL takes for a credential besides its name: tags, lengths, response. */
const CALCULATE_ALL_OVERHEAD_BYTES = 9;

/** The applet that keeps OATH credentials and calculates their codes. */
export class OathApplet implements CardApplication {
  readonly aid: Uint8Array = YKOATH_AID;
  readonly takesChainedCommands: boolean;
  readonly moreDataInstruction: number = YKOATH_INS.sendRemaining;
  readonly responseBytes: number;
  readonly cutsAnswers: "anywhere" | "between-objects";
  readonly #profile: OathProfile;
  readonly #store: OathStore;
  readonly #codes: OathCodes;
  readonly #session = new OathSession();
  readonly #variant: OathVariant | undefined;
  readonly #button: TouchButton;
  readonly #makeBytes: MakeBytes;
  readonly #serial: Uint8Array = new Uint8Array(4);
  #wait: TouchWait | undefined;

  /** @throws {RangeError} when the memory holds what is none of an OATH applet's records */
  constructor(options: OathAppletOptions) {
    const { profile, region, variantRegion, button, makeBytes, serial } = options;
    this.#profile = profile;
    this.takesChainedCommands = profile.takesChainedCommands;
    this.responseBytes = profile.responseBytes;
    this.cutsAnswers = profile.cutsAnswers;
    this.#store = new OathStore(region, makeBytes);
    this.#codes = new OathCodes(profile, this.#store);
    this.#button = button;
    this.#makeBytes = makeBytes;
    viewOf(this.#serial).setUint32(0, serial);
    this.#variant =
      variantRegion &&
      createVariant(profile.variant, {
        profile,
        store: this.#store,
        region: variantRegion,
        afterTouch: (act) => this.#afterTouch(act),
        isUnlocked: () => this.#session.isUnlocked,
      });
    const variant = this.#variant;
    if (variant !== undefined) this.#store.isVisible = (each) => variant.isVisible(each);
  }

  select(): ResponseApdu {
    const { deviceId, accessKey } = this.#store.header;
    const challenge = this.#makeBytes(deviceId.length);
    this.#session.begin(challenge, accessKey !== undefined);
    const { version, accessKey: keyProfile, nitrokeyExtras } = this.#profile;
    const [major, minor, patch] = version;
    const open = { version: { major, minor, patch }, deviceId };
    const locked = { challenge, keyAlgorithm: toldKeyType(keyProfile, accessKey?.keyType ?? 0) };
    const answer = accessKey === undefined ? open : { ...open, ...locked };
    const extras = nitrokeyExtras ? { serial: this.#serial } : {};
    const told = { ...answer, ...extras };
    return answerOf(STATUS_WORDS.ok, encodeSelectAnswer(this.#variant?.select(told) ?? told));
  }

  transmit(command: CommandApdu): Eventually<ResponseApdu> {
    const answered = (): void => this.#variant?.answered(command.ins);
    const answer = this.#variant?.transmit(command) ?? this.#transmit(command);
    if (answer instanceof Promise) return answer.finally(answered);
    answered();
    return answer;
  }

  /** A credential that the host may see. */
  find(name: Uint8Array): CardCredential | undefined {
    return this.#store.find(name);
  }

  /** Keyboard reports of a touch that nothing waited for. @throws {PowerFailure} */
  typed(): readonly Uint8Array[] {
    return this.#variant?.typed() ?? [];
  }

  #transmit(command: CommandApdu): Eventually<ResponseApdu> {
    const known = this.#translated(command);
    if (known === undefined) return answerOf(STATUS_WORDS.unknownInstruction);
    const result = decodeYkoathRequest(known);
    if (result.kind === "refused" && result.sw !== STATUS_WORDS.wrongSyntax) {
      return answerOf(result.sw);
    }
    if (isKeyCommand(known.ins) && this.#profile.accessKey === "absent") {
      return answerOf(STATUS_WORDS.conditionsNotSatisfied);
    }
    if (!this.#session.isUnlocked && needsProof(known.ins)) {
      return answerOf(STATUS_WORDS.securityNotSatisfied);
    }
    return result.kind === "refused" ? answerOf(result.sw) : this.#answer(result.request);
  }

  cancel(): void {
    this.#wait?.cancel();
  }

  reset(): void {
    this.cancel();
    // Locked by nothing, but the card selects before it passes a command on.
    this.#session.begin(this.#makeBytes(0), this.#store.header.accessKey !== undefined);
    this.#variant?.reset();
  }

  /** Reads memory again: power was off. @throws {PowerFailure} */
  powerOn(): void {
    this.#store.load();
  }

  /** For the rig: its memory cannot be read any more. False: there is no such credential. */
  damage(name: Uint8Array): boolean {
    const found = this.#store.find(name);
    return found !== undefined && this.#store.put({ ...found, isDamaged: true });
  }

  /** The command as instructions of the model say it; undefined when it has no such instruction. */
  #translated(command: CommandApdu): CommandApdu | undefined {
    const { renameInstruction, reset, calculateAll } = this.#profile;
    const { ins, p1 } = command;
    if (ins === renameInstruction) return { ...command, ins: YKOATH_INS.rename };
    if (ins === YKOATH_INS.rename) return undefined;
    if (ins === YKOATH_INS.reset && reset === "absent") return undefined;
    if (ins === YKOATH_INS.calculateAll && p1 !== 4 && calculateAll === "absent") return undefined;
    return command;
  }

  #answer(request: YkoathRequest): Eventually<ResponseApdu> {
    switch (request.kind) {
      case "select":
      case "send-remaining":
        // Nothing is left to send; the card around has answered otherwise.
        return answerOf(STATUS_WORDS.conditionsNotSatisfied);
      case "put":
        return this.#put(request);
      case "delete": {
        const removed = this.#store.remove(request.name);
        return answerOf(removed ? STATUS_WORDS.ok : this.#profile.unknownName);
      }
      case "set-code":
        return this.#setCode(request);
      case "remove-code":
        this.#store.setAccessKey(undefined);
        return answerOf(STATUS_WORDS.ok);
      case "reset":
        return this.#reset();
      case "rename":
        return this.#rename(request);
      case "list":
        return this.#list(request);
      case "calculate":
        return this.#codes.calculate(request, (act) => this.#afterTouch(act));
      case "validate":
        return this.#validate(request);
      case "calculate-all":
        return this.#codes.calculateAll(request);
    }
  }

  #put(request: PutRequest): ResponseApdu {
    const { name, type, algorithm, digits, secret, property, initialMovingFactor = 0 } = request;
    const { duplicatePut, firstCounterOffset } = this.#profile;
    if (!isAcceptable(this.#profile, request)) return answerOf(STATUS_WORDS.wrongSyntax);
    const isThere = this.#store.has(name);
    if (isThere && duplicatePut !== "replace") return answerOf(duplicatePut);
    if (!isThere && !this.#hasRoom(name)) return answerOf(STATUS_WORDS.noSpace);
    const credential: CardCredential = {
      type,
      algorithm,
      digits,
      property,
      name: name.slice(),
      secret: secret.slice(),
      counter: type === "hotp" ? BigInt(initialMovingFactor + firstCounterOffset) : 0n,
      lastChallenge: new Uint8Array(0),
      isDamaged: false,
    };
    return answerOf(this.#store.put(credential) ? STATUS_WORDS.ok : STATUS_WORDS.noSpace);
  }

  #hasRoom(name: Uint8Array): boolean {
    const { calculateAllBytes } = this.#profile;
    if (calculateAllBytes === undefined) return true;
    const names = [name, ...this.#store.all().map((each) => each.name)];
    const used = names.reduce((sum, each) => sum + each.length + CALCULATE_ALL_OVERHEAD_BYTES, 0);
    return used <= calculateAllBytes;
  }

  #rename({ from, to }: Request<"rename">): ResponseApdu {
    const isTaken = this.#store.find(to) !== undefined;
    if (this.#store.find(from) === undefined) return answerOf(this.#profile.unknownName);
    if (isTaken) return answerOf(STATUS_WORDS.noSuchObject);
    this.#store.rename(from, to);
    return answerOf(STATUS_WORDS.ok);
  }

  #setCode({ keyType, key, challenge, response }: SetCodeRequest): ResponseApdu {
    const profile = this.#profile.accessKey;
    if (profile === "absent") return answerOf(STATUS_WORDS.conditionsNotSatisfied);
    const { low, high } = profile.keyBytes;
    const isKey = key.length >= low && key.length <= high && keyType !== 0;
    if (!isKey || !isHostChallenge(challenge)) return answerOf(STATUS_WORDS.wrongSyntax);
    const accessKey = { keyType, key: key.slice() };
    const verdict = judgeProof(accessKey, challenge, response);
    if (verdict === "wrong-length") return answerOf(STATUS_WORDS.wrongSyntax);
    if (verdict === "wrong") return answerOf(STATUS_WORDS.noSuchObject);
    this.#store.setAccessKey(accessKey);
    if (!profile.staysOpen) this.#session.lock();
    return answerOf(STATUS_WORDS.ok);
  }

  #validate({ response, challenge }: Request<"validate">): ResponseApdu {
    const { accessKey } = this.#store.header;
    if (accessKey === undefined) return answerOf(STATUS_WORDS.noSuchObject);
    if (!isHostChallenge(challenge)) return answerOf(STATUS_WORDS.wrongSyntax);
    if (this.#session.validate(accessKey, response) !== "right") {
      return answerOf(STATUS_WORDS.wrongSyntax);
    }
    return answerOf(STATUS_WORDS.ok, encodeValidateAnswer(accessMac(accessKey, challenge)));
  }

  #reset(): Eventually<ResponseApdu> {
    const reset = (): ResponseApdu => {
      this.#store.reset();
      this.#session.unlock();
      return answerOf(STATUS_WORDS.ok);
    };
    return this.#profile.reset === "after-touch" ? this.#afterTouch(reset) : reset();
  }

  #list({ withProperties }: Request<"list">): ResponseApdu {
    const tellsProperties = withProperties && this.#profile.nitrokeyExtras;
    const entries = this.#store.all().map(({ name, type, algorithm, property }) => {
      const entry = { name, type, algorithm };
      return tellsProperties ? { ...entry, property } : entry;
    });
    return answerOf(STATUS_WORDS.ok, encodeListAnswer(entries));
  }

  #afterTouch(act: () => ResponseApdu): Eventually<ResponseApdu> {
    const finish = (outcome: TouchOutcome): ResponseApdu =>
      outcome === "touched" ? act() : answerOf(STATUS_WORDS.securityNotSatisfied);
    const { wait, result } = this.#button.whenTouched(finish);
    this.#wait = wait;
    return result;
  }
}
