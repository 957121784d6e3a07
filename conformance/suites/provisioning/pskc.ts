// PSKC (RFC 6030): keys of a file, as a host hands them to a token.

import type { ConformanceCase, TokenCase } from "../../case.ts";
import { keysOfPskc } from "../../targets/key-file.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";
import { Offering, WHOLE } from "./offer.ts";

const SECRET: Uint8Array = patternSecret(20).reverse();
const NAMESPACE = "urn:ietf:params:xml:ns:keyprov:pskc";

/** The parts of a Key that cases change. */
interface KeyText {
  readonly algorithm?: string;
  readonly suite?: string;
  readonly length?: number;
  readonly encoding?: string;
  readonly interval?: number;
  readonly counter?: string;
  readonly secret?: string;
}

/** A file with one key in clear, in the token's digits and step where the case gives none. */
function fileOf(t: TokenContext, given: KeyText): string {
  const own = tokenTotp(t);
  const {
    algorithm = `${NAMESPACE}:totp`,
    suite,
    length = own.digits,
    encoding = "DECIMAL",
    interval = own.stepSeconds,
    counter,
    secret = Buffer.from(SECRET).toString("base64"),
  } = given;
  const suiteText = suite === undefined ? "" : `<Suite>${suite}</Suite>`;
  const moving =
    counter === undefined
      ? `<TimeInterval><PlainValue>${interval}</PlainValue></TimeInterval>`
      : `<Counter><PlainValue>${counter}</PlainValue></Counter>`;
  return (
    `<KeyContainer Version="1.0" xmlns="${NAMESPACE}"><KeyPackage>` +
    "<DeviceInfo><Manufacturer>oath.EXAMPLE</Manufacturer><SerialNo>0001</SerialNo></DeviceInfo>" +
    `<Key Id="0001" Algorithm="${algorithm}"><AlgorithmParameters>${suiteText}` +
    `<ResponseFormat Length="${length}" Encoding="${encoding}"/></AlgorithmParameters>` +
    `<Data><Secret><PlainValue>${secret}</PlainValue></Secret>${moving}</Data>` +
    "</Key></KeyPackage></KeyContainer>"
  );
}

/** Offers what the host reads; what it refuses leaves the token as it was. */
async function offerFile(token: Offering, what: string, text: string): Promise<boolean> {
  const keys = await keysOfPskc(text);
  if (keys === null) {
    await token.stillOld(`${what}: the host refuses it, the token's old code`);
    return false;
  }
  for (const key of keys) await token.offer(what, key);
  return true;
}

function pskcCase(
  what: string,
  title: string,
  run: (t: TokenContext, token: Offering) => Promise<void>,
  needs: TokenCase["needs"] = ["totp", "provision"],
): TokenCase {
  return {
    id: `provisioning/pskc/${what}`,
    subject: "token",
    title,
    requirement: WHOLE,
    level: "MUST",
    needs,
    run: async (t) => run(t, await Offering.on(t)),
  };
}

const keys = pskcCase(
  "time-based-keys",
  "digits, interval and suite of a key are the token's, or it is refused whole",
  async (t, token) => {
    await offerFile(token, "as the token has it", fileOf(t, {}));
    t.equal("taken", token.taken, 1);
    for (const suite of ["SHA1", "SHA256", "SHA512"]) {
      await offerFile(token, `Suite ${suite}`, fileOf(t, { suite }));
    }
    for (const interval of [20, 30, 60, 3600]) {
      await offerFile(token, `TimeInterval ${interval}`, fileOf(t, { interval }));
    }
    for (const length of [6, 7, 8, 10]) {
      await offerFile(token, `Length ${length}`, fileOf(t, { length }));
    }
  },
);

const counters = pskcCase(
  "event-based-keys",
  "the counter of a key is the token's, or it is refused whole",
  async (t, token) => {
    for (const counter of ["0", "7", "4294967296", "18446744073709551615"]) {
      const file = fileOf(t, { algorithm: `${NAMESPACE}:hotp`, counter, length: 6 });
      await offerFile(token, `Counter ${counter}`, file);
    }
  },
  ["totp", "hotp", "hotp-own-counter", "provision"],
);

const REFUSED: readonly (readonly [what: string, key: KeyText])[] = [
  ["an OCRA key", { algorithm: `${NAMESPACE}:OCRA-1:HOTP-SHA1-6:QN08` }],
  ["an algorithm nobody knows", { algorithm: "urn:example:otp" }],
  ["no algorithm", { algorithm: "" }],
  ["Suite MD5", { suite: "HMAC-MD5" }],
  ["Suite SHA3-256", { suite: "SHA3-256" }],
  ["Length 12", { length: 12 }],
  ["Length 0", { length: 0 }],
  ["hexadecimal codes", { encoding: "HEXADECIMAL" }],
  ["TimeInterval 0", { interval: 0 }],
  [
    "a counter past eight bytes",
    { algorithm: `${NAMESPACE}:hotp`, counter: "18446744073709551616" },
  ],
  ["a secret that is no Base64", { secret: "*not base64*" }],
  ["no secret", { secret: "" }],
];

const refused = pskcCase(
  "unknown-keys",
  "a key of another kind, suite, length or form writes nothing: the old one's codes show",
  async (t, token) => {
    for (const [what, key] of REFUSED) {
      const wasRead = await offerFile(token, what, fileOf(t, key));
      t.holds(`${what}: the host refuses it`, !wasRead);
    }
  },
);

const lengths = pskcCase(
  "long-secrets",
  "a long secret of a key is taken whole or refused, never cut",
  async (t, token) => {
    for (const bytes of [32, 64, 65, 128, 129, 256, 1024]) {
      const secret = Buffer.from(patternSecret(bytes)).toString("base64");
      await offerFile(token, `${bytes} bytes`, fileOf(t, { secret }));
      const folded = secret.replace(/.{40}/g, "$&\n    ");
      await offerFile(token, `${bytes} bytes in lines`, fileOf(t, { secret: folded }));
    }
  },
);

/** Cases of this section. */
export const PSKC_CASES: readonly ConformanceCase[] = [keys, counters, lengths, refused];
