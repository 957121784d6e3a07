import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { type ReadOptions, readTokens } from "../read.ts";
import {
  container,
  FIGURE_6_KEY,
  figure6,
  K20_BASE64,
  keyPackage,
  problemsOf,
  refusalOf,
  utf8,
} from "../testing/files.ts";
import type { TransferToken } from "../token.ts";

const KEY = Uint8Array.from(Buffer.from(FIGURE_6_KEY, "hex"));
const WITH_KEY: ReadOptions = { credentials: { key: KEY } };

async function tokensOf(text: string, options?: ReadOptions): Promise<readonly TransferToken[]> {
  return (await readTokens(utf8(text), options)).tokens.map(({ token }) => token);
}

async function only(text: string, options?: ReadOptions): Promise<TransferToken> {
  const [token, ...rest] = await tokensOf(text, options);
  if (token === undefined || rest.length > 0) throw new Error("not one token");
  return token;
}

function problems(text: string, options?: ReadOptions) {
  return problemsOf(readTokens(utf8(text), options));
}

describe("PSKC in clear", () => {
  it("gives an HOTP key with its names", async () => {
    const rest = "<UserId>UID=jsmith,DC=example-bank,DC=net</UserId>";
    expect(await only(container(keyPackage({ rest })))).toEqual({
      label: "987654321",
      serial: "987654321",
      user: "jsmith",
      issuer: "Issuer",
      manufacturer: "Example",
      model: null,
      secret: rfc4226Secret(),
      parameters: hotpParameters({ digits: 8 }),
      counter: 0n,
      driftSteps: 0,
      validFromUs: null,
      validUntilUs: null,
    });
  });

  it("gives a TOTP key with its interval, drift, hash and dates", async () => {
    const token = await only(
      container(
        keyPackage({
          algorithm: "totp",
          format: '<Suite>HMAC-SHA256</Suite><ResponseFormat Length = "6" Encoding="DECIMAL" />',
          data: `<Time><PlainValue>0</PlainValue></Time><TimeInterval><PlainValue>60</PlainValue>
            </TimeInterval><TimeDrift><PlainValue>-4</PlainValue></TimeDrift>`,
          rest: `<Policy><StartDate>2006-05-01T00:00:00Z</StartDate>
            <ExpiryDate>2026-05-31T01:00:00+01:00</ExpiryDate><KeyUsage>OTP</KeyUsage></Policy>`,
        }),
      ),
    );
    expect(token.parameters).toEqual(totpParameters({ algorithm: "SHA256", stepSeconds: 60 }));
    expect(token.driftSteps).toBe(-4);
    expect(token.validFromUs).toBe(Date.UTC(2006, 4, 1) * 1000);
    expect(token.validUntilUs).toBe(Date.UTC(2026, 4, 31) * 1000);
  });

  it.each(["urn:ietf:params:xml:ns:keyprov:pskc#hotp", "http://www.ietf.org/keyprov/pskc#hotp"])(
    "knows the draft's name %s",
    async (algorithm) => {
      const data = "<Counter><PlainValue>7</PlainValue></Counter>";
      expect((await only(container(keyPackage({ algorithm, data })))).counter).toBe(7n);
    },
  );

  it("takes 30 s without an interval, and says so", async () => {
    const file = await readTokens(utf8(container(keyPackage({ algorithm: "totp" }))));
    expect(file.notes).toEqual(["1 of 1 tokens give no TimeInterval: 30 s was taken"]);
  });

  it("takes counters up to 2^64 - 1, and not 2^64", async () => {
    const data = (counter: bigint) => `<Counter><PlainValue>${counter}</PlainValue></Counter>`;
    const last = await only(container(keyPackage({ data: data(2n ** 64n - 1n) })));
    expect(last.counter).toBe(2n ** 64n - 1n);
    expect(await problems(container(keyPackage({ data: data(2n ** 64n) })))).toMatchObject([
      { field: "Counter", token: "12345678" },
    ]);
  });

  it("names several keys of one device serial/Id", async () => {
    const second = "<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTE=</PlainValue>";
    const text = container(keyPackage({ id: "1" }), keyPackage({ id: "2", secret: second }));
    const labels = (await tokensOf(text)).map(({ label }) => label);
    expect(labels).toEqual(["987654321/1", "987654321/2"]);
  });

  it("takes base64 in several lines, CDATA and character numbers", async () => {
    const secret = `<PlainValue>\n MTIzNDU2Nzg5\n <![CDATA[MDEyMzQ1]]>Njc4OTA&#x3d;\n</PlainValue>`;
    expect((await only(container(keyPackage({ secret })))).secret).toEqual(rfc4226Secret());
  });

  it("notes that a token asks for a PIN of its own", async () => {
    const rest = '<Policy><PINPolicy PINUsageMode="Local" MinLength="4"/></Policy>';
    const { notes } = await readTokens(utf8(container(keyPackage({ rest }))));
    expect(notes).toEqual(["1 of 1 tokens ask for a PIN of their own before they show a code"]);
  });

  it("is read or refused with a place, whatever was changed in it", async () => {
    const whole = figure6();
    const noise = fc.constantFrom("<", ">", "&", '"', "/", "]]>", "<!--", "\u0000", "é", "A", "");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(40), noise, async (at, cut, part) => {
        const text = whole.slice(0, at) + part + whole.slice(at + cut);
        try {
          await readTokens(utf8(text), { ...WITH_KEY, format: "pskc" });
        } catch (error) {
          expect((error as Error).name).toBe("TransferError");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("notes that a signature was not checked", async () => {
    const signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>';
    const { notes } = await readTokens(utf8(container(keyPackage(), signature)));
    expect(notes).toEqual(["the file's signature was not checked"]);
  });
});

describe("a PSKC file is refused", () => {
  it.each([
    ["Algorithm", keyPackage({ algorithm: "urn:ietf:params:xml:ns:keyprov:pskc:pin" }), "pin"],
    ["Algorithm", keyPackage({ algorithm: "urn:x:OCRA-1:HOTP-SHA1-6:QN08" }), "OCRA"],
    [
      "Encoding",
      keyPackage({ format: '<ResponseFormat Length="6" Encoding="ALPHANUMERIC"/>' }),
      "ALPHANUMERIC",
    ],
    [
      "CheckDigits",
      keyPackage({ format: '<ResponseFormat Length="6" CheckDigits="true"/>' }),
      "check digit",
    ],
    ["Length", keyPackage({ format: '<ResponseFormat Length="5"/>' }), "6 to 10"],
    ["ResponseFormat", keyPackage({ format: "<Suite/>" }), "missing"],
    ["Suite", keyPackage({ format: '<Suite>MD5</Suite><ResponseFormat Length="6"/>' }), "SHA1"],
    ["Counter", keyPackage({ data: "" }), "missing"],
    [
      "TimeInterval",
      keyPackage({
        algorithm: "totp",
        data: "<TimeInterval><PlainValue>0</PlainValue></TimeInterval>",
      }),
      "1 to 86400",
    ],
    ["Secret", keyPackage({ secret: "<PlainValue>MTIzNDU2Nzg5MDEyMzQ</PlainValue>" }), "base64"],
    ["Secret", keyPackage({ secret: "<PlainValue/>" }), "empty"],
    ["KeyUsage", keyPackage({ rest: "<Policy><KeyUsage>Encrypt</KeyUsage></Policy>" }), "OTP"],
    [
      "NumberOfTransactions",
      keyPackage({ rest: "<Policy><NumberOfTransactions>9</NumberOfTransactions></Policy>" }),
      "not enforce",
    ],
    ["Policy", keyPackage({ rest: '<Policy><x:Geo xmlns:x="urn:x"/></Policy>' }), "not enforce"],
    [
      "PINPolicy",
      keyPackage({ rest: '<Policy><PINPolicy PINUsageMode="Append"/></Policy>' }),
      "PIN",
    ],
    [
      "ExpiryDate",
      keyPackage({ rest: "<Policy><ExpiryDate>31.1.2030</ExpiryDate></Policy>" }),
      "2030-01-31",
    ],
  ])("for its %s (%#)", async (field, text, remedy) => {
    const [problem] = await problems(container(text));
    expect(problem).toMatchObject({ field });
    expect(problem?.message).toContain(remedy);
  });

  it("at the line and column of the element", async () => {
    const format = '\n  <ResponseFormat Length="5" Encoding="DECIMAL"/>';
    const text = container(keyPackage({ id: "A" }), keyPackage({ id: "B", format }));
    const [problem] = await problems(text);
    expect(problem).toMatchObject({ line: 17, column: 3, token: "B", field: "Length" });
    expect(text.split("\n")[16]?.slice(2)).toMatch(/^<ResponseFormat Length="5"/);
  });

  it("when it is cut off anywhere", async () => {
    const text = container(keyPackage()).trimEnd();
    for (let length = 0; length < text.length; length += 37) {
      const { problems: found } = await refusalOf(readTokens(utf8(text.slice(0, length))));
      expect(found.length).toBeGreaterThan(0);
    }
  });

  it("when it has a DOCTYPE or entities", async () => {
    const lines = container(keyPackage({ secret: "<PlainValue>&s;</PlainValue>" })).split("\n");
    const entity = await problems(lines.join("\n"));
    expect(entity[0]?.message).toContain("undefined entity");
    const dtd = `<!DOCTYPE x [<!ENTITY s "${K20_BASE64}"><!ENTITY t SYSTEM "file:///etc/passwd">]>`;
    const withDtd = [lines[0], dtd, ...lines.slice(1)].join("\n");
    expect((await problems(withDtd))[0]).toMatchObject({ line: 2, field: "XML" });
    expect((await problems(withDtd))[0]?.message).toContain("DOCTYPE");
  });

  it("when it nests deeper than 32, or has a text longer than 64 KiB", async () => {
    const deep = container(`${"<a>".repeat(32)}${"</a>".repeat(32)}`);
    expect((await problems(deep))[0]?.message).toContain("deeper than 32");
    const long = container(
      keyPackage({ secret: `<PlainValue>${"A".repeat(65_537)}</PlainValue>` }),
    );
    expect((await problems(long))[0]?.message).toContain("longer than 65536");
  });

  it("when it is of a draft, of another root or of no UTF-8", async () => {
    const draft = '<KeyContainer xmlns="urn:ietf:params:xml:schema:keyprov:container"/>';
    expect((await problems(draft))[0]?.message).toContain("draft");
    expect((await problems("<html/>"))[0]?.field).toBe("KeyContainer");
    const latin = `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`;
    expect((await problems(latin))[0]?.message).toContain("UTF-8");
    expect(await problemsOf(readTokens(Uint8Array.of(0x3c, 0xff)))).toMatchObject([{ line: 1 }]);
    expect(await problemsOf(readTokens(Uint8Array.of(0xff, 0xfe, 0x3c, 0)))).toMatchObject([
      { message: expect.stringContaining("UTF-16") },
    ]);
  });

  it("with at most 20 problems, and how many more", async () => {
    const bad = Array.from({ length: 30 }, (_, at) =>
      keyPackage({ serial: `S${at}`, id: `K${at}`, data: "" }),
    );
    const {
      problems: found,
      count,
      message,
    } = await refusalOf(readTokens(utf8(container(...bad))));
    expect([found.length, count]).toEqual([20, 30]);
    expect(message).toContain("and 10 more problems");
    expect(message).toContain('token "K19"');
  });

  it("for keys whose time is over, only when now is known; the verifier keeps their dates", async () => {
    const rest = `<Policy><StartDate>2026-01-01T00:00:00Z</StartDate>
      <ExpiryDate>2027-01-01T00:00:00Z</ExpiryDate></Policy>`;
    const text = container(keyPackage({ rest }));
    const at = (year: number) => ({ nowUs: Date.UTC(year, 6) * 1000 });
    expect(await problems(text, at(2027))).toMatchObject([{ field: "ExpiryDate" }]);
    const dates = { validFromUs: Date.UTC(2026, 0) * 1000, validUntilUs: Date.UTC(2027, 0) * 1000 };
    for (const year of [2025, 2026]) {
      expect((await tokensOf(text, at(year))).map((token) => token)).toMatchObject([dates]);
    }
    expect(await tokensOf(text)).toHaveLength(1);
  });
});
