// oathbed serve as a process: ready line, signals, what it says when it cannot start.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { oathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/oathbed.js", import.meta.url));
const TOKEN = "0123456789abcdefghij-of-tests";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

interface Served {
  readonly child: ChildProcess;
  readonly first: string;
  readonly err: () => string;
  readonly ended: Promise<readonly [code: number | null]>;
}

/** Starts `oathbed serve` and waits for its first line. */
async function serve(...words: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--port", "0", ...words]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit") as Promise<[number | null]>;
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  await Promise.race([
    new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk) => {
        out += chunk;
        if (out.includes("\n")) resolve();
      });
    }),
    ended.then(([code]) => {
      throw new Error(`ended with ${code}: ${err}`);
    }),
  ]);
  return { child, first: out.split("\n")[0] ?? "", err: () => err, ended };
}

test("is ready, answers its drawn token, and ends cleanly at SIGTERM", async () => {
  const state = folder.at("served.db");
  const { child, first, ended, err } = await serve("--state", state, "--json");
  const { event, url, token, durability } = JSON.parse(first);
  expect(event).toBe("ready");
  expect(durability).toContain("FULL");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ label: "a" });
  const made = await fetch(`${url}/v1/tokens`, { method: "POST", headers, body });
  expect(made.status).toBe(201);
  child.kill("SIGTERM");
  expect((await ended)[0]).toBe(0);
  expect(err()).toContain("requests in flight end");
  expect(err()).not.toContain(token);
  const listed = await oathbed(["admin", "list", "--state", state]);
  expect(listed.out).toContain("created");
});

test("at SIGTERM a request under way is answered, and the exit code is 0", async () => {
  const { child, first, ended, err } = await serve("--state", "memory", "--json");
  const { url, token } = JSON.parse(first);
  const body = JSON.stringify({ label: "late" });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  const head = [
    "POST /v1/tokens HTTP/1.1",
    "host: localhost",
    `authorization: Bearer ${token}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await vi.waitFor(() => expect(answer).toContain("100 Continue"), 10_000);
  child.kill("SIGTERM");
  await vi.waitFor(() => expect(err()).toContain("stopping"), 10_000);
  socket.write(body);
  expect((await ended)[0]).toBe(0);
  expect(answer).toContain("HTTP/1.1 201 Created");
  expect(answer).toContain('"state":"created"');
});

test("takes tokens from a file, warns when others can read it, and logs no token", async () => {
  const file = await folder.write("tokens", `${TOKEN} read\n`);
  await chmod(file, 0o644);
  const words = ["--state", "memory", "--tokens-file", file, "--log-level", "info"];
  const { child, first, ended, err } = await serve(...words);
  const url = first.replace(/^ready /, "");
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await fetch(`${url}/v1/users`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/v1/users`)).status).toBe(401);
  child.kill("SIGINT");
  expect((await ended)[0], "Ctrl-C is no ordinary end").toBe(130);
  expect(err()).toContain("mode 0644");
  expect(err()).toContain('"route":"/v1/users","status":200');
  expect(err()).not.toContain(TOKEN);
});

test.each([
  [["--port", "99999"], "--port must be a whole number"],
  [["--tls-cert", "x.pem"], "--tls-cert and --tls-key belong together"],
  [["--set", "throttleLimit=0"], "throttleLimit must be"],
  [["--set", "throttleLimit"], "--set takes NAME=VALUE"],
  [["--tokens-file", "/nowhere/tokens"], "there is no /nowhere/tokens"],
  [["--host", "203.0.113.7"], "is no address of this computer"],
])("%j is refused in words", async (words, message) => {
  const { exitCode, out, err } = await oathbed(["serve", "--state", "memory", ...words]);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err).toContain(message);
});

test("a port in use is named", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address() as { readonly port: number };
  const ended = await oathbed(["serve", "--state", "memory", "--port", String(port)]);
  expect(ended).toMatchObject({ exitCode: 2, err: expect.stringContaining("is in use") });
});
