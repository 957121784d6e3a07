// FreeRADIUS's rlm_totp as a target, through radclient. The server is one of its own, on a port and
// in a folder of its own, its clock a file that is written before each request. It loads its
// modules past whatever is preloaded, so that a copy of the module asks for libfaketime itself.

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBase32 } from "../../core/oath/base32.ts";
import {
  type Target,
  type TargetAnswer,
  TargetCannot,
  type TargetFactory,
  type TargetToken,
  type TargetTokenId,
} from "../target.ts";
import { libraryPath, stamp } from "./faketime.ts";
import { refuseOtherPolicy } from "./policy-fields.ts";
import { runProgram } from "./program.ts";

const REMEDY = "apt install freeradius freeradius-utils libfaketime patchelf";
const MODULES = "/usr/lib/freeradius";
const DICTIONARIES = "/usr/share/freeradius";
const START_MS = 10_000;

/** rlm_totp of FreeRADIUS. @throws {TargetCannot} when this machine cannot run it */
export async function radiusTarget(): Promise<TargetFactory> {
  libraryPath();
  if (!existsSync(join(MODULES, "rlm_totp.so"))) throw new TargetCannot(`no rlm_totp: ${REMEDY}`);
  const { out, err } = await runProgram("freeradius", ["-v"], { remedy: REMEDY });
  await runProgram("patchelf", ["--version"], { remedy: REMEDY });
  const version = /Version (\d+\.\d+\.\d+)/i.exec(out + err)?.[1] ?? "of unknown version";
  return {
    name: "rlm_totp",
    description: `FreeRADIUS ${version}, rlm_totp, by radclient and faketime`,
    abilities: new Set(),
    open: async (policy) => {
      refuseOtherPolicy(policy, ["window"]);
      const { past, future } = policy.window ?? { past: 0, future: 0 };
      if (past + future > 0) throw new TargetCannot("it has no window: the current step alone");
      const folder = await mkdtemp(join(tmpdir(), "oathbed-radius-"));
      try {
        return await start(folder);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

/** Starts a server and waits until it takes requests. */
async function start(folder: string): Promise<Target> {
  const port = await freePort();
  const secret = randomBytes(12).toString("hex");
  await writeFile(join(folder, "secret"), `${secret}\n`, { mode: 0o600 });
  await writeFile(join(folder, "now"), `${stamp(0)}\n`);
  await copyModules(join(folder));
  await writeFile(join(folder, "radiusd.conf"), configuration(folder, port, secret), {
    mode: 0o600,
  });
  const child = spawn("freeradius", ["-f", "-l", "stdout", "-d", folder, "-D", DICTIONARIES], {
    env: {
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      LC_ALL: "C",
      TZ: "UTC",
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: join(folder, "now"),
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await ready(child);
  return new RadiusTarget(child, folder, port);
}

class RadiusTarget implements Target {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #port: number;
  readonly #tokens = new Map<TargetTokenId, TargetToken>();

  constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.#port = port;
  }

  async create(token: TargetToken): Promise<TargetTokenId> {
    const { parameters } = token;
    if (parameters.kind === "hotp") throw new TargetCannot("it has no event-based codes");
    const { algorithm, digits, stepSeconds, t0 } = parameters;
    if (algorithm !== "SHA1" || digits !== 6 || stepSeconds !== 30 || t0 !== 0) {
      throw new TargetCannot("it has SHA-1, six digits and steps of 30 s from 1970 only");
    }
    if (token.secret.length > 120) throw new TargetCannot("a RADIUS attribute has 253 bytes");
    const id = `token-${this.#tokens.size}`;
    this.#tokens.set(id, token);
    return id;
  }

  async enroll(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no enrollment");
  }

  async submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer> {
    const token = this.#tokens.get(id);
    const isText = /^[\x20-\x7e]{1,100}$/.test(code) && !/["\\%]/.test(code);
    if (token === undefined || !isText) return { accepted: false, reason: "refused" };
    await writeFile(join(this.#folder, "now"), `${stamp(atUs)}\n`);
    const attributes = [
      'User-Name = "alice"',
      `User-Password = "${code}"`,
      `Filter-Id = "${encodeBase32(token.secret)}"`,
    ];
    const secretFile = join(this.#folder, "secret");
    const { out, err } = await runProgram(
      "radclient",
      ["-r", "2", "-t", "3", "-S", secretFile, `127.0.0.1:${this.#port}`, "auth"],
      { input: `${attributes.join(", ")}\n`, remedy: REMEDY },
    );
    if (/Received Access-Accept/.test(out)) return { accepted: true };
    if (/Received Access-Reject/.test(out)) return { accepted: false, reason: "refused" };
    throw new Error(`radclient had no answer: ${(out + err).slice(0, 200)}`);
  }

  async resync(): Promise<TargetAnswer> {
    throw new TargetCannot("it has no resynchronization");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, "close") : undefined;
    this.#child.kill("SIGKILL");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The modules by links, and rlm_totp as a copy that needs libfaketime. */
async function copyModules(folder: string): Promise<void> {
  for (const name of await readdir(MODULES)) {
    if (name === "rlm_totp.so") await copyFile(join(MODULES, name), join(folder, name));
    else await symlink(join(MODULES, name), join(folder, name));
  }
  const words = ["--add-needed", libraryPath(), join(folder, "rlm_totp.so")];
  const { exitCode, err } = await runProgram("patchelf", words, { remedy: REMEDY });
  if (exitCode !== 0) throw new Error(`patchelf ended with ${exitCode}: ${err.slice(0, 200)}`);
}

function configuration(folder: string, port: number, secret: string): string {
  return `
prefix = /usr
libdir = ${folder}
confdir = ${folder}
logdir = ${folder}
run_dir = ${folder}
db_dir = ${folder}
name = oathbed
security {
  reject_delay = 0
  status_server = no
}
client localhost {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
modules {
  totp {
  }
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
    update control {
      &TOTP-Secret := "%{Filter-Id}"
      &Auth-Type := totp
    }
    update request {
      &TOTP-Password := "%{User-Password}"
    }
  }
  authenticate {
    Auth-Type totp {
      totp
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Waits for its word that it takes requests. @throws {Error} when it ends or is silent */
async function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  const hear = (bytes: Buffer): void => {
    said = (said + bytes.toString("utf8")).slice(-10_000);
    if (said.includes("Ready to process requests")) resolve();
  };
  const failed = (): void => reject(new Error(`freeradius did not start: ${said.slice(-300)}`));
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  child.once("error", failed);
  child.once("close", failed);
  const timer = setTimeout(failed, START_MS);
  try {
    await promise;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
