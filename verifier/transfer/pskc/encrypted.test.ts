import { describe, expect, it } from "vitest";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { type ReadOptions, readTokens } from "../read.ts";
import {
  encrypted,
  FIGURE_6_KEY,
  FIGURE_7_PASSPHRASE,
  figure6,
  figure7,
  problemsOf,
  utf8,
} from "../testing/files.ts";

const KEY = Uint8Array.from(Buffer.from(FIGURE_6_KEY, "hex"));
const WITH_KEY: ReadOptions = { credentials: { key: KEY } };
const WITH_PASSPHRASE: ReadOptions = { credentials: { passphrase: utf8(FIGURE_7_PASSPHRASE) } };

async function secretOf(text: string, options: ReadOptions): Promise<Uint8Array | undefined> {
  return (await readTokens(utf8(text), options)).tokens[0]?.token.secret;
}

function problems(text: string, options?: ReadOptions) {
  return problemsOf(readTokens(utf8(text), options));
}

describe("PSKC that is encrypted", () => {
  it("opens RFC 6030's figure 6 under its pre-shared key", async () => {
    expect(await secretOf(figure6(), WITH_KEY)).toEqual(rfc4226Secret());
  });

  it("opens RFC 6030's figure 7 under its passphrase", async () => {
    expect(await secretOf(figure7(), WITH_PASSPHRASE)).toEqual(rfc4226Secret());
    expect(await secretOf(figure7("1000", ""), WITH_PASSPHRASE)).toEqual(rfc4226Secret());
  });

  it("checks HMAC-SHA-256", async () => {
    const macMethod = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
    const mac = "icgh4lQFon6M8ktwCVM8VBt+3FDnTx3efmD6tl0Hku0=";
    expect(await secretOf(figure6({ macMethod, mac }), WITH_KEY)).toEqual(rfc4226Secret());
  });

  it.each([
    ["ValueMAC", { mac: "Su+NvtQfmvfJzF6bmQiJqoLREyc=" }],
    ["ValueMAC", { value: "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGw" }],
    ["ValueMAC", { mac: "" }],
    ["MACMethod", { macMethod: "http://example.com/hmac-zha9" }],
  ])("refuses a wrong or missing %s (%#)", async (field, change) => {
    expect(await problems(figure6(change), WITH_KEY)).toMatchObject([{ field }]);
  });

  it("refuses another key or passphrase, and says so", async () => {
    const wrongKey = { credentials: { key: KEY.toReversed() } };
    expect((await problems(figure6(), wrongKey))[0]?.message).toContain("another one");
    const wrongWord = { credentials: { passphrase: utf8("asdfgh") } };
    expect((await problems(figure7(), wrongWord))[0]?.message).toContain("another one");
  });

  it("says what it needs when nothing is given", async () => {
    expect((await problems(figure6()))[0]?.message).toContain("pre-shared key");
    expect((await problems(figure7()))[0]?.message).toContain("passphrase");
    const short = { credentials: { key: KEY.subarray(1) } };
    expect((await problems(figure6(), short))[0]?.message).toContain("16 bytes");
  });

  it("refuses more rounds than it would do", async () => {
    const [problem] = await problems(figure7("10000001"), WITH_PASSPHRASE);
    expect(problem?.field).toBe("IterationCount");
  });

  it("refuses certificates", async () => {
    const text = encrypted("<d:X509Data/>", "AAAA", "AAAA", "AAAA");
    expect(await problems(text, WITH_KEY)).toMatchObject([{ field: "X509Data" }]);
  });
});
