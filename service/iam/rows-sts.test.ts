// The table of behaviours of the protocol notes (section 8), rows 30 to 36, 41, 51 to 54 and 57:
// sessions, roles, and requests that are not what they should be.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { otherCode } from "../../verifier/testing/codes.ts";
import {
  ACCOUNT,
  ADMIN,
  ALICE,
  type Authenticator,
  Bench,
  BOB,
  EVE,
  keysOf,
  OTHER_ADMIN,
  ROLE,
  ROOT,
} from "./testing/bench.ts";

let bench: Bench;
let device: Authenticator;
beforeEach(async () => {
  bench = await Bench.open();
  device = await bench.device("phone");
  await bench.enable("alice", device);
  bench.pass(1);
});
afterEach(() => bench[Symbol.asyncDispose]());

const code = (): string => device.code(bench.step);
const wrong = (): string =>
  otherCode(...Array.from({ length: 9 }, (_, at) => device.code(bench.step - 4 + at)));
const session = (parameters: Readonly<Record<string, string>>, who = ALICE) =>
  bench.call(who, "GetSessionToken", parameters);
const withCode = (TokenCode: string) => ({ SerialNumber: device.serial, TokenCode });
const assume = (parameters: Readonly<Record<string, string>>, who = ALICE) =>
  bench.call(who, "AssumeRole", { RoleArn: ROLE, RoleSessionName: "work", ...parameters });

const DENIED = { status: 403, code: "AccessDenied" };
const BAD_CODE = /^MultiFactorAuthentication failed with invalid MFA one time pass code\./;

