// Session credentials. Nothing of a session is stored: its token is sealed (AES-256-GCM) and says
// whose it is and until when; its secret access key is derived from its id. Who has the key file of
// the endpoint can make sessions; a new key file ends all of them.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { SECOND_US } from "../../core/time/clock.ts";
import { SealError, type SealingKey, seal, unseal } from "../../verifier/stores/seal.ts";
import { uniqueId } from "./state/state.ts";

/** Longest session token read, in characters. */
const MAX_TOKEN = 4096;
const PLACE = "oathbed iam session";

/** What a session token says. */
export interface SessionClaims {
  /** ASIA and 17 Base32 characters. */
  readonly accessKeyId: string;
  readonly account: string;
  /** A user's id, the account's for root, or a role's name. */
  readonly principal: string;
  readonly kind: "root" | "user" | "role";
  /** Of a role's session, else "". */
  readonly sessionName: string;
  readonly isMfa: boolean;
  /** Whole seconds since the Unix epoch. */
  readonly expiresAtSeconds: number;
}

/** What a client gets. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Microseconds since the Unix epoch. */
  readonly expiresAtUs: number;
}

/** Makes and reads session tokens. */
export class Sessions {
  readonly #key: SealingKey;

  constructor(key: SealingKey) {
    this.#key = key;
  }

  /** New credentials, good from now for so many seconds. */
  create(
    who: Pick<SessionClaims, "account" | "principal" | "kind" | "sessionName" | "isMfa">,
    nowUs: number,
    durationSeconds: number,
  ): SessionCredentials {
    const accessKeyId = uniqueId("ASIA");
    const expiresAtSeconds = Math.floor(nowUs / SECOND_US) + durationSeconds;
    const claims: SessionClaims = { ...who, accessKeyId, expiresAtSeconds };
    // The random part keeps tokens of one moment apart, were ids ever to meet.
    const plain = Buffer.from(JSON.stringify({ ...claims, nonce: randomUUID() }));
    return {
      accessKeyId,
      secretAccessKey: this.#secret(accessKeyId),
      sessionToken: Buffer.from(seal(this.#key, plain, PLACE)).toString("base64"),
      expiresAtUs: expiresAtSeconds * SECOND_US,
    };
  }

  /** The claims and the secret of a token that belongs to this key id; null for any other. */
  read(accessKeyId: string, token: string): { claims: SessionClaims; secret: string } | null {
    if (token.length > MAX_TOKEN || !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return null;
    let claims: SessionClaims;
    try {
      const plain = unseal(this.#key, Buffer.from(token, "base64"), PLACE);
      claims = JSON.parse(Buffer.from(plain).toString("utf8")) as SessionClaims;
    } catch (error) {
      if (error instanceof SealError) return null;
      throw error;
    }
    return claims.accessKeyId === accessKeyId
      ? { claims, secret: this.#secret(accessKeyId) }
      : null;
  }

  /** A marker of a list: where the next page begins, and proof that we said so. */
  marker(list: string, seq: number): string {
    return `${seq}.${this.#mac(`marker ${list} ${seq}`).toString("base64url").slice(0, 22)}`;
  }

  /** The seq of a marker that was made for this list; null for any other. */
  readMarker(list: string, marker: string): number | null {
    const seq = Number(/^(\d{1,15})\.[\w-]{22}$/.exec(marker)?.[1] ?? Number.NaN);
    if (Number.isNaN(seq)) return null;
    const expected = Buffer.from(this.marker(list, seq));
    const given = Buffer.from(marker);
    return expected.length === given.length && timingSafeEqual(expected, given) ? seq : null;
  }

  #secret(accessKeyId: string): string {
    return this.#mac(`secret ${accessKeyId}`).toString("base64").slice(0, 40);
  }

  #mac(what: string): Buffer {
    return createHmac("sha256", this.#key.bytes).update(`oathbed iam ${what}`).digest();
  }
}
