// The whole MFA workflow by each client, with an emulated token as the device: its clock is 95 s
// behind, and then loses five minutes more. Codes are judged by the time around the token,
// signatures by the time of day.

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseOtpauthUri } from "../../../core/oath/otpauth.ts";
import { SystemClock } from "../../../core/time/system-clock.ts";
import type { Device } from "../../../devices/device.ts";
import { subjectSource } from "../../../devices/sources.ts";
import type { Subject } from "../../../devices/subject.ts";
import { openIam } from "../../../service/iam/open.ts";
import { iamPlugin } from "../../../service/iam/plugin.ts";
import { MemoryJournal } from "../../../service/iam/state/journal.ts";
import {
  ADMIN,
  ALICE,
  BOB,
  benchConfig,
  type Keys,
  ROLE,
} from "../../../service/iam/testing/bench.ts";
import { MemoryStore } from "../../../verifier/stores/memory.ts";
import { runProgram } from "../testing/program.ts";
import { aws, CLIENTS, faultIn } from "./clients.ts";

const STEP_US = 30_000_000;

/** An endpoint that listens, and a token that is read like a person's. */
class Place implements AsyncDisposable {
  readonly url: string;
  readonly #token: Device;
  readonly #subject: Subject;
  readonly #own: AsyncDisposableStack;

  private constructor(url: string, subject: Subject, token: Device, own: AsyncDisposableStack) {
    this.url = url;
    this.#subject = subject;
    this.#token = token;
    this.#own = own;
  }

  static async open(): Promise<Place> {
    const own = new AsyncDisposableStack();
    const subject = own.use(await subjectSource("virtual").open({ offsetSeconds: -95 }));
    const store = own.use(new MemoryStore());
    const journal = own.use(new MemoryJournal());
    const clock = new SystemClock();
    const moment = { nowUs: clock.nowUs(), codesAtUs: subject.clock.nowUs() };
    const iam = own.use(await openIam({ config: benchConfig(), store, journal, moment }));
    const app = fastify();
    own.defer(() => app.close());
    const options = { endpoint: iam.endpoint, clock, codeClock: subject.clock };
    await app.register(iamPlugin, options);
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    return new Place(url, subject, await subject.connect(), own);
  }

  /** Puts the secret of a QR code on the token, as its owner scans it. */
  async scan(png: Buffer, folder: string): Promise<string> {
    const file = join(folder, `qr-${process.pid}.png`);
    writeFileSync(file, png);
    const { stdout } = await runProgram("zbarimg", ["-q", "--raw", file]);
    const uri = stdout.trim();
    const { secret, parameters } = parseOtpauthUri(uri);
    await this.#token.provision({ name: "aws", secret, parameters });
    return uri;
  }

