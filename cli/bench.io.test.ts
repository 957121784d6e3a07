// oathbed bench in this process: its files, and the load on another service.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../bench/run.ts";
import { oathbed } from "./testing/oathbed.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";

const BENCH = ["bench", "--suite", "codes", "--duration", "1"] as const;
const KEY = "otpauth://totp/ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

let folder: Scratch;
let server: Server;
beforeAll(async () => {
  folder = await scratch();
  server = createServer((_, response) => response.end("taken"));
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await folder[Symbol.asyncDispose]();
});

test("a saved result is the one that is printed, and is compared with", async () => {
  const [saved, page] = [folder.at("result.json"), folder.at("result.html")];
  const first = await oathbed([...BENCH, "--json", "--save", saved, "--html", page]);
  expect(first.exitCode).toBe(0);
  expect(await readFile(saved, "utf8")).toBe(first.out);
  expect(await readFile(page, "utf8")).toContain('<div class="bar">');
  const again = await oathbed([...BENCH, "--compare", saved]);
  expect(again.exitCode).toBe(0);
  expect(again.out).toMatch(/^suite +subject +what +before +now +unit +change$/m);
});

test("any service is loaded by a template", async () => {
  const against = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const template = await folder.write("login.json", '{"path":"/{code}"}');
  const tokens = await folder.write("keys.txt", `${KEY}\n${KEY}\n`);
  const words = ["bench", "--against", against, "--template", template, "--tokens", tokens];
  const ended = await oathbed([...words, "--load", "closed:2", "--json"]);
  expect(ended.exitCode).toBe(0);
  const { measurements } = JSON.parse(ended.out) as BenchResult;
  expect(measurements.map(({ name }) => name)).toEqual([
    "closed load, 2 connections",
    "closed load, 2 connections, p50",
    "closed load, 2 connections, p99",
  ]);
});

describe("what cannot be measured is told before anything is", () => {
  test.each([
    [["--compare", "no-such.json"], "there is no no-such.json"],
    [["--save", "/no/such/folder/r.json"], "--save /no/such/folder/r.json cannot be written"],
    [["--load", "closed:2"], "--load goes with --against URL"],
    [["--against", "http://127.0.0.1:1"], "--suite says nothing of it"],
    [["--contender", "otplib"], "--contender is for the races of verify"],
    [["--contender", "nobody"], "Argument: contender"],
  ])("%j", async (words, message) => {
    const ended = await oathbed(["bench", "--suite", "codes", "--duration", "1", ...words]);
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toContain(message);
  });

  test.each([
    [["--against", "http://127.0.0.1:1"], "--against needs --template FILE"],
    [["--against", "ftp://h", "--template", "a", "--tokens", "b"], "there is no a"],
  ])("%j alone", async (words, message) => {
    const ended = await oathbed(["bench", ...words]);
    expect(ended.exitCode).toBe(2);
    expect(ended.err).toContain(message);
  });
});
