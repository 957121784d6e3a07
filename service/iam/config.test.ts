import { describe, expect, it } from "vitest";
import { parseIamConfig, type SecretSource } from "./config.ts";
import { IamConfigError } from "./config-form.ts";

const SECRET = "a-secret-of-twenty-four-c";
const open: SecretSource = {
  isPrivate: true,
  readSecret: () => {
    throw new Error("missing.key cannot be read");
  },
};
const key = { id: "AKIATESTBED000000001", secret: SECRET };
const HASH = `$scrypt$ln=10,r=8,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
const account = (more: object = {}) => ({
  id: "123456789012",
  users: [{ name: "ada", manages: "self", accessKeys: [key] }],
  ...more,
});
const parse = (file: object, source = open) =>
  parseIamConfig(JSON.stringify({ version: 1, ...file }), "iam.json", source);

describe("the config of the IAM endpoint", () => {
  it("has defaults: one device, any region, ten failures, five minutes", () => {
    const config = parse({ accounts: [account()] });
    expect(config).toMatchObject({
      devicesPerUser: 1,
      isStrictRegion: false,
      throttleLimit: 10,
      lockSeconds: 300,
    });
    expect(config.accounts[0]).toMatchObject({ alias: "123456789012", roles: [] });
    expect(config.keys).toEqual([{ ...key, account: "123456789012", user: "ada" }]);
  });

  it.each([
    ["an unknown setting", { windows: 3 }, 'at the top: unknown property "windows"'],
    ["no accounts", { accounts: [] }, "at /accounts: must NOT have fewer than 1 items"],
    ["three devices", { devicesPerUser: 3 }, "at /devicesPerUser: must be one of 1, 8"],
    [
      "a number that is none",
      { accounts: [account({ id: "12" })] },
      "at /accounts/0/id: give twelve digits",
    ],
    [
      "a password that is no hash",
      { accounts: [account({ users: [{ name: "a", manages: "self", passwordHash: "secret" }] })] },
      "at /accounts/0/users/0/passwordHash: must be what oathbed serve --hash-password prints",
    ],
    [
      "two roots of one e-mail address",
      {
        accounts: ["123456789012", "210987654321"].map((id, at) => ({
          id,
          users: [],
          root: { email: at === 0 ? "a@b.example" : "A@b.example", passwordHash: HASH },
        })),
      },
      "at /accounts/1/root/email: is another root's too",
    ],
    [
      "a role that trusts a stranger",
      {
        accounts: [
          account({
            roles: [
              {
                name: "r",
                manages: "admin",
                requireMfa: true,
                trusts: ["arn:aws:iam::123456789012:user/bob"],
              },
            ],
          }),
        ],
      },
      "at /accounts/0/roles/0/trusts: there is no user arn:aws:iam::123456789012:user/bob",
    ],
    ["an account twice", { accounts: [account(), account()] }, "is there twice"],
    [
      "users that differ by case",
      {
        accounts: [
          account({
            users: [
              { name: "ada", manages: "self" },
              { name: "Ada", manages: "self" },
            ],
          }),
        ],
      },
      "at /accounts/0/users/1/name",
    ],
    [
      "a user called root",
      { accounts: [account({ users: [{ name: "Root", manages: "self" }] })] },
      "root is no user; see rootAccessKeys",
    ],
    [
      "a key without a secret",
      { accounts: [account({ rootAccessKeys: [{ id: key.id }] })] },
      'at /accounts/0/rootAccessKeys/0: give either "secretFile" or "secret"',
    ],
    [
      "a file of a secret that is missing",
      { accounts: [account({ rootAccessKeys: [{ id: key.id, secretFile: "missing.key" }] })] },
      "missing.key cannot be read",
    ],
  ])("refuses %s, naming the place", (_name, file, problem) => {
    expect(() => parse({ accounts: [account()], ...file })).toThrow(IamConfigError);
    expect(() => parse({ accounts: [account()], ...file })).toThrow(problem);
  });

  it("takes no secret from a file that others can read", () => {
    const source = { ...open, isPrivate: false };
    expect(() => parse({ accounts: [account()] }, source)).toThrow(/chmod 600 the config file/);
    const hashed = account({ users: [{ name: "a", manages: "self", passwordHash: HASH }] });
    expect(() => parse({ accounts: [hashed] }, source)).toThrow(/chmod 600 the config file/);
    expect(parse({ accounts: [hashed] }).accounts[0]?.users[0]?.signIn).toEqual({
      passwordHash: HASH,
      email: null,
      phone: null,
    });
  });

  it("shows no secret in an error", () => {
    const texts = [
      `{"version":1,"accounts":[{"secret":"${SECRET}"`,
      JSON.stringify({ version: 1, accounts: [account({ secret: SECRET })] }),
      JSON.stringify({ version: 1, accounts: [account({ rootAccessKeys: [{ secret: SECRET }] })] }),
    ];
    for (const text of texts) {
      const caught = (() => {
        try {
          return parseIamConfig(text, "iam.json", open);
        } catch (error) {
          return error;
        }
      })();
      expect(caught).toBeInstanceOf(IamConfigError);
      expect(String(caught)).not.toContain(SECRET);
    }
  });
});
