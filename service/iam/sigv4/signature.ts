// Signature Version 4 of a request, computed as the client did: from the headers it names, as they
// came, and from the raw body, never from one that was parsed and written again.

import { createHash, createHmac } from "node:crypto";
import { ALGORITHM, type Authorization } from "./authorization.ts";

/** What of a request is signed. Header names are lower case. */
export interface SignedRequest {
  readonly method: string;
  /** `/`; the query string is empty. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Which keys were derived lately: of one day, region and service, four HMACs. */
const MAX_KEYS = 1000;

/** A header's value as it is signed: trimmed, spaces collapsed; undefined when there is none. */
export function headerValue(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : value.join(",");
  return text.trim().replace(/ +/g, " ");
}

/** SHA-256, hexadecimal. */
export function hashHex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The canonical request; a header that is missing counts as empty. */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  bodyHash: string,
): string {
  const lines = signedHeaders.map((name) => `${name}:${headerValue(request, name) ?? ""}\n`);
  const head = `${request.method}\n${request.path}\n\n${lines.join("")}`;
  return `${head}\n${signedHeaders.join(";")}\n${bodyHash}`;
}

/** Computes signatures; the derived keys are kept, a client sends many requests a day. */
export class Signer {
  readonly #keys = new Map<string, Buffer>();

  /** The signature the request should have, 32 bytes. @param amzDate X-Amz-Date */
  signature(
    authorization: Omit<Authorization, "signature">,
    secret: string,
    amzDate: string,
    canonical: string,
  ): Buffer {
    const { date, region, service } = authorization;
    const scope = `${date}/${region}/${service}/aws4_request`;
    const toSign = `${ALGORITHM}\n${amzDate}\n${scope}\n${hashHex(canonical)}`;
    return hmac(this.#key(secret, date, region, service), toSign);
  }

  #key(secret: string, date: string, region: string, service: string): Buffer {
    const name = hashHex(`${secret}\n${date}\n${region}\n${service}`);
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const ofDate = hmac(Buffer.from(`AWS4${secret}`), date);
    const key = hmac(hmac(hmac(ofDate, region), service), "aws4_request");
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}

function hmac(key: Uint8Array, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
