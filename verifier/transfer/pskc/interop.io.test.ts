// Files under keys made by openssl and python3, which share no code with ours, and ours opened by
// them.

import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { hotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { readTokens } from "../read.ts";
import { encrypted, K20_HEX, utf8 } from "../testing/files.ts";
import { transferToken } from "../token.ts";
import { writePskc } from "./write.ts";

const KEY = "00112233445566778899aabbccddeeff";
const IV = "0f0e0d0c0b0a09080706050403020100";
const MAC_KEY = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3";
const KEY_NAME = "<d:KeyName>k</d:KeyName>";

/** AES-128-CBC by the openssl command: IV and ciphertext. */
function sealByOpenssl(plain: Buffer): Buffer {
  const args = ["enc", "-aes-128-cbc", "-K", KEY, "-iv", IV];
  const text = execFileSync("openssl", args, { input: plain, timeout: 10_000 });
  return Buffer.concat([Buffer.from(IV, "hex"), text]);
}

function hmacByPython(hash: string, key: string, text: Buffer): string {
  const program = `import sys,hmac,base64
print(base64.b64encode(hmac.new(bytes.fromhex(sys.argv[1]),sys.stdin.buffer.read(),sys.argv[2]).digest()).decode())`;
  const args = ["-c", program, key, hash];
  return execFileSync("python3", args, { input: text, timeout: 10_000 }).toString().trim();
}

it.each(["sha1", "sha256"])("opens what openssl and python3 made with %s", async (hash) => {
  const value = sealByOpenssl(Buffer.from(K20_HEX, "hex"));
  const counter = sealByOpenssl(Buffer.from("00000000000003e8", "hex"));
  const cipher = `<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
    <xenc:CipherData><xenc:CipherValue>${counter.toString("base64")}</xenc:CipherValue></xenc:CipherData>`;
  const data = `<p:Counter><p:EncryptedValue>${cipher}</p:EncryptedValue>
    <p:ValueMAC>${hmacByPython(hash, MAC_KEY, counter)}</p:ValueMAC></p:Counter>`;
  const text = encrypted(
    KEY_NAME,
    sealByOpenssl(Buffer.from(MAC_KEY, "hex")).toString("base64"),
    value.toString("base64"),
    hmacByPython(hash, MAC_KEY, value),
    { macMethod: `http://www.w3.org/2001/04/xmldsig-more#hmac-${hash}`, data },
  );
  const credentials = { key: Uint8Array.from(Buffer.from(KEY, "hex")) };
  const { tokens } = await readTokens(utf8(text), { credentials });
  expect(tokens[0]?.token.secret).toEqual(rfc4226Secret());
  expect(tokens[0]?.token.counter).toBe(1000n);
});

it("writes what python3 and openssl open", async () => {
  const token = transferToken({
    label: "T-1",
    secret: rfc4226Secret(),
    parameters: hotpParameters(),
  });
  const passphrase = utf8("correct horse");
  const protection = { kind: "passphrase", passphrase, iterations: 1000 } as const;
  const text = await writePskc([token], { protection });
  const pick = (pattern: RegExp): Buffer => Buffer.from(pattern.exec(text)?.[1] ?? "", "base64");
  const salt = pick(/<Specified>([^<]+)/).toString("hex");
  const program = `import sys,hashlib
print(hashlib.pbkdf2_hmac("sha1",b"correct horse",bytes.fromhex(sys.argv[1]),1000,16).hex())`;
  const key = execFileSync("python3", ["-c", program, salt], { timeout: 10_000 }).toString().trim();
  const open = (sealed: Buffer): string => {
    const args = ["enc", "-d", "-aes-128-cbc", "-K", key, "-iv"];
    const iv = sealed.subarray(0, 16).toString("hex");
    const input = sealed.subarray(16);
    return execFileSync("openssl", [...args, iv], { input, timeout: 10_000 }).toString("hex");
  };
  const value = pick(/<Secret>.*?<xenc:CipherValue>([^<]+)/);
  expect(open(value)).toBe(K20_HEX);
  const macKey = open(pick(/<MACKey>.*?<xenc:CipherValue>([^<]+)/));
  expect(hmacByPython("sha1", macKey, value)).toBe(/<ValueMAC>([^<]+)/.exec(text)?.[1]);
});
