// Files of secrets for tests: PSKC documents put together from parts, with the values of RFC 6030's
// figures (6: pre-shared key, 7: passphrase) where something is encrypted.

import { TransferError, type TransferProblem } from "../problems.ts";

/** The secret of all figures, base64 and hexadecimal: ASCII 12345678901234567890. */
export const K20_BASE64 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=";
export const K20_HEX = "3132333435363738393031323334353637383930";
export const K20_BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A KeyContainer in clear. */
export function container(...packages: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">
${packages.join("\n")}
</KeyContainer>
`;
}

/** A package; what is not given is as in RFC 6030's figures. */
export function keyPackage(
  given: {
    readonly serial?: string;
    readonly id?: string;
    readonly algorithm?: string;
    readonly format?: string;
    readonly secret?: string;
    readonly data?: string;
    readonly rest?: string;
  } = {},
): string {
  const { serial = "987654321", id = "12345678", algorithm = "hotp" } = given;
  const name = algorithm.includes(":")
    ? algorithm
    : `urn:ietf:params:xml:ns:keyprov:pskc:${algorithm}`;
  const secret = given.secret ?? `<PlainValue>${K20_BASE64}</PlainValue>`;
  const counter = algorithm === "hotp" ? "<Counter><PlainValue>0</PlainValue></Counter>" : "";
  return `<KeyPackage>
  <DeviceInfo><Manufacturer>Example</Manufacturer><SerialNo>${serial}</SerialNo></DeviceInfo>
  <Key Id="${id}" Algorithm="${name}">
    <Issuer>Issuer</Issuer>
    <AlgorithmParameters>${given.format ?? '<ResponseFormat Length="8" Encoding="DECIMAL"/>'}</AlgorithmParameters>
    <Data><Secret>${secret}</Secret>${given.data ?? counter}</Data>
    ${given.rest ?? ""}
  </Key>
</KeyPackage>`;
}

const AES = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";

function cipher(value: string): string {
  return `<xenc:EncryptionMethod Algorithm="${AES}"/>
    <xenc:CipherData><xenc:CipherValue>
      ${value}
    </xenc:CipherValue></xenc:CipherData>`;
}

/** Key of figure 6, hexadecimal. */
export const FIGURE_6_KEY = "12345678901234567890123456789012";
/** Passphrase of figure 7. */
export const FIGURE_7_PASSPHRASE = "qwerty";

/** An encrypted container; prefixes differ from those of the RFC's figures on purpose. */
export function encrypted(
  holder: string,
  macKey: string,
  value: string,
  mac: string,
  given: { readonly macMethod?: string; readonly data?: string } = {},
): string {
  const hmac = given.macMethod ?? "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
  const valueMac = mac === "" ? "" : `<p:ValueMAC>${mac}</p:ValueMAC>`;
  const wrapped = macKey === "" ? "" : `<p:MACKey>${cipher(macKey)}</p:MACKey>`;
  return `<?xml version="1.0"?>
<p:KeyContainer Version="1.0" xmlns:p="urn:ietf:params:xml:ns:keyprov:pskc"
  xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:e11="http://www.w3.org/2009/xmlenc11#"
  xmlns:k5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
  xmlns:d="http://www.w3.org/2000/09/xmldsig#">
<p:EncryptionKey>${holder}</p:EncryptionKey>
<p:MACMethod Algorithm="${hmac}">${wrapped}</p:MACMethod>
<p:KeyPackage>
 <p:DeviceInfo><p:SerialNo>987654321</p:SerialNo></p:DeviceInfo>
 <p:Key Id="123456" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp">
  <p:AlgorithmParameters><p:ResponseFormat Length="8" Encoding="DECIMAL"/></p:AlgorithmParameters>
  <p:Data><p:Secret><p:EncryptedValue Id="ED">${cipher(value)}</p:EncryptedValue>
   ${valueMac}</p:Secret>${given.data ?? "<p:Counter><p:PlainValue>0</p:PlainValue></p:Counter>"}
  </p:Data>
 </p:Key>
</p:KeyPackage></p:KeyContainer>`;
}

/** The container of figure 6, or with another MAC, method or MAC key. */
export function figure6(
  given: {
    readonly mac?: string;
    readonly macMethod?: string;
    readonly macKey?: string;
    readonly value?: string;
  } = {},
): string {
  return encrypted(
    "<d:KeyName>Pre-shared-key</d:KeyName>",
    given.macKey ?? "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX",
    given.value ?? "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
    given.mac ?? "Su+NvtQfmvfJzF6bmQiJqoLRExc=",
    given,
  );
}

/** The container of figure 7. */
export function figure7(iterations = "1000", prf = "<PRF/>"): string {
  return encrypted(
    `<e11:DerivedKey><e11:KeyDerivationMethod Algorithm=
"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2"><k5:PBKDF2-params>
     <Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>${iterations}</IterationCount>
     <KeyLength>16</KeyLength>${prf}</k5:PBKDF2-params></e11:KeyDerivationMethod>
     <e11:MasterKeyName>My Password 1</e11:MasterKeyName></e11:DerivedKey>`,
    "2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx",
    "oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f",
    "LP6xMvjtypbfT9PdkJhBZ+D6O4w=",
  );
}

/** The problems that a call rejects with. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly TransferProblem[]> {
  return (await refusalOf(work)).problems;
}

/** The refusal that a call rejects with; none of it shows a part of the usual secret. */
export async function refusalOf(work: Promise<unknown>): Promise<TransferError> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    for (const secret of [K20_BASE64, K20_HEX, K20_BASE32]) {
      for (let at = 0; at + 4 <= secret.length; at++) {
        if (error.message.includes(secret.slice(at, at + 4))) throw new Error("shows a secret");
      }
    }
    return error;
  }
  throw new Error("it was taken");
}
