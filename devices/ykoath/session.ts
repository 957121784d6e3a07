// One session with the OATH applet of a card (YKOATH document, sections 4 to 6): names and bytes
// as they are on the wire, one method an instruction.

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { wipe } from "../../core/oath/secret.ts";
import type { ResponseApdu } from "../../core/wire/apdu.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import {
  type CalculateAllResponse,
  type CredentialType,
  decodeCalculateAllAnswer,
  decodeCalculateAnswer,
  decodeListAnswer,
  decodeSelectAnswer,
  encodeNitrokeyRequest,
  encodeYkoathRequest,
  PROPERTY_PIN_ENCRYPTED,
  PROPERTY_REQUIRE_TOUCH,
  preparePutSecret,
  type SelectAnswer,
  YKOATH_AID,
  type YkoathRequest,
} from "../../core/wire/ykoath.ts";
import { DeviceError } from "../errors.ts";
import { proveAccessKey, setAccessKey } from "./access-key.ts";
import type { CardChannel } from "./card-channel.ts";
import { NitrokeyPin } from "./nitrokey-pin.ts";
import { readable, textOf, utf8 } from "./readable.ts";
import { dataOf, statusError } from "./status-errors.ts";

/** An entry of LIST. `id` is the whole name, with its period in front. */
export interface ListedCredential {
  readonly id: string;
  readonly type: CredentialType;
  readonly algorithm: HashAlgorithm;
  /** Asks for a touch; absent where LIST was not asked for it. */
  readonly touch?: boolean;
}

/** A credential as it goes to the card. */
export interface PutCredential extends Omit<ListedCredential, "touch"> {
  readonly digits: number;
  readonly secret: Uint8Array;
  readonly touch: boolean;
  /** Initial moving factor of a HOTP credential, 0 to 2^32 - 1. */
  readonly counter?: number;
}

/** What CALCULATE ALL says of one credential. */
export interface CalculatedCredential {
  readonly id: string;
  readonly response: CalculateAllResponse;
}

/** What CALCULATE answers: digits of the code, and the value it is made from. */
export interface Calculated {
  readonly digits: number;
  readonly truncated: number;
}

/** A session. Methods throw DeviceError: what the card refuses, `protocol`, `disconnected`. */
export class YkoathSession {
  readonly #channel: CardChannel;
  #answer: SelectAnswer;
  #isUnlocked = false;
  /** Of a Nitrokey 3, which wants it before each command that may see what it hides. */
  #pin: NitrokeyPin | undefined;

  private constructor(channel: CardChannel, answer: SelectAnswer) {
    this.#channel = channel;
    this.#answer = answer;
  }

  /** Selects the applet. @throws {DeviceError} not-supported when the card has none */
  static async open(channel: CardChannel, signal: AbortSignal): Promise<YkoathSession> {
    return new YkoathSession(channel, await select(channel, signal));
  }

  /** What SELECT answered last. */
  get answer(): SelectAnswer {
    return this.#answer;
  }

  /** An access key is set, and the card was not told that we know it. */
  get isLocked(): boolean {
    return this.#answer.challenge !== undefined && !this.#isUnlocked;
  }

  /** Whether it is a Nitrokey 3, which has a PIN in place of a password. */
  get takesPin(): boolean {
    return this.#answer.serial !== undefined || this.#answer.pinTries !== undefined;
  }

  /** Whether a PIN is proven before commands, which may ask for a touch each time. */
  get hasPin(): boolean {
    return this.#pin !== undefined;
  }

  /** Begins again: what was proven is forgotten, the challenge is a new one. */
  async select(signal: AbortSignal): Promise<void> {
    this.#answer = await select(this.#channel, signal);
    this.#isUnlocked = false;
  }

  /**
   * Proves that we know the password, and has the card prove that it does; of a Nitrokey 3 with a
   * PIN it is the PIN, which is kept for later commands. Does nothing when the card has neither.
   *
   * @throws {DeviceError} refused when the password is wrong, or a PIN's last tries would be used;
   *   protocol when the card's proof is wrong
   */
  async unlock(password: string, signal: AbortSignal): Promise<void> {
    const { challenge: cardChallenge, pinTries } = this.#answer;
    if (pinTries !== undefined) {
      const told = async (): Promise<number> => {
        await this.select(signal);
        return this.#answer.pinTries ?? 0;
      };
      this.#pin = await NitrokeyPin.prove(this.#channel, password, pinTries, told, signal);
      return;
    }
    if (cardChallenge === undefined) return;
    await proveAccessKey(password, this.#deviceId(), cardChallenge, (request) =>
      this.#send(request, signal),
    );
    this.#isUnlocked = true;
  }

