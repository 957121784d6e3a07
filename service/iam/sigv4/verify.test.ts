// The verification vector of the protocol notes (section 5), agreed by two other signers; the rest
// is signed by aws4.

import { describe, expect, it } from "vitest";
import { canonicalRequest, hashHex, type SignedRequest, Signer } from "./signature.ts";
import { type SignatureRules, verifySignature } from "./verify.ts";

const SECRET = "testbedSecretKey/abc+def0000000000000000";
const BODY =
  "Action=EnableMFADevice&Version=2010-05-08&UserName=alice&SerialNumber=arn%3Aaws%3Aiam%3A%3A" +
  "123456789012%3Amfa%2Falice-phone&AuthenticationCode1=123456&AuthenticationCode2=654321";
const SIGNATURE = "39f821f51be5df64320916ed5aa3907c33c545de5cbffed7298c961aa13af2e1";
const AT_US = Date.parse("2025-01-15T12:00:00Z") * 1000;
const HEADERS = ["content-type", "host", "x-amz-date"];

function request(changes: Partial<SignedRequest> = {}, signature = SIGNATURE): SignedRequest {
  return {
    method: "POST",
    path: "/",
    body: Buffer.from(BODY),
    ...changes,
    headers: {
      host: "127.0.0.1:8080",
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-amz-date": "20250115T120000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDTESTBED00000001/20250115/us-east-1/iam/aws4_request, " +
        `SignedHeaders=content-type;host;x-amz-date, Signature=${signature}`,
      ...changes.headers,
    },
  };
}

function rules(changes: Partial<SignatureRules<string>> = {}): SignatureRules<string> {
  return {
    lookUp: (id) =>
      id === "AKIDTESTBED00000001" ? { secret: SECRET, who: "me", expiresAtUs: null } : null,
    nowUs: AT_US,
    isStrictRegion: false,
    signer: new Signer(),
    ...changes,
  };
}

const fault = (code: string) => expect.objectContaining({ code });

describe("the signature", () => {
  it("of the vector has the hashes and the MAC of two other signers", () => {
    const bodyHash = hashHex(Buffer.from(BODY));
    expect(bodyHash).toBe("4eb8d26419ec60f9f262a83df2267a609276dff58d5d8a54a6175db70c56a766");
    const canonical = canonicalRequest(request(), HEADERS, bodyHash);
    expect(hashHex(canonical)).toBe(
      "a2e5ce0c74a3882194c3803219c254434215cf7e0a07d7ac3a5e9a476e1d0b38",
    );
    const scope = { date: "20250115", region: "us-east-1", service: "iam" };
    const given = { ...scope, accessKeyId: "", signedHeaders: HEADERS };
    const mac = new Signer().signature(given, SECRET, "20250115T120000Z", canonical);
    expect(mac.toString("hex")).toBe(SIGNATURE);
  });

  it("is taken when it is right", () => {
    expect(verifySignature(request(), rules())).toEqual({ who: "me", service: "iam" });
  });

  it("is refused with any one bit of body, host, date or MAC changed", () => {
    const wrong = [
      request({ body: Buffer.from(BODY.replace("654321", "654320")) }),
      request({ headers: { host: "127.0.0.1:8081" } }),
      request({ headers: { "x-amz-date": "20250115T120001Z" } }),
      request({}, SIGNATURE.replace(/^3/, "2")),
      request({}, SIGNATURE.replace(/1$/, "0")),
      request({ headers: { "x-amz-content-sha256": hashHex("another") } }),
    ];
    for (const one of wrong) {
      expect(() => verifySignature(one, rules())).toThrow(fault("SignatureDoesNotMatch"));
    }
  });

  it.each([
    ["15 minutes early", -900, null],
    ["15 minutes late", 900, null],
    ["a second more than 15 minutes early", -901, "SignatureDoesNotMatch"],
    ["a second more than 15 minutes late", 901, "SignatureDoesNotMatch"],
  ])("%s is judged by the signing clock", (_name, bySeconds, code) => {
    const judge = () => verifySignature(request(), rules({ nowUs: AT_US + bySeconds * 1_000_000 }));
    if (code === null) expect(judge().who).toBe("me");
    else expect(judge).toThrow(fault(code));
  });

  it("must cover host, date and a session token, and nothing that was not sent", () => {
    const authorization = (headers: string) =>
      "AWS4-HMAC-SHA256 Credential=AKIDTESTBED00000001/20250115/us-east-1/iam/aws4_request, " +
      `SignedHeaders=${headers}, Signature=${SIGNATURE}`;
    const wrong = [
      { authorization: authorization("content-type;x-amz-date") },
      { authorization: authorization("content-type;host") },
      { authorization: authorization("content-type;host;x-amz-date;x-amz-meta") },
      { "x-amz-security-token": "abc" },
    ];
    for (const headers of wrong) {
      expect(() => verifySignature(request({ headers }), rules())).toThrow(
        fault("SignatureDoesNotMatch"),
      );
    }
  });

  it.each([
    ["", "MissingAuthenticationToken"],
    ["Basic YTpi", "IncompleteSignature"],
    ["AWS4-HMAC-SHA256 nonsense", "IncompleteSignature"],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
      "IncompleteSignature",
    ],
    [`AWS4-HMAC-SHA256 ${"x".repeat(5000)}`, "IncompleteSignature"],
  ])("header %j is answered %s", (authorization, code) => {
    expect(() => verifySignature(request({ headers: { authorization } }), rules())).toThrow(
      fault(code),
    );
  });

  it("takes any region, and with the strict switch us-east-1 only", () => {
    const headers = {
      authorization: request().headers.authorization?.toString().replace("us-east-1", "eu-west-1"),
    } as Record<string, string>;
    const strict = () => verifySignature(request({ headers }), rules({ isStrictRegion: true }));
    expect(strict).toThrow(/scoped to a valid region/);
    expect(() => verifySignature(request({ headers }), rules())).toThrow(/we calculated/);
  });

  it("of an ended session is answered ExpiredToken, of an unknown key InvalidClientTokenId", () => {
    const ended = { secret: SECRET, who: "me", expiresAtUs: AT_US };
    expect(() => verifySignature(request(), rules({ lookUp: () => ended }))).toThrow(
      fault("ExpiredToken"),
    );
    expect(() => verifySignature(request(), rules({ lookUp: () => null }))).toThrow(
      fault("InvalidClientTokenId"),
    );
  });
});
