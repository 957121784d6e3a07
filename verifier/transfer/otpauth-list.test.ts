import { expect, it } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { exportTokens } from "./export.ts";
import { detectFormat, readTokens } from "./read.ts";
import { K20_BASE32, problemsOf, utf8 } from "./testing/files.ts";
import { transferToken } from "./token.ts";

const OTHER = "JBSWY3DPEHPK3PXP";

it("reads a URI a line, with comments and empty lines", async () => {
  const bob = `otpauth://totp/ACME:bob?secret=${K20_BASE32}&digits=8`;
  const text = `# keys\n\n${bob}\r\n  otpauth://hotp/eve?secret=${OTHER}&counter=9`;
  expect(detectFormat(text)).toBe("otpauth");
  const { tokens } = await readTokens(utf8(text));
  expect(tokens).toMatchObject([
    { line: 3, column: 1, token: { label: "ACME:bob", user: "bob", issuer: "ACME" } },
    { line: 4, column: 3, token: { label: "eve", counter: 9n, parameters: hotpParameters() } },
  ]);
});

it("names the line and the parameter of each mistake", async () => {
  const good = `otpauth://totp/bob?secret=${K20_BASE32}`;
  const text = [good, `${good}&digits=9`, "otpauth://totp/x", `otpauth://hotp/y?secret=${OTHER}`];
  expect(await problemsOf(readTokens(utf8(text.join("\n"))))).toMatchObject([
    { line: 2, column: 1, field: "digits" },
    { line: 3, column: 1, field: "secret" },
    { line: 4, column: 1, field: "counter" },
  ]);
});

it("refuses a URI whose secret is cut off within a byte", async () => {
  const text = `otpauth://totp/bob?secret=${K20_BASE32.slice(0, -1)}`;
  expect(await problemsOf(readTokens(utf8(text)))).toMatchObject([{ line: 1, field: "secret" }]);
});

it("reads back what it wrote", async () => {
  const tokens = [
    transferToken({
      label: "ACME:bob",
      user: "bob",
      issuer: "ACME",
      secret: rfc4226Secret(),
      parameters: totpParameters({ stepSeconds: 60 }),
    }),
    transferToken({
      label: "eve",
      user: "eve",
      secret: Uint8Array.of(1, 2, 3),
      parameters: hotpParameters(),
      counter: 2n ** 64n - 1n,
    }),
  ];
  const bytes = await exportTokens(tokens, { format: "otpauth", plain: true });
  const read = await readTokens(bytes);
  expect(read.tokens.map(({ token }) => token)).toEqual(tokens);
});

it("names the token that a URI cannot carry", async () => {
  const parameters = totpParameters({ digits: 10 });
  const token = transferToken({ label: "T-9", secret: rfc4226Secret(), parameters });
  const write = exportTokens([token], { format: "otpauth", plain: true });
  await expect(write).rejects.toThrow('token "T-9": digits must be 6 to 8');
});