  /**
   * Sets the password; of a Nitrokey 3 its PIN, which must be proven before it is changed. The
   * session is then locked: `select` and `unlock` follow.
   *
   * @throws {DeviceError} refused when there is a PIN that was not proven
   */
  async setPassword(password: string, signal: AbortSignal): Promise<void> {
    if (this.takesPin) return this.#setPin(password, signal);
    await setAccessKey(password, this.#deviceId(), (request) => this.#send(request, signal));
  }

  /** @throws {DeviceError} not-supported for a PIN */
  async removePassword(signal: AbortSignal): Promise<void> {
    if (this.takesPin) {
      throw new DeviceError("not-supported", "a Nitrokey 3 keeps its PIN until it is reset", {
        hint: "a reset takes PIN and credentials: oathbed token reset",
      });
    }
    await this.#ask("remove password", { kind: "remove-code" }, signal);
  }

  /**
   * In the order of the card. Entries of types that vendors add are left out.
   *
   * @param withProperties whether to ask for `touch`, which Nitrokeys know
   */
  async list(withProperties: boolean, signal: AbortSignal): Promise<readonly ListedCredential[]> {
    const data = await this.#ask("list", { kind: "list", withProperties }, signal);
    const { entries } = readable(decodeListAnswer(data, withProperties));
    return entries.map(({ name, type, algorithm, property }) => {
      const listed = { id: textOf(name), type, algorithm };
      if (property === undefined) return listed;
      return { ...listed, touch: (property & PROPERTY_REQUIRE_TOUCH) !== 0 };
    });
  }

  /** Where a PIN was proven, it hides the credential. */
  async put(credential: PutCredential, signal: AbortSignal): Promise<void> {
    const { id, type, algorithm, digits, touch, counter } = credential;
    const hidden = this.hasPin ? PROPERTY_PIN_ENCRYPTED : 0;
    const secret = preparePutSecret(credential.secret, algorithm);
    try {
      await this.#ask(
        "put",
        {
          kind: "put",
          name: utf8(id),
          type,
          algorithm,
          digits,
          secret,
          property: (touch ? PROPERTY_REQUIRE_TOUCH : 0) | hidden,
          ...(counter === undefined || counter === 0 ? {} : { initialMovingFactor: counter }),
        },
        signal,
      );
    } finally {
      wipe(secret);
    }
  }

  /**
   * One code. On a HOTP credential the card's counter advances; on a touch credential it waits for
   * the touch, as long as `signal` lets it.
   *
   * @param challenge the time step as 8 bytes; empty for HOTP
   */
  async calculate(id: string, challenge: Uint8Array, signal: AbortSignal): Promise<Calculated> {
    const request = {
      kind: "calculate",
      name: utf8(id),
      challenge,
      truncated: true,
    } as const;
    const answer = readable(decodeCalculateAnswer(await this.#ask("calculate", request, signal)));
    if (answer.kind === "truncated") return answer;
    throw new DeviceError("protocol", "calculate: the token answers in full, not truncated");
  }

  /** All codes for one challenge; no counter advances, no touch is asked for. */
  async calculateAll(
    challenge: Uint8Array,
    signal: AbortSignal,
  ): Promise<readonly CalculatedCredential[]> {
    const request = { kind: "calculate-all", challenge, truncated: true } as const;
    const data = await this.#ask("calculate all", request, signal);
    const { entries } = readable(decodeCalculateAllAnswer(data));
    return entries.map(({ name, response }) => ({ id: textOf(name), response }));
  }

  async rename(from: string, to: string, signal: AbortSignal): Promise<void> {
    if (!this.takesPin) {
      const request = { kind: "rename", from: utf8(from), to: utf8(to) } as const;
      await this.#ask("rename", request, signal);
      return;
    }
    // A Nitrokey 3's own.
    const request = { kind: "update", name: utf8(from), newName: utf8(to) } as const;
    await this.#pin?.again(signal);
    const command = encodeNitrokeyRequest(request);
    dataOf("rename", await this.#channel.send(command, "send-remaining", signal));
  }

  async delete(id: string, signal: AbortSignal): Promise<void> {
    await this.#ask("delete", { kind: "delete", name: utf8(id) }, signal);
  }

  /** Takes everything away; needs no password. The device id is a new one after it. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#ask("reset", { kind: "reset" }, signal);
    await this.select(signal);
  }

  async #setPin(text: string, signal: AbortSignal): Promise<void> {
    if (this.#answer.pinTries === undefined) {
      return NitrokeyPin.set(this.#channel, text, signal);
    }
    if (this.#pin !== undefined) return this.#pin.change(text, signal);
    throw new DeviceError("refused", "set password: the token has a PIN, which was not given", {
      hint: "give it with --password-file; without it only a reset helps",
    });
  }

  #deviceId(): Uint8Array {
    const { deviceId } = this.#answer;
    if (deviceId !== undefined) return deviceId;
    throw new DeviceError("protocol", "the token tells no device id to derive a key with");
  }

  async #ask(what: string, request: YkoathRequest, signal: AbortSignal): Promise<Uint8Array> {
    return dataOf(what, await this.#send(request, signal));
  }

  async #send(request: YkoathRequest, signal: AbortSignal): Promise<ResponseApdu> {
    if (MAY_SEE_HIDDEN.has(request.kind)) await this.#pin?.again(signal);
    return this.#channel.send(encodeYkoathRequest(request), "send-remaining", signal);
  }
}

/** Commands to credentials that a PIN hides. */
const MAY_SEE_HIDDEN: ReadonlySet<YkoathRequest["kind"]> = new Set([
  "put",
  "list",
  "calculate",
  "delete",
]);

async function select(channel: CardChannel, signal: AbortSignal): Promise<SelectAnswer> {
  const command = encodeYkoathRequest({ kind: "select", aid: YKOATH_AID });
  const answer = await channel.send(command, "send-remaining", signal);
  if (answer.sw !== STATUS_WORDS.ok) {
    throw new DeviceError("not-supported", "the card has no OATH application", {
      cause: statusError("select", answer.sw),
      hint: "enable OATH over this interface with the vendor's tool, or use another token",
    });
  }
  return readable(decodeSelectAnswer(answer.data)).answer;
}