describe("GetSessionToken", () => {
  it("row 30: with a code gives keys that work, with their token only", async () => {
    const answer = await session(withCode(code()));
    expect(answer.status).toBe(200);
    expect(answer.root.namespace).toBe("https://sts.amazonaws.com/doc/2011-06-15/");
    expect(answer.text("Credentials/Expiration")).toBe("2025-01-16T00:00:30Z");
    const keys = keysOf(answer);
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{17}$/);
    const identity = await bench.call(keys, "GetCallerIdentity");
    expect(identity.text("Arn")).toBe(`arn:aws:iam::${ACCOUNT}:user/alice`);
    expect(identity.text("UserId")).toMatch(/^AIDA/);
    expect(identity.text("Account")).toBe(ACCOUNT);
    const { sessionToken: _, ...bare } = keys;
    const forged = { ...keys, sessionToken: `${keys.sessionToken?.slice(0, -8)}AAAAAAA=` };
    const others = { ...ALICE, sessionToken: keys.sessionToken ?? "" };
    for (const no of [bare, forged, others]) {
      const refused = await bench.call(no, "GetCallerIdentity");
      expect(refused).toMatchObject({ status: 403, code: "InvalidClientTokenId" });
    }
  });

  it("rows 31 and 32: the code counts once, in every act; a wrong one does not", async () => {
    const right = code();
    expect((await session(withCode(right))).status).toBe(200);
    for (const answer of [
      await session(withCode(right)),
      await assume(withCode(right)),
      await session(withCode(wrong())),
    ]) {
      expect(answer).toMatchObject({ ...DENIED, message: expect.stringMatching(BAD_CODE) });
    }
  });

  it("row 33: a device must be the caller's own", async () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/alice`;
    for (const [who, serial] of [
      [BOB, device.serial],
      [ROOT, device.serial],
      [OTHER_ADMIN, device.serial],
      [ALICE, user],
      [ALICE, "123456789"],
    ] as const) {
      const answer = await session({ SerialNumber: serial, TokenCode: code() }, who);
      expect(answer).toMatchObject(DENIED);
      expect(answer.message).toContain("unable to validate MFA code.  Please verify");
    }
    expect((await session(withCode(code()))).status).toBe(200);
  });

  it.each(["abcdef", "１２３４５６"])(
    "row 34: TokenCode %j is refused by its name",
    async (text) => {
      const answer = await session(withCode(text));
      expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
      expect(answer.message).toBe(
        `1 validation error detected: Value '${text}' at 'tokenCode' failed to satisfy ` +
          "constraint: Member must satisfy regular expression pattern: [\\d]*",
      );
    },
  );

  it("row 35: is refused to a session", async () => {
    const keys = keysOf(await session(withCode(code())));
    const answer = await bench.call(keys, "GetSessionToken");
    expect(answer).toMatchObject(DENIED);
    expect(answer.message).toBe("Cannot call GetSessionToken with session credentials");
  });

  it.each([
    ["899", 400],
    ["900", 200],
    ["129600", 200],
    ["129601", 400],
  ])("row 36: DurationSeconds %s is answered %i", async (DurationSeconds, status) => {
    expect((await session({ DurationSeconds })).status).toBe(status);
  });

  it("with half of serial and code is refused", async () => {
    for (const half of [{ SerialNumber: device.serial }, { TokenCode: code() }]) {
      const answer = await session(half);
      expect(answer.message).toContain("must provide both MFA serial number and one time pass");
    }
  });

  it("without a code works; such a session may not call IAM", async () => {
    const keys = keysOf(await session({}));
    expect((await bench.call(keys, "GetCallerIdentity")).status).toBe(200);
    const answer = await bench.call(keys, "ListMFADevices");
    expect(answer).toMatchObject({ status: 403, code: "InvalidClientTokenId" });
    expect((await assume({}, keys)).code).toBe("AccessDenied");
  });

  it("of root lasts an hour at most", async () => {
    const answer = await session({}, ROOT);
    expect(answer.text("Credentials/Expiration")).toBe("2025-01-15T13:00:30Z");
  });

  it("sessions end", async () => {
    const keys = keysOf(await session({ DurationSeconds: "900" }));
    bench.nowUs += 899_000_000;
    expect((await bench.call(keys, "GetCallerIdentity")).status).toBe(200);
    bench.nowUs += 1_000_000;
    expect(await bench.call(keys, "GetCallerIdentity")).toMatchObject({
      status: 403,
      code: "ExpiredToken",
    });
  });

  it("row 41: takes no code of a device that was deactivated", async () => {
    const parameters = { UserName: "alice", SerialNumber: device.serial };
    await bench.call(ADMIN, "DeactivateMFADevice", parameters);
    expect(await session(withCode(code()))).toMatchObject(DENIED);
  });

  it("row 57: of many at once with one code exactly one works", async () => {
    for (let round = 0; round < 20; round++) {
      const right = code();
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, at) =>
          at % 2 === 0 ? session(withCode(right)) : assume(withCode(right)),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403]);
      bench.pass(1);
    }
  });

  it("a device is locked after ten wrong codes in a row, for a time", async () => {
    for (let tries = 0; tries < 10; tries++) await session(withCode(wrong()));
    expect((await session(withCode(code()))).status).toBe(403);
    bench.pass(11);
    expect((await session(withCode(code()))).status).toBe(200);
  });
});

describe("AssumeRole", () => {
  it("with a code gives a session of the role, which manages what the role does", async () => {
    const answer = await assume(withCode(code()));
    expect(answer.text("AssumedRoleUser/Arn")).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/operator/work`,
    );
    expect(answer.text("AssumedRoleUser/AssumedRoleId")).toMatch(/^AROA[A-Z2-7]{17}:work$/);
    expect(answer.text("Credentials/Expiration")).toBe("2025-01-15T13:00:30Z");
    const keys = keysOf(answer);
    const identity = await bench.call(keys, "GetCallerIdentity");
    expect(identity.text("UserId")).toBe(answer.text("AssumedRoleUser/AssumedRoleId"));
    expect((await bench.call(keys, "ListUsers")).status).toBe(200);
    const own = await bench.call(keys, "ListMFADevices");
    expect(own).toMatchObject({
      status: 400,
      message: "Must specify userName when calling with non-User credentials",
    });
  });

  it("takes the MFA of a session instead of a code", async () => {
    const keys = keysOf(await session(withCode(code())));
    expect((await assume({}, keys)).status).toBe(200);
  });

  it("is refused without MFA, to strangers, to root and for unknown roles", async () => {
    for (const [parameters, who] of [
      [{}, ALICE],
      [withCode(code()), EVE],
      [{}, ROOT],
      [{ RoleArn: `${ROLE}-2` }, ALICE],
    ] as const) {
      expect(await assume(parameters, who)).toMatchObject(DENIED);
    }
  });

  it("asks for the external id of a role that has one", async () => {
    const RoleArn = ROLE.replace("operator", "reader");
    expect(await assume({ RoleArn })).toMatchObject(DENIED);
    expect((await assume({ RoleArn, ExternalId: "x-1" })).status).toBe(200);
  });

  it("refuses what would narrow a session, and durations beyond the role's", async () => {
    const answer = await assume({ Policy: "{}", ...withCode(code()) });
    expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
    const long = await assume({ DurationSeconds: "3601", ...withCode(code()) });
    expect(long).toMatchObject({ status: 400, code: "ValidationError" });
    expect((await assume(withCode(code()))).status).toBe(200);
  });
});