  async code(): Promise<string> {
    return (await this.#token.readTotp()).code;
  }

  /** Two codes, half a minute apart. */
  async pair(): Promise<{ AuthenticationCode1: string; AuthenticationCode2: string }> {
    const AuthenticationCode1 = await this.code();
    await this.pass(1);
    return { AuthenticationCode1, AuthenticationCode2: await this.code() };
  }

  async pass(steps: number): Promise<void> {
    await this.#subject.rig?.advance(steps * STEP_US);
  }

  /** The world goes on and the token's clock stays behind. */
  async lose(steps: number): Promise<void> {
    await this.#subject.rig?.stepHostTime(steps * STEP_US);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#own.disposeAsync();
  }
}

describe.each(CLIENTS)("$name", (client) => {
  let place: Place;
  let serial: string;
  const folder = tmpdir();
  const alice = () => ({ UserName: "alice", SerialNumber: serial });
  const call = async (
    keys: Keys,
    action: string,
    parameters: Record<string, string | number> = {},
  ) => client.call(place.url, keys, action, parameters);
  const codeOf = async (...given: Parameters<typeof call>) => (await call(...given)).code;
  const session = async (code: string) =>
    call(ALICE, "GetSessionToken", { SerialNumber: serial, TokenCode: code });

  beforeAll(async () => {
    place = await Place.open();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it("makes a device whose QR code zbarimg reads", async () => {
    const made = await client.create(place.url, ADMIN, "alice-phone");
    serial = made.serial;
    expect(serial).toBe("arn:aws:iam::123456789012:mfa/alice-phone");
    const uri = await place.scan(made.png, folder);
    expect(uri).toMatch(
      /^otpauth:\/\/totp\/Amazon%20Web%20Services:alice-phone@\d{12}\?secret=[A-Z2-7]{64}&issuer=/,
    );
    expect(
      await codeOf(ADMIN, "CreateVirtualMFADevice", {
        VirtualMFADeviceName: "x y",
        ...(client.name === "aws command"
          ? { Outfile: join(folder, "none"), BootstrapMethod: "QRCodePNG" }
          : {}),
      }),
    ).toBe("ValidationError");
  });

  it("is told of wrong codes, and enables with two right ones", async () => {
    const pair = await place.pair();
    const swapped = {
      AuthenticationCode1: pair.AuthenticationCode2,
      AuthenticationCode2: pair.AuthenticationCode1,
    };
    expect(await codeOf(ADMIN, "EnableMFADevice", { ...alice(), ...swapped })).toBe(
      "InvalidAuthenticationCode",
    );
    const nobody = { ...alice(), UserName: "nobody" };
    expect(await codeOf(ADMIN, "EnableMFADevice", { ...nobody, ...pair })).toBe("NoSuchEntity");
    expect(await codeOf(ADMIN, "EnableMFADevice", { ...alice(), ...pair })).toBe(null);
    const bob = { ...alice(), UserName: "bob" };
    expect(await codeOf(ADMIN, "EnableMFADevice", { ...bob, ...pair })).toBe("EntityAlreadyExists");
  });

  it("lists it", async () => {
    const { data } = await call(ALICE, "ListMFADevices");
    expect(data.MFADevices).toMatchObject([{ UserName: "alice", SerialNumber: serial }]);
    const all = await call(ADMIN, "ListVirtualMFADevices", { AssignmentStatus: "Assigned" });
    expect(all.data.VirtualMFADevices).toMatchObject([{ User: { UserName: "alice" } }]);
  });

  it("gets a session with a code, once", async () => {
    await place.pass(1);
    const code = await place.code();
    const { data } = await session(code);
    const got = data.Credentials as Record<string, string>;
    const keys = {
      accessKeyId: got.AccessKeyId ?? "",
      secretAccessKey: got.SecretAccessKey ?? "",
      sessionToken: got.SessionToken ?? "",
    };
    const identity = await call(keys, "GetCallerIdentity");
    expect(identity.data.Arn).toBe("arn:aws:iam::123456789012:user/alice");
    expect((await session(code)).code).toBe("AccessDenied");
    const role = { RoleArn: ROLE, RoleSessionName: "work" };
    const withCode = { ...role, SerialNumber: serial, TokenCode: code };
    expect(await codeOf(ALICE, "AssumeRole", withCode)).toBe("AccessDenied");
    expect(await codeOf(BOB, "GetSessionToken", { SerialNumber: serial, TokenCode: code })).toBe(
      "AccessDenied",
    );
  });

  it("assumes a role with a code", async () => {
    await place.pass(1);
    const role = { RoleArn: ROLE, RoleSessionName: "work" };
    const given = { ...role, SerialNumber: serial, TokenCode: await place.code() };
    const { data } = await call(ALICE, "AssumeRole", given);
    expect(data.AssumedRoleUser).toMatchObject({
      Arn: "arn:aws:sts::123456789012:assumed-role/operator/work",
    });
  });

  it("is refused when the token lost five minutes, and resynchronizes", async () => {
    await place.lose(10);
    expect((await session(await place.code())).code).toBe("AccessDenied");
    await place.pass(1);
    expect(await codeOf(ALICE, "ResyncMFADevice", { ...alice(), ...(await place.pair()) })).toBe(
      null,
    );
    await place.pass(1);
    expect((await session(await place.code())).code).toBe(null);
  });

  it("deactivates, deletes and replaces it; late codes leave it out of sync", async () => {
    const only = { SerialNumber: serial };
    expect(await codeOf(ADMIN, "DeleteVirtualMFADevice", only)).toBe("DeleteConflict");
    expect(await codeOf(ADMIN, "DeactivateMFADevice", alice())).toBe(null);
    expect(await codeOf(ADMIN, "DeactivateMFADevice", alice())).toBe("NoSuchEntity");
    expect(await codeOf(ADMIN, "DeleteVirtualMFADevice", only)).toBe(null);
    expect(await codeOf(ADMIN, "DeleteVirtualMFADevice", only)).toBe("NoSuchEntity");
    await place.scan((await client.create(place.url, ADMIN, "alice-phone")).png, folder);
    const late = await place.pair();
    await place.pass(3);
    expect(await codeOf(ADMIN, "EnableMFADevice", { ...alice(), ...late })).toBe(null);
    await place.pass(1);
    expect((await session(await place.code())).code).toBe("AccessDenied");
    await place.pass(1);
    expect(await codeOf(ALICE, "ResyncMFADevice", { ...alice(), ...(await place.pair()) })).toBe(
      null,
    );
    await place.pass(1);
    expect((await session(await place.code())).code).toBe(null);
  });

  it("makes, finds, lists and deletes users", async () => {
    const user = { UserName: "dave" };
    expect(await codeOf(ADMIN, "CreateUser", user)).toBe(null);
    expect(await codeOf(ADMIN, "CreateUser", user)).toBe("EntityAlreadyExists");
    const { data } = await call(ADMIN, "GetUser", user);
    expect(data.User).toMatchObject({ UserName: "dave", Path: "/" });
    const list = await call(ADMIN, "ListUsers");
    expect((list.data.Users as unknown[]).length).toBe(6);
    expect(await codeOf(ADMIN, "DeleteUser", user)).toBe(null);
  });
});

describe("the aws command", () => {
  it("pages, stops five digits itself, and says what other faults are", async () => {
    await using place = await Place.open();
    for (const name of ["a", "b", "c"]) await CLIENTS[0]?.create(place.url, ADMIN, name);
    const list = ["iam", "list-virtual-mfa-devices", "--page-size", "1"];
    const paged = await aws(place.url, ADMIN, ...list);
    expect(JSON.parse(paged.stdout).VirtualMFADevices).toHaveLength(3);
    const enable = ["iam", "enable-mfa-device", "--user-name", "alice"];
    const serial = ["--serial-number", "arn:aws:iam::123456789012:mfa/a"];
    const codes = ["--authentication-code1", "12345", "--authentication-code2", "123456"];
    const short = await aws(place.url, ADMIN, ...enable, ...serial, ...codes);
    expect(short.exitCode).toBe(252);
    const long = codes.map((word) => (word === "12345" ? "1234567" : word));
    const refused = await aws(place.url, ADMIN, ...enable, ...serial, ...long);
    expect([refused.exitCode, faultIn(refused)]).toEqual([254, "ValidationError"]);
    const wrong = { ...ADMIN, secretAccessKey: "another-secret-of-ours" };
    const unsigned = await aws(place.url, wrong, "iam", "list-users");
    expect(faultIn(unsigned)).toBe("SignatureDoesNotMatch");
  });
});
