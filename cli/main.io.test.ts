// The real command as a process: launcher, streams, signals, exit codes.

import { type ChildProcess, spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../conformance/report.ts";
import { parseSerialAddress } from "../devices/serial/address.ts";
import { openSerialDevice } from "../devices/serial/serial-device.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";

const LAUNCHER = fileURLToPath(new URL("../bin/oathbed.js", import.meta.url));
const isLinux = process.platform === "linux";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** The command while it runs. */
class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: number | null; out: string; err: string }>;
  #out = "";
  #err = "";
  #isOver = false;
  #told: () => void = () => {};

  constructor(command: string, words: readonly string[]) {
    this.child = spawn(command, words, {
      cwd: folder.path,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk) => {
      this.#out += chunk;
      this.#told();
    });
    this.child.stderr?.on("data", (chunk) => {
      this.#err += chunk;
      this.#told();
    });
    this.ended = new Promise((resolve) => {
      this.child.on("close", (exitCode) => {
        resolve({ exitCode, out: this.#out, err: this.#err });
        this.#isOver = true;
        this.#told();
      });
    });
  }

  /** Resolves with what `pattern` matched in either stream. @throws when the command ended first */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#out + this.#err);
      if (found !== null) return found[1] ?? found[0];
      if (this.#isOver) throw new Error(`it ended without ${pattern}: ${this.#out}${this.#err}`);
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }
}

const start = (...words: readonly string[]): Running =>
  new Running(process.execPath, [LAUNCHER, ...words]);

test("a wrong flag ends with 2, an error line, a hint, and nothing on stdout", async () => {
  expect(await start("policy", "show", "--jsn").ended).toEqual({
    exitCode: 2,
    out: "",
    err: "error: oathbed policy show has no option --jsn\nhint: did you mean --json?\n",
  });
});

test("answers come on stdout, and neither warnings nor colors anywhere", async () => {
  const { exitCode, out, err } = await start("enroll", "alice", "--device", "virtual").ended;
  expect(exitCode).toBe(0);
  expect(out).toContain("accepted  alice");
  expect(err).toBe("the secret is shown this once; scan or keep it\n");
  expect(out).not.toContain("\x1b");
});

test.skipIf(!isLinux)("a reader that goes away early is no error", async () => {
  const line = `'${process.execPath}' '${LAUNCHER}' demo | true; echo "\${PIPESTATUS[0]}"`;
  const { out, err } = await new Running("bash", ["-c", line]).ended;
  expect({ out, err }).toEqual({ out: "0\n", err: "" });
});

test("Ctrl-C ends a run with 130, and what was judged so far is reported", async () => {
  const running = start("conformance", "--target", "library:sqlite", "--report", "partial");
  await running.says(/random seed \d+/);
  running.child.kill("SIGINT");
  const { exitCode, out } = await running.ended;
  expect(exitCode).toBe(130);
  expect(out).toContain("Interrupted");
  const text = await readFile(folder.at("partial/report.json"), "utf8");
  expect((JSON.parse(text) as Report).complete).toBe(false);
});

test.skipIf(!isLinux)("token run is a token on a port until Ctrl-C", async () => {
  await folder.write("secret.txt", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  const words = ["--attach", "pty", "--json", "--secret-file", "secret.txt", "--offset", "-3600"];
  const running = start("token", "run", ...words, "--control", "t.sock", "--time", "simulated");
  const port = await running.says(/"ready","port":"([^"]+)"/);
  {
    await using device = await openSerialDevice(parseSerialAddress(port), { log: () => {} });
    const seconds = await device.readTime();
    expect(Math.abs(Date.now() / 1000 - seconds - 3600)).toBeLessThan(60);
    expect((await device.readTotp({ credential: "oathbed" })).code).toMatch(/^\d{6}$/);
    await asked({ id: 1, do: "advance", byUs: 86_400_000_000 });
    expect(await device.readTime()).toBe(seconds + 86_400);
    await asked({ id: 2, do: "inject", fault: { kind: "disconnect", afterBytes: 0 } });
    await expect(device.readTime()).rejects.toMatchObject({ code: "disconnected" });
  }
  await asked({ id: 3, do: "reconnect" });
  expect(await running.says(/"event":"port","port":"([^"]+)"/)).toMatch(/^\/dev\/pts\//);
  running.child.kill("SIGINT");
  const { exitCode, err } = await running.ended;
  expect(exitCode).toBe(130);
  expect(err).toContain("token stopped");
  expect(err).not.toContain("GEZDGNBV");
  await expect(stat(folder.at("t.sock"))).rejects.toMatchObject({ code: "ENOENT" });
});

/** Sends one request to the control socket and takes its answer. */
async function asked(request: {
  readonly id: number;
  readonly [name: string]: unknown;
}): Promise<void> {
  const socket = connect({ path: folder.at("t.sock") });
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    for await (const line of createInterface({ input: socket })) {
      const answer = JSON.parse(line) as { readonly id?: number; readonly error?: unknown };
      if (answer.id !== request.id) continue;
      expect(answer.error).toBeUndefined();
      return;
    }
  } finally {
    socket.destroy();
  }
}
