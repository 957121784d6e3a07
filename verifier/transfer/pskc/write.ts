// Writing PSKC, RFC 6030: encrypted under a passphrase or a pre-shared key, or in clear when asked
// for. Elements in the order of the RFC's schema (section 11), so that other readers can validate.

import { createCipheriv, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { wipe } from "../../../core/oath/secret.ts";
import { ownBytes } from "../source.ts";
import type { TransferToken } from "../token.ts";
import { MAX_PBKDF2_ITERATIONS } from "./keys.ts";
import {
  AES128_CBC,
  DS_NS,
  macNameOf,
  PBKDF2,
  PKCS5_NS,
  PSKC_NS,
  XENC_NS,
  XENC11_NS,
} from "./names.ts";

/** How a file is protected. */
export type PskcProtection =
  | { readonly kind: "plain" }
  | { readonly kind: "key"; readonly key: Uint8Array; readonly name?: string }
  | {
      readonly kind: "passphrase";
      /** UTF-8, at least MIN_PASSPHRASE_BYTES. */
      readonly passphrase: Uint8Array;
      /** Rounds of PBKDF2 with HMAC-SHA-1, the one every reader knows; default 1,300,000. */
      readonly iterations?: number;
    };

/** @see writePskc */
export interface PskcWriteOptions {
  readonly protection: PskcProtection;
  /** HMAC of each value; default sha1, the one every reader of RFC 6030 knows. */
  readonly mac?: "sha1" | "sha256";
  /** Where salt, IVs and the MAC key come from; default node:crypto. */
  readonly random?: (bytes: number) => Uint8Array;
}

/** Shortest passphrase written with. */
export const MIN_PASSPHRASE_BYTES = 8;
const DEFAULT_ITERATIONS = 1_300_000;
const KEY_BYTES = 16;
const MAC_KEY_BYTES = 20;
const derive = promisify(pbkdf2);

/** Protects the values of one file. */
interface Sealer {
  /** The elements of the container that say how. */
  readonly header: string;
  seal(secret: Uint8Array): string;
  wipe(): void;
}

/**
 * The text of a PSKC file. In clear it holds the secrets: never log it.
 *
 * @throws {RangeError} for a key that has not 16 bytes, a short passphrase, too many rounds
 */
export async function writePskc(
  tokens: readonly TransferToken[],
  options: PskcWriteOptions,
): Promise<string> {
  const sealer = await sealerOf(options);
  try {
    const namespaces =
      sealer.header === ""
        ? ""
        : ` xmlns:ds="${DS_NS}" xmlns:xenc="${XENC_NS}"` +
          ` xmlns:xenc11="${XENC11_NS}" xmlns:pkcs5="${PKCS5_NS}"`;
    const packages = tokens.map((token) => packageOf(token, sealer));
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n` +
      `<KeyContainer Version="1.0" xmlns="${PSKC_NS}"${namespaces}>\n` +
      `${sealer.header}${packages.join("")}</KeyContainer>\n`
    );
  } finally {
    sealer.wipe();
  }
}

async function sealerOf(options: PskcWriteOptions): Promise<Sealer> {
  const { protection } = options;
  const random = options.random ?? ((bytes: number) => ownBytes(randomBytes(bytes)));
  switch (protection.kind) {
    case "plain":
      return { header: "", seal: plainValue, wipe: () => {} };
    case "key": {
      if (protection.key.length !== KEY_BYTES) {
        throw new RangeError(`key must be ${KEY_BYTES} bytes, got ${protection.key.length}`);
      }
      const name = escapeXml(protection.name ?? "Pre-shared-key");
      const header = `<ds:KeyName>${name}</ds:KeyName>`;
      return aesSealer(protection.key.slice(), header, options.mac ?? "sha1", random);
    }
    case "passphrase": {
      const { passphrase, iterations = DEFAULT_ITERATIONS } = protection;
      if (passphrase.length < MIN_PASSPHRASE_BYTES) {
        throw new RangeError(`passphrase must have ${MIN_PASSPHRASE_BYTES} bytes or more`);
      }
      if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_PBKDF2_ITERATIONS) {
        throw new RangeError(`iterations must be 1 to ${MAX_PBKDF2_ITERATIONS}, got ${iterations}`);
      }
      const salt = random(16);
      const key = ownBytes(await derive(passphrase, salt, iterations, KEY_BYTES, "sha1"));
      const header = derivedKey(salt, iterations);
      return aesSealer(key, header, options.mac ?? "sha1", random);
    }
  }
}

function derivedKey(salt: Uint8Array, iterations: number): string {
  return (
    `<xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="${PBKDF2}"><pkcs5:PBKDF2-params>` +
    `<Salt xmlns=""><Specified>${base64(salt)}</Specified></Salt>` +
    `<IterationCount xmlns="">${iterations}</IterationCount>` +
    `<KeyLength xmlns="">${KEY_BYTES}</KeyLength><PRF xmlns=""/>` +
    `</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey>`
  );
}

function aesSealer(
  key: Uint8Array,
  header: string,
  hash: "sha1" | "sha256",
  random: (bytes: number) => Uint8Array,
): Sealer {
  const macKey = random(hash === "sha1" ? MAC_KEY_BYTES : 32);
  const encrypt = (plain: Uint8Array): Buffer => {
    const iv = random(16);
    const cipher = createCipheriv("aes-128-cbc", key, iv);
    return Buffer.concat([iv, cipher.update(plain), cipher.final()]);
  };
  const cipherElements = (text: Buffer): string =>
    `<xenc:EncryptionMethod Algorithm="${AES128_CBC}"/>` +
    `<xenc:CipherData><xenc:CipherValue>${base64(text)}</xenc:CipherValue></xenc:CipherData>`;
  return {
    header:
      `<EncryptionKey>${header}</EncryptionKey>\n<MACMethod Algorithm="${macNameOf(hash)}">` +
      `<MACKey>${cipherElements(encrypt(macKey))}</MACKey></MACMethod>\n`,
    seal: (secret) => {
      const text = encrypt(secret);
      const mac = createHmac(hash, macKey).update(text).digest();
      const value = `<EncryptedValue>${cipherElements(text)}</EncryptedValue>`;
      return `${value}<ValueMAC>${base64(mac)}</ValueMAC>`;
    },
    wipe: () => {
      wipe(key);
      wipe(macKey);
    },
  };
}

function plainValue(secret: Uint8Array): string {
  return `<PlainValue>${base64(secret)}</PlainValue>`;
}

function packageOf(token: TransferToken, sealer: Sealer): string {
  const { parameters } = token;
  const device = [
    element("Manufacturer", token.manufacturer),
    element("SerialNo", token.serial ?? token.label),
    element("Model", token.model),
  ].join("");
  const suite = parameters.algorithm === "SHA1" ? "" : element("Suite", parameters.algorithm);
  const format = `<ResponseFormat Length="${parameters.digits}" Encoding="DECIMAL"/>`;
  const dates = [
    element("StartDate", dateOf(token.validFromUs)),
    element("ExpiryDate", dateOf(token.validUntilUs)),
  ].join("");
  const id = token.label;
  return (
    `<KeyPackage><DeviceInfo>${device}</DeviceInfo>` +
    `<Key Id="${escapeXml(id)}" Algorithm="${PSKC_NS}:${parameters.kind}">` +
    `${element("Issuer", token.issuer)}` +
    `<AlgorithmParameters>${suite}${format}</AlgorithmParameters>` +
    `<Data><Secret>${sealer.seal(token.secret)}</Secret>${numbersOf(token)}</Data>` +
    `${element("UserId", token.user)}` +
    `${dates === "" ? "" : `<Policy>${dates}</Policy>`}</Key></KeyPackage>\n`
  );
}

function numbersOf({ parameters, counter, driftSteps }: TransferToken): string {
  const number = (local: string, value: bigint | number): string =>
    `<${local}><PlainValue>${value}</PlainValue></${local}>`;
  if (parameters.kind === "hotp") return number("Counter", counter);
  return [
    number("Time", parameters.t0),
    number("TimeInterval", parameters.stepSeconds),
    number("TimeDrift", driftSteps),
  ].join("");
}

function element(local: string, text: string | null): string {
  return text === null ? "" : `<${local}>${escapeXml(text)}</${local}>`;
}

function dateOf(us: number | null): string | null {
  return us === null ? null : new Date(us / 1000).toISOString().replace(".000Z", "Z");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
