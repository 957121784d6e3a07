// PINs of a Nitrokey Pro. A PIN is shown to the token once and exchanged for a temporary password,
// random and good until the power goes. A card has three tries: one wrong PIN is the last one that
// is shown here, and none is shown when less than two tries are left.

import { randomBytes } from "node:crypto";
import { NITROKEY_PASSWORD_BYTES, NITROKEY_STATUS } from "../../core/wire/hid-reports.ts";
import { DeviceError } from "../errors.ts";
import { type NitrokeySession, refusalOf } from "./nitrokey-session.ts";
import { PIN_VARIABLES, type PinKind, type PinSource } from "./pins.ts";

/** Tries that must be left before a PIN is shown. */
const LEAST_TRIES = 2;
/** GET_PASSWORD_RETRY_COUNT and GET_USER_PASSWORD_RETRY_COUNT of libnitrokey; unverified here. */
const RETRY_COUNT_COMMANDS: Readonly<Record<PinKind, number>> = { admin: 0x09, user: 0x0f };

/** The temporary passwords of one session. */
export class NitrokeyPins {
  readonly #session: NitrokeySession;
  readonly #source: PinSource;
  readonly #passwords = new Map<PinKind, Uint8Array>();
  readonly #wrong = new Set<PinKind>();

  constructor(session: NitrokeySession, source: PinSource) {
    this.#session = session;
    this.#source = source;
  }

  /**
   * The temporary password; a PIN is shown to the token when there is none yet.
   *
   * @throws {DeviceError} refused: no PIN is known, it was wrong, or too few tries are left
   */
  async password(kind: PinKind, signal: AbortSignal): Promise<Uint8Array> {
    const known = this.#passwords.get(kind);
    if (known !== undefined) return known;
    if (this.#wrong.has(kind)) throw wrongPin(kind);
    const pin = await this.#source.pin(kind);
    if (pin === undefined) throw noPin(kind);
    await this.#assertTries(kind, signal);
    const password = Uint8Array.from(randomBytes(NITROKEY_PASSWORD_BYTES));
    const command = kind === "admin" ? "first-authenticate" : "user-authenticate";
    const bytes = new TextEncoder().encode(pin);
    const outcome = await this.#session.exchange({ kind: command, pin: bytes, password }, signal);
    bytes.fill(0);
    if (outcome.kind === "refused") {
      if (outcome.status !== NITROKEY_STATUS.wrongPassword) throw refusalOf(outcome.status);
      this.#wrong.add(kind);
      throw wrongPin(kind);
    }
    this.#passwords.set(kind, password);
    return password;
  }

  /** The power was off: the token has forgotten its temporary passwords. */
  forget(): void {
    for (const password of this.#passwords.values()) password.fill(0);
    this.#passwords.clear();
  }

  async #assertTries(kind: PinKind, signal: AbortSignal): Promise<void> {
    const command = RETRY_COUNT_COMMANDS[kind];
    const outcome = await this.#session.exchange({ kind: "unknown", command }, signal);
    // Firmware that does not tell is asked no further.
    const tries = outcome.kind === "ok" ? (outcome.payload[0] ?? 0) : LEAST_TRIES;
    if (tries >= LEAST_TRIES) return;
    throw new DeviceError("refused", `the ${kind} PIN has ${tries} tries left: it is not shown`, {
      hint: "unlock the token with the vendor's tool first",
    });
  }
}

function noPin(kind: PinKind): DeviceError {
  return new DeviceError("refused", `the token asks for its ${kind} PIN`, {
    hint: `set ${PIN_VARIABLES[kind]}, or name a file in the address: ?pins=FILE`,
  });
}

function wrongPin(kind: PinKind): DeviceError {
  return new DeviceError("refused", `the ${kind} PIN is wrong; it is not shown a second time`, {
    hint: "look it up and open the token again: after three wrong PINs it is blocked",
  });
}
