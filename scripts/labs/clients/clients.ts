// The clients of the lab, each called the same way: Debian's aws command, Debian's boto3, the
// JavaScript SDK. None of their code is ours.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Keys } from "../../../service/iam/testing/bench.ts";
import { type Ran, runProgram } from "../testing/program.ts";

/** What came of a call. */
export interface Called {
  /** Code of the fault; null when it worked. */
  readonly code: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of the endpoint. */
export interface Client {
  readonly name: string;
  call(
    url: string,
    keys: Keys,
    action: string,
    parameters?: Readonly<Record<string, string | number>>,
  ): Promise<Called>;
  /** Makes a device; gives the PNG of its QR code. */
  create(url: string, keys: Keys, name: string): Promise<{ serial: string; png: Buffer }>;
}

const REGION = "us-east-1";
const HERE = fileURLToPath(new URL(".", import.meta.url));
const STS: readonly string[] = ["GetSessionToken", "AssumeRole", "GetCallerIdentity"];
const AWS = "/usr/bin/aws";
const PYTHON = "/usr/bin/python3";

const serviceOf = (action: string): "iam" | "sts" => (STS.includes(action) ? "sts" : "iam");

/** `EnableMFADevice` as `enable-mfa-device`, or with another joint. */
export function words(name: string, joint: string): string {
  return name
    .replace(/MFA/g, "Mfa")
    .replace(/([a-z0-9])([A-Z])/g, `$1${joint}$2`)
    .toLowerCase();
}

/** Nothing of this computer's settings, and no other host. */
function cliEnv({ accessKeyId, secretAccessKey, sessionToken }: Keys): NodeJS.ProcessEnv {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    AWS_CONFIG_FILE: "/nonexistent/config",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
    AWS_MAX_ATTEMPTS: "1",
  };
}

/** The aws command with these arguments. */
export function aws(url: string, keys: Keys, ...args: readonly string[]): Promise<Ran> {
  return runProgram(AWS, ["--endpoint-url", url, ...args], { env: cliEnv(keys) });
}

/** The code of a fault in what the aws command said. */
export function faultIn({ stderr }: Ran): string | null {
  return /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? null;
}

const CLI: Client = {
  name: "aws command",
  async call(url, keys, action, parameters = {}) {
    const options = Object.entries(parameters).flatMap(([name, value]) => [
      `--${words(name, "-").replace(/code(\d)/, "code$1")}`,
      String(value),
    ]);
    const ran = await aws(url, keys, serviceOf(action), words(action, "-"), ...options);
    const code = faultIn(ran);
    if (ran.exitCode !== 0 && code === null) throw new Error(ran.stderr);
    return { code, data: ran.stdout.trim() === "" ? {} : JSON.parse(ran.stdout) };
  },
  async create(url, keys, name) {
    const png = join(mkdtempSync(join(tmpdir(), "oathbed-clients-")), "qr.png");
    const how = ["--outfile", png, "--bootstrap-method", "QRCodePNG"];
    const what = ["iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", name];
    const ran = await aws(url, keys, ...what, ...how);
    if (ran.exitCode !== 0) throw new Error(ran.stderr);
    const serial = JSON.parse(ran.stdout).VirtualMFADevice.SerialNumber;
    return { serial, png: readFileSync(png) };
  },
};

/** A script that takes JSON and gives JSON. */
function scripted(
  name: string,
  program: string,
  script: string,
  keysOf: (keys: Keys) => Readonly<Record<string, string>>,
): Client {
  const call: Client["call"] = async (url, keys, action, parameters = {}) => {
    const service = serviceOf(action);
    const operation = words(action, "_");
    const asked = { service, action, operation, url, keys: keysOf(keys), parameters };
    const env = { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/nonexistent/config" };
    const input = JSON.stringify(asked);
    const { exitCode, stdout, stderr } = await runProgram(program, [join(HERE, script)], {
      input,
      env,
    });
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Called;
  };
  return {
    name,
    call,
    async create(url, keys, device) {
      const parameters = { VirtualMFADeviceName: device };
      const { data, code } = await call(url, keys, "CreateVirtualMFADevice", parameters);
      if (code !== null) throw new Error(code);
      const made = data.VirtualMFADevice as { SerialNumber: string; QRCodePNG: string };
      return { serial: made.SerialNumber, png: Buffer.from(made.QRCodePNG, "base64") };
    },
  };
}

/** All of them. */
export const CLIENTS: readonly Client[] = [
  CLI,
  scripted("boto3", PYTHON, "boto.py", ({ accessKeyId, secretAccessKey, sessionToken }) => ({
    region_name: REGION,
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    ...(sessionToken === undefined ? {} : { aws_session_token: sessionToken }),
  })),
  scripted("JavaScript SDK", process.execPath, "sdk.mjs", (keys) => ({
    ...keys,
    region: REGION,
  })),
];
