import { describe, expect, it } from "vitest";
import { parseTemplate, requestFor } from "./template.ts";

const FIELDS = { id: "7", account: 'ada "&', issuer: "Acme", code: "123456" } as const;

function requestOf(template: object) {
  return requestFor(parseTemplate(JSON.stringify(template), "login.json"), FIELDS);
}

describe("a request template", () => {
  it("is filled with a login, each value as its place asks", () => {
    const body = { user: "{account}", otp: "{code}", of: ["{issuer}"] };
    expect(requestOf({ path: "/v/{id}?u={account}", body })).toEqual({
      method: "POST",
      path: "/v/7?u=ada%20%22%26",
      body: JSON.stringify({ user: FIELDS.account, otp: "123456", of: ["Acme"] }),
    });
  });

  it("may be a form, or a query without a body", () => {
    const form = requestOf({ path: "/login", body: "user={account}&otp={code}" });
    expect(form.body).toBe("user=ada%20%22%26&otp=123456");
    expect(requestOf({ method: "GET", path: "/wsapi/{code}" })).toMatchObject({
      method: "GET",
      path: "/wsapi/123456",
    });
  });

  it.each([
    ["{", /login.json is not JSON at line 1, column 2/],
    ["[]", /at the top: must be object/],
    ['{"path":"v/{code}"}', /\/path: must match/],
    ['{"path":"/{code}","extra":1}', /at the top: .*additional properties: "extra"/],
    ['{"path":"/{code}","method":"PATCH"}', /\/method: .*: GET, POST, PUT/],
    ['{"path":"/{user}/{code}"}', /\{user\} stands for nothing; there are \{id\}/],
    ['{"path":"/{id}"}', /no \{code\} in its path or body/],
  ])("is refused when it is %s", (text, message) => {
    expect(() => parseTemplate(text, "login.json")).toThrow(message);
  });
});