describe("requests", () => {
  it("row 51: with a wrong secret, an unknown key, or unsigned", async () => {
    const call = (who: typeof ALICE, drop = false) =>
      bench.call(
        who,
        "GetCallerIdentity",
        {},
        {
          spoil: ({ headers }) => {
            if (drop) headers.authorization = undefined;
          },
        },
      );
    const wrongSecret = { ...ALICE, secretAccessKey: ADMIN.secretAccessKey };
    expect(await call(wrongSecret)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    const unknown = { ...ALICE, accessKeyId: "AKIANOBODY0000000000" };
    expect(await call(unknown)).toMatchObject({ status: 403, code: "InvalidClientTokenId" });
    expect(await call(ALICE, true)).toMatchObject({
      status: 403,
      code: "MissingAuthenticationToken",
    });
  });

  it("row 52: with a byte changed after signing", async () => {
    const answer = await bench.call(
      ALICE,
      "ListMFADevices",
      { UserName: "alice" },
      {
        spoil: ({ body }) => body.fill("b", body.length - 1),
      },
    );
    expect(answer).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  });

  it("row 53: twenty minutes old or early", async () => {
    for (const byUs of [1_200_000_000, -1_200_000_000]) {
      const old = bench.request(ALICE, "GetCallerIdentity", {}, {});
      bench.nowUs += byUs;
      const answer = await bench.raw(old);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatch(/<Code>SignatureDoesNotMatch<.*(expired|not yet current)/);
      bench.nowUs -= byUs;
    }
  });

  it("row 54: of an unknown action, or a known one of another version", async () => {
    const unknown = await bench.call(ALICE, "DeleteEverything");
    expect(unknown).toMatchObject({ status: 400, code: "InvalidAction" });
    expect(unknown.message).toBe(
      "Could not find operation DeleteEverything for version 2010-05-08",
    );
    for (const twist of [{ version: "2009-01-01" }, { service: "sts" as const }]) {
      expect(await bench.call(ALICE, "ListUsers", {}, twist)).toMatchObject({
        status: 400,
        code: "InvalidAction",
      });
    }
  });

  it("sent again: a code that was taken is not taken twice, a list is given again", async () => {
    const request = bench.request(ALICE, "GetSessionToken", withCode(code()), {});
    expect((await bench.raw(request)).status).toBe(200);
    expect((await bench.raw(request)).status).toBe(403);
    const list = bench.request(ALICE, "ListMFADevices", {}, {});
    expect((await bench.raw(list)).status).toBe(200);
    expect((await bench.raw(list)).status).toBe(200);
  });

  it("unsigned with bad parameters learn nothing of them", async () => {
    const answer = await bench.call(
      ALICE,
      "ListMFADevices",
      { MaxItems: "x" },
      {
        spoil: ({ headers }) => {
          headers.authorization = undefined;
        },
      },
    );
    expect(answer.code).toBe("MissingAuthenticationToken");
  });

  it.each(["a=%zz", "Action=ListUsers&Action=ListUsers", "a=%ff", "Tags.member.0.Key=a"])(
    "with body %j are refused as such",
    async (text) => {
      const request = bench.request(ADMIN, "TagMFADevice", {}, {});
      const { sign } = await import("aws4");
      const body = `${text}&Action=TagMFADevice&Version=2010-05-08&SerialNumber=${device.serial}`;
      const headers = { Host: "127.0.0.1:8080", "X-Amz-Date": "20250115T120030Z" };
      const options = { host: "127.0.0.1:8080", service: "iam", path: "/", body, headers };
      const signed = sign({ ...options, method: "POST", region: "us-east-1" }, ADMIN);
      const lower = Object.entries(signed.headers ?? {});
      const answer = await bench.raw({
        ...request,
        body: Buffer.from(body),
        headers: Object.fromEntries(lower.map(([name, value]) => [name.toLowerCase(), `${value}`])),
      });
      expect(answer.body).toContain("<Code>ValidationError</Code>");
    },
  );

  it("with another method or a query are refused", async () => {
    for (const spoil of [{ query: "Action=ListUsers" }]) {
      const answer = await bench.call(
        ADMIN,
        "ListUsers",
        {},
        {
          spoil: (request) => Object.assign(request, spoil),
        },
      );
      expect(answer).toMatchObject({ status: 400, code: "ValidationError" });
    }
  });
});
