// otpauth URIs: what a host reads in them, and what of it a token takes.

import { encodeBase32 } from "../../../core/oath/base32.ts";
import { OtpauthError, parseOtpauthUri } from "../../../core/oath/otpauth.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";
import { Offering, WHOLE } from "./offer.ts";

const SECRET: Uint8Array = patternSecret(20);
const TEXT = encodeBase32(SECRET);
/** Of 18 bytes: Base32 pads it with three signs. */
const PADDED: Uint8Array = patternSecret(18);

/** A URI whose secret stands as `secret`, percent-encoded; the token's digits and step with it. */
function uriOf(t: TokenContext, secret: string, more = ""): string {
  const { digits, stepSeconds } = tokenTotp(t);
  // The number of digits that URIs and the token have in common.
  const shown = digits <= 8 ? digits : 6;
  const query = `secret=${encodeURIComponent(secret)}&digits=${shown}&period=${stepSeconds}`;
  return `otpauth://totp/ACME:bob?${query}${more}`;
}

/** What is written of a URI: as a host does it, who checks nothing that the reader did not. */
async function offerUri(
  token: Offering,
  what: string,
  uri: string,
  secret: Uint8Array,
): Promise<void> {
  const key = parseOtpauthUri(uri);
  const isSame = Buffer.from(key.secret).equals(secret);
  if (!isSame) throw new Error(`the host read another secret: ${what}`);
  await token.offer(what, { secret: key.secret, parameters: key.parameters });
}

function uriCase(
  what: string,
  title: string,
  run: (t: TokenContext, token: Offering) => Promise<void>,
): TokenCase {
  return {
    id: `provisioning/otpauth/${what}`,
    subject: "token",
    title,
    requirement: WHOLE,
    level: "MUST",
    needs: ["totp", "provision"],
    run: async (t) => run(t, await Offering.on(t)),
  };
}

/** How people write Base32. */
const ALPHABETS: readonly (readonly [what: string, write: (text: string) => string])[] = [
  ["upper case", (text) => text],
  ["lower case", (text) => text.toLowerCase()],
  ["both cases", (text) => text.replace(/./g, (one, at) => (at % 2 ? one.toLowerCase() : one))],
  ["spaces between groups of four", (text) => text.replace(/.{4}/g, "$& ")],
  ["hyphens between groups of four", (text) => text.replace(/.{4}/g, "$&-").replace(/-$/, "")],
  ["spaces around it", (text) => ` ${text} `],
];

const alphabets = uriCase(
  "alphabets",
  "lower case, spaces and hyphens in a secret change no code",
  async (t, token) => {
    for (const [what, write] of ALPHABETS) {
      await offerUri(token, what, uriOf(t, write(TEXT)), SECRET);
    }
    t.holds("some are taken", token.taken > 0, token.taken);
  },
);

const padding = uriCase(
  "padding",
  "padding in a secret, whole, half or none, changes no code",
  async (t, token) => {
    const bare = encodeBase32(PADDED);
    for (const signs of ["", "=", "===", "%3D%3D%3D"]) {
      const text = `${bare}${decodeURIComponent(signs)}`;
      await offerUri(token, `"${signs}" at the end`, uriOf(t, text), PADDED);
    }
  },
);

/** Secrets that are none: a host must not mend them. */
const NO_BASE32: readonly (readonly [string, string])[] = [
  ["0 for O", TEXT.replace(/.$/, "0")],
  ["1 for I", TEXT.replace(/^./, "1")],
  ["8 for B", TEXT.replace(/^./, "8")],
  ["a character missing", `${TEXT}A`],
  ["bits that belong to no byte", `${encodeBase32(PADDED).slice(0, -1)}B`],
  ["padding in the middle", `${TEXT.slice(0, 8)}=${TEXT.slice(8)}`],
  ["nothing", ""],
  ["Base64", Buffer.from(SECRET).toString("base64")],
];

const refusedUris = uriCase(
  "no-base32",
  "a secret that is no Base32 writes nothing: the old one's codes show",
  async (t, token) => {
    for (const [what, text] of NO_BASE32) await refuses(t, token, what, uriOf(t, text));
  },
);

const foreign = uriCase(
  "unknown-parameters",
  "an algorithm, digits or a period that the host does not know writes nothing",
  async (t, token) => {
    for (const more of [
      "algorithm=MD5",
      "algorithm=HmacMD5",
      "digits=5",
      "digits=12",
      "period=0",
    ]) {
      const uri = `otpauth://totp/ACME:bob?secret=${TEXT}&${more}`;
      await refuses(t, token, more, uri);
    }
    await refuses(t, token, "a type of its own", `otpauth://steam/ACME:bob?secret=${TEXT}`);
    await refuses(t, token, "hotp without counter", `otpauth://hotp/ACME:bob?secret=${TEXT}`);
  },
);

/** What the host does with a URI it cannot read: nothing. What it can read is offered. */
async function refuses(t: TokenContext, token: Offering, what: string, uri: string): Promise<void> {
  try {
    const key = parseOtpauthUri(uri);
    t.holds(`${what}: the host refuses it`, false, key.parameters.algorithm);
  } catch (error) {
    if (!(error instanceof OtpauthError)) throw error;
    await token.stillOld(`${what}: the host refuses it, the token's old code`);
  }
}

const long = uriCase(
  "long-secrets",
  "a long secret of a URI is taken whole or refused, never cut",
  async (t, token) => {
    for (const bytes of [32, 40, 64, 65, 80, 128, 129, 200, 256, 512, 1024]) {
      const secret = patternSecret(bytes);
      await offerUri(token, `${bytes} bytes`, uriOf(t, encodeBase32(secret)), secret);
    }
  },
);

const algorithmsOfUris = uriCase(
  "algorithms",
  "an algorithm of a URI is the token's, or is refused, never SHA-1 in its place",
  async (t, token) => {
    for (const name of ["SHA1", "SHA256", "SHA512", "sha256", "HmacSHA512"]) {
      const uri = uriOf(t, TEXT, `&algorithm=${name}`);
      try {
        await offerUri(token, name, uri, SECRET);
      } catch (error) {
        if (!(error instanceof OtpauthError)) throw error;
        await token.stillOld(`${name}: the host refuses it, the token's old code`);
      }
    }
  },
);

/** Cases of this section. */
export const URI_CASES: readonly ConformanceCase[] = [
  alphabets,
  padding,
  refusedUris,
  long,
  algorithmsOfUris,
  foreign,
];
