// Smart tokens for tests: in simulated time, with what a test is about given and the rest as usual.

import { createRandom, type Random } from "../../../core/time/random.ts";
import { SimulatedClock } from "../../../core/time/simulated-clock.ts";
import { encodeCommandApdu } from "../../../core/wire/apdu.ts";
import { bytes, hex, utf8 } from "../../../core/wire/testing/frames.ts";
import {
  encodeYkoathRequest,
  type PutRequest,
  type YkoathRequest,
} from "../../../core/wire/ykoath.ts";
import { smartProfileOf } from "../../profiles-smart.ts";
import type { TokenState } from "../../token-state.ts";
import type { OathProfile, SmartTokenProfile } from "../smart-profile.ts";
import { createSmartToken, type SmartToken } from "../smart-token.ts";
import type { TouchPolicy } from "../touch.ts";

/** SELECT of the OATH applet. */
export const SELECT_OATH = "00A4040007A0000005272101";
/** ASCII 12345678901234567890, hexadecimal. */
export const SECRET = "3132333435363738393031323334353637383930";

/** What differs from a YubiKey 5 that is touched whenever it wants it. */
export interface TestOptions {
  readonly model?: string;
  readonly profile?: Partial<SmartTokenProfile>;
  readonly oath?: Partial<OathProfile>;
  readonly touch?: TouchPolicy;
  readonly random?: Random;
  readonly state?: TokenState;
  readonly serial?: number;
}

/** A token, the time around it, and ways to talk to its card in hexadecimal. */
export interface TestSmartToken {
  readonly token: SmartToken;
  readonly world: SimulatedClock;
  /** Sends an APDU; the answer, upper-case. @throws {Error} when the card waits for a touch */
  send(apdu: string): string;
  /** Sends an APDU that may wait. */
  sendLater(apdu: string): Promise<string>;
  /** Sends a request, short or extended as its length wants; the answer. */
  ask(request: YkoathRequest): string;
  /** Stores a TOTP credential with SECRET and 8 digits, but for what is given. */
  put(name: string, change?: Partial<PutRequest>): string;
}

/** Makes a token for a test; the OATH applet, where there is one, is selected. */
export function testSmartToken(options: TestOptions = {}): TestSmartToken {
  const { model = "yubikey5", random = createRandom(1), touch = "auto", state, serial } = options;
  const plain = smartProfileOf(model);
  const changed = { ...plain, ...options.profile };
  const profile = changed.oath
    ? { ...changed, oath: { ...changed.oath, ...options.oath } }
    : changed;
  const world = new SimulatedClock(0);
  const kept = { ...(state ? { state } : {}), ...(serial ? { serial } : {}) };
  const token = createSmartToken({ profile, clock: world, random, touch, ...kept });
  const transmit = (apdu: string) => {
    if (token.card === undefined) throw new Error("the token has no card");
    return token.card.transmit(bytes(apdu));
  };
  const send = (apdu: string): string => {
    const answer = transmit(apdu);
    if (answer instanceof Promise) throw new Error("the card waits for a touch");
    return hex(answer);
  };
  const ask = (request: YkoathRequest): string => send(apduOf(request));
  if (profile.oath !== undefined) send(SELECT_OATH);
  return {
    token,
    world,
    send,
    sendLater: async (apdu) => hex(await transmit(apdu)),
    ask,
    put: (name, change = {}) => ask({ ...putOf(name), ...change }),
  };
}

/** The APDU of a request, hexadecimal. */
export function apduOf(request: YkoathRequest): string {
  return hex(encodeCommandApdu(encodeYkoathRequest(request)));
}

/** A TOTP credential with SECRET and 8 digits. */
export function putOf(name: string): PutRequest {
  const shape = { kind: "put", type: "totp", algorithm: "SHA1", digits: 8, property: 0 } as const;
  return { ...shape, name: utf8(name), secret: bytes(SECRET) };
}

/** CALCULATE, truncated; step undefined: an empty challenge. */
export function calculateOf(name: string, timeStep?: bigint): YkoathRequest {
  const challenge = new Uint8Array(timeStep === undefined ? 0 : 8);
  if (timeStep !== undefined) new DataView(challenge.buffer).setBigUint64(0, timeStep);
  return { kind: "calculate", name: utf8(name), challenge, truncated: true };
}

/** The code in a truncated answer of CALCULATE, or its status word. */
export function codeOf(answer: string): string {
  if (!answer.startsWith("7605")) return answer.slice(-4);
  const digits = Number.parseInt(answer.slice(4, 6), 16);
  const value = Number.parseInt(answer.slice(6, 14), 16) & 0x7fff_ffff;
  return String(value % 10 ** digits).padStart(digits, "0");
}
