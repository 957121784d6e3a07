import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BearerTokens } from "./bearer-tokens.ts";

const TOKEN = "0123456789abcdefghij";
const HASH = createHash("sha256").update(TOKEN).digest("hex");

describe("a file of bearer tokens", () => {
  test.each([
    ["in clear", `# who\n\n${TOKEN} verify,read web\n`],
    ["hashed", `sha256:${HASH} verify,read web`],
    ["with Windows' line ends", `${TOKEN}\tverify,read  web\r\n`],
  ])("%s says who a header is of", (_how, text) => {
    const tokens = BearerTokens.parse(text);
    const client = tokens.clientOf(`Bearer ${TOKEN}`);
    expect(client).toEqual({ name: "web", scopes: new Set(["verify", "read"]) });
    expect(tokens.clientOf(`bearer ${TOKEN}`)).toEqual(client);
    for (const header of [undefined, "", TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      expect(tokens.clientOf(header)).toBeNull();
    }
  });

  test("names a client by the beginning of its hash when the file does not", () => {
    const client = BearerTokens.parse(`${TOKEN} admin`).clientOf(`Bearer ${TOKEN}`);
    expect(client?.name).toBe(`sha256:${HASH.slice(0, 8)}`);
  });

  test.each([
    ["", "holds no token"],
    ["# only this", "holds no token"],
    ["short read", "line 1: a token is 20 to 256"],
    [`${TOKEN}`, "line 1: scopes are enroll, verify, admin, read"],
    [`${TOKEN} all`, "line 1: scopes are"],
    [`${TOKEN} read a b`, "line 1: a name is"],
    [`${TOKEN} read\nsha256:${HASH} read`, "line 2: this token is there twice"],
  ])("%j is refused, and the token not quoted", (text, message) => {
    const parsing = (): BearerTokens => BearerTokens.parse(text);
    expect(parsing).toThrow(message);
    expect(parsing).not.toThrow(TOKEN);
  });

  test("can be drawn, each time another", () => {
    const { tokens, token } = BearerTokens.draw();
    expect(tokens.clientOf(`Bearer ${token}`)?.scopes.size).toBe(4);
    expect(BearerTokens.draw().token).not.toBe(token);
  });
});
