import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { exportTokens } from "../export.ts";
import { readTokens } from "../read.ts";
import { K20_BASE32, K20_HEX, problemsOf, refusalOf, utf8 } from "../testing/files.ts";
import { type TransferToken, transferToken } from "../token.ts";
import type { CsvOptions } from "./read.ts";

const OTHER_HEX = "00112233445566778899aabbccddeeff00112233";

async function tokensOf(text: string, csv: CsvOptions = {}): Promise<readonly TransferToken[]> {
  const { format, tokens } = await readTokens(utf8(text), { csv });
  expect(format).toBe("csv");
  return tokens.map(({ token }) => token);
}

function problems(text: string, csv: CsvOptions = {}) {
  return problemsOf(readTokens(utf8(text), { csv }));
}

describe("a CSV file", () => {
  it("of Entra is Base32, with a byte order mark, CRLF and an empty user", async () => {
    const header = "upn,serial number,secret key,time interval,manufacturer,model";
    const row = "user@contoso.com,1234567,CZU6XXGHCCGCOL6YO3WW472WEWB34FVJ,60,Contoso,HardwareKey";
    const second = `,007,${K20_BASE32},30,Contoso,HardwareKey`;
    const [first, next] = await tokensOf(`\ufeff${header}\r\n${row}\r\n${second}\r\n`);
    expect(first).toMatchObject({
      label: "1234567",
      user: "user@contoso.com",
      model: "HardwareKey",
    });
    expect(first?.parameters).toEqual(totpParameters({ stepSeconds: 60 }));
    expect(Buffer.from(first?.secret ?? []).toString("hex")).toBe(
      "1669ebdcc7108c272fd876ed6e7f562583be16a9",
    );
    expect(next).toMatchObject({ label: "007", user: null });
  });

  it("of privacyIDEA has no header", async () => {
    const text = `# a comment\nT0001,${K20_HEX},totp,8,60\nT0002,${OTHER_HEX},hotp,6,1000\n`;
    const [first, second] = await tokensOf(text);
    expect(first?.parameters).toEqual(totpParameters({ digits: 8, stepSeconds: 60 }));
    expect(first?.secret).toEqual(rfc4226Secret());
    expect(second).toMatchObject({ parameters: hotpParameters(), counter: 1000n });
  });

  it("of privacyIDEA's second version has users", async () => {
    const text = `# version: 2\nada,resolver,realm,T0001,${K20_HEX},totp\n`;
    expect(await tokensOf(text)).toMatchObject([{ user: "ada", label: "T0001" }]);
  });

  it("of PhenixID has semicolons", async () => {
    const text = `HOTP;A1;${K20_HEX};7\nTOTP;A2;SHA256;${OTHER_HEX};0;60;8\n`;
    const [first, second] = await tokensOf(text);
    expect(first).toMatchObject({ label: "A1", counter: 7n });
    expect(second?.parameters).toEqual(
      totpParameters({ algorithm: "SHA256", stepSeconds: 60, digits: 8 }),
    );
  });

  it("of PingID and SecurEnvoy is read when it is named", async () => {
    const ping = await tokensOf(`A1,${K20_HEX},5\nA2,${OTHER_HEX}\n`, { form: "pingid" });
    expect(ping.map(({ parameters }) => parameters.kind)).toEqual(["hotp", "totp"]);
    const envoy = await tokensOf(`A1,${K20_BASE32}\n`, { form: "securenvoy" });
    expect(envoy[0]?.secret).toEqual(rfc4226Secret());
  });

  it("of pskc2csv is hexadecimal by its header", async () => {
    const header = "serial,secret,algorithm,response_length,time_interval";
    const [token] = await tokensOf(`${header}\nA1,22222222222222222222,totp,8,60\n`);
    expect(token?.secret).toHaveLength(10);
    expect(token?.parameters).toEqual(totpParameters({ digits: 8, stepSeconds: 60 }));
  });

  it("has the columns that are given, and any separator", async () => {
    const columns = ["skip", "secret_base32", "serial"] as const;
    const text = `"x ""y""";${K20_BASE32};"A;1"\n`;
    expect(await tokensOf(text, { columns })).toMatchObject([{ label: "A;1", serial: "A;1" }]);
  });

  it("tells hexadecimal from Base32 only by the file as a whole", async () => {
    const both = "22222222222222222222222222222222";
    expect((await tokensOf(`serial,secret\nA,${both}\nB,${OTHER_HEX}\n`))[0]?.secret).toHaveLength(
      16,
    );
    expect((await tokensOf(`serial,secret\nA,${both}\nB,${K20_BASE32}\n`))[0]?.secret).toHaveLength(
      20,
    );
    expect((await problems(`serial,secret\nA,${both}\n`))[0]?.message).toContain("--csv-encoding");
    const [mixed] = await problems(`serial,secret\nA,${OTHER_HEX}\nB,${K20_BASE32}\n`);
    expect(mixed?.message).toContain("--csv-encoding");
    const [token] = await tokensOf(`serial,secret\nA,${both}\n`, { encoding: "hex" });
    expect(token?.secret).toHaveLength(16);
  });

  it("is read back as it was written", async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 20 })
      .map((text) => `n${text.replace(/\p{C}/gu, "").trim()}`);
    const any = fc.record({
      label: name,
      user: fc.option(name),
      counter: fc.bigInt(0n, 2n ** 64n - 1n),
    });
    await fc.assert(
      fc.asyncProperty(any, fc.integer({ min: -9, max: 9 }), async (given, driftSteps) => {
        const secret = rfc4226Secret();
        const hotp = transferToken({
          ...given,
          secret,
          parameters: hotpParameters({ digits: 10 }),
        });
        const parameters = totpParameters({ algorithm: "SHA512", stepSeconds: 60, t0: driftSteps });
        const other = { label: `${given.label}2`, secret: new Uint8Array(5).fill(9) };
        const totp = transferToken({ ...other, serial: "S-2", parameters, driftSteps });
        const bytes = await exportTokens([hotp, totp], { format: "csv", plain: true });
        expect(await tokensOf(Buffer.from(bytes).toString())).toEqual([hotp, totp]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a CSV file is refused", () => {
  const H = "serial,secret_hex,type,digits,period";
  it.each([
    ["secret", `${H}\nA,${K20_HEX.slice(1)},totp,6,30\n`, "odd number", 2, 3],
    ["secret", `${H}\nA,${K20_BASE32},totp,6,30\n`, "not hexadecimal", 2, 3],
    ["secret", `${H}\nA,,totp,6,30\n`, "missing", 2, 1],
    ["type", `${H}\nA,${K20_HEX},ocra,6,30\n`, "hotp or totp", 2, 44],
    ["digits", `${H}\nA,${K20_HEX},totp,5,30\n`, "6 to 10", 2, 49],
    ["period", `${H}\nA,${K20_HEX},totp,6,0\n`, "1 to 86400", 2, 51],
    ["row", `${H}\nA,${K20_HEX},totp,6\n`, "4 cells instead of 5", 2, 1],
    ["row", `${H}\nA,${K20_HEX},totp,6,30,7\n`, "6 cells", 2, 1],
    ["row", `${H}\n"A,${K20_HEX},totp,6,30\n`, "not closed", 2, 1],
    ["row", `${H}\n"A"B,${K20_HEX},totp,6,30\n`, "closing quote", 2, 4],
    ["serial", `${H}\n2.6E+12,${K20_HEX},totp,6,30\n`, "spreadsheet", 2, 1],
    ["serial", `${H}\n${OTHER_HEX},${K20_HEX},totp,6,30\n`, "looks like a secret", 2, 1],
    ["serial", `${H}\n,${K20_HEX},totp,6,30\n`, "missing", 2, 1],
    ["file", `A,${K20_HEX}\n`, "--columns", 1, 1],
    ["file", `${H}\n`, "only a header", 1, 1],
  ])("for its %s (%#)", async (field, text, remedy, line, column) => {
    const [problem] = await problems(text);
    expect(problem).toMatchObject({ field, line, column });
    expect(problem?.message).toContain(remedy);
  });

  it("when its last secret was cut off", async () => {
    const whole = `serial,secret_hex\nA,${OTHER_HEX}\nB,${K20_HEX}`;
    expect(await tokensOf(whole)).toHaveLength(2);
    expect((await problems(whole.slice(0, -2)))[0]?.message).toContain("cut off");
  });

  it("with a line for each problem, at most 20", async () => {
    const rows = Array.from({ length: 50 }, (_, at) => `A${at},zz`).join("\n");
    const { count, problems: found } = await refusalOf(
      readTokens(utf8(`serial,secret_hex\n${rows}\n`)),
    );
    expect([count, found.length, found[19]?.line]).toEqual([50, 20, 21]);
  });

  it("when a token or a secret is in it twice", async () => {
    const text = `serial,secret_hex\nA,${OTHER_HEX}\nA,${K20_HEX}\nB,${OTHER_HEX}0000\n`;
    expect(await problems(text)).toMatchObject([
      { line: 3, field: "label", message: expect.stringContaining("line 2") },
      { line: 4, field: "secret", message: expect.stringContaining("line 2") },
    ]);
  });

  it("for columns that cannot be", () => {
    const read = (columns: readonly string[]) =>
      readTokens(utf8("a,b\n"), { csv: { columns: columns as never } });
    return Promise.all(
      [["serial"], ["secret", "secret_hex"], ["serial", "serial", "secret"], ["x", "secret"]].map(
        (columns) => expect(read(columns)).rejects.toThrow(RangeError),
      ),
    );
  });
});

it("passes over millions of empty lines", async () => {
  const text = `${"\n".repeat(4_000_000)}serial,secret_hex\nA,${K20_HEX}\n`;
  expect(await tokensOf(text)).toMatchObject([{ label: "A" }]);
});

it("reads any text as tokens, or refuses it with a place", async () => {
  const part = fc.constantFrom(
    ",",
    ";",
    '"',
    "\n",
    "\r\n",
    "serial",
    "secret",
    "A",
    K20_HEX,
    "#",
    " ",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), async (parts) => {
      try {
        await readTokens(utf8(`serial,secret\n${parts.join("")}`));
      } catch (error) {
        expect((error as Error).name).toBe("TransferError");
      }
    }),
    { numRuns: 500 },
  );
});
