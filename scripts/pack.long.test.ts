// What users install: the tarball, in an empty project, beside nothing but its own dependencies.
// These are linked from here instead of downloaded; .ci/run installs it from the registry besides.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { packageFile, ROOT } from "./house/tree.ts";

/** Time for packing, which builds first. */
const PACK_MS = 60_000;

const project = mkdtempSync(join(tmpdir(), "oathbed-pack-"));
const modules = join(project, "node_modules");
const installed = join(modules, "oathbed");
let packed: readonly string[] = [];

beforeAll(() => {
  const answer = execFileSync("npm", ["pack", "--json", "--pack-destination", project], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: PACK_MS,
  });
  const { filename, files } = readPackAnswer(answer);
  packed = files;
  mkdirSync(installed, { recursive: true });
  const tarball = join(project, filename);
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  linkDependencies();
}, PACK_MS);

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** npm prints what the build says before its JSON, and from version 12 an object by name. */
function readPackAnswer(answer: string): { filename: string; files: readonly string[] } {
  const parsed: unknown = JSON.parse(answer.slice(answer.search(/^[[{]/m)));
  const [entry] = Object.values(parsed as Record<string, unknown>);
  const { filename, files } = entry as { filename: string; files: { path: string }[] };
  return { filename, files: files.map(({ path }) => path) };
}

/** Packages that an installed oathbed has, at the top level; no development ones. */
function linkDependencies(): void {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<
      Record<string, { readonly dev?: true; readonly devOptional?: true }>
    >;
  };
  for (const [path, entry] of Object.entries(lock.packages)) {
    const isTop = path.lastIndexOf("node_modules/") === 0;
    if (!isTop || entry.dev || entry.devOptional || !existsSync(join(ROOT, path))) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(project, path));
  }
}

function oathbed(...words: readonly string[]): { status: number | null; output: string } {
  const launcher = join(installed, "bin", "oathbed.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    cwd: project,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, output: stdout + stderr };
}

describe("the packed oathbed", () => {
  it("holds what runs, and neither sources nor tests", () => {
    expect(packed).toContain("bin/oathbed.js");
    expect(packed).toContain("dist/cli/main.js");
    expect(packed).toContain("dist/core/index.d.ts");
    expect(packed).toContain("dist/service/page/built/index.html");
    expect(packed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    expect(packed.filter((path) => /\.test\.|\/testing\/|^scripts\//.test(path))).toEqual([]);
  });

  it("runs its command", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(oathbed("--version")).toEqual({ status: 0, output: `${version}\n` });
    const { status, output } = oathbed("policy", "show");
    expect(output).toContain("windowPast");
    expect(status).toBe(0);
  });

  it("judges a token, with its suites and vectors in the tarball", () => {
    const { status, output } = oathbed("conformance", "--device", "virtual");
    expect(output).toMatch(/\d+ pass/);
    expect(status).toBe(0);
  });

  it("brings the known failures of tokens along", () => {
    const { status, output } = oathbed("conformance", "--device", "ykoath:canokey");
    expect(output).toMatch(/known failure/);
    expect(status).toBe(0);
  });

  it("starts its workers: a store's thread, and those of a fleet", () => {
    const program = `
      import { totpParameters } from "oathbed/core";
      import { policyOf, SqliteStore, Verifier } from "oathbed/verifier";
      const store = new SqliteStore("packed.db", { thread: "own" });
      const verifier = new Verifier({ store, policy: policyOf("rfc6238") });
      const secret = new Uint8Array(20).fill(7);
      await verifier.create({ label: "packed", parameters: totpParameters(), secret });
      console.log((await store.statistics()).tokens);
      await store.close();`;
    const script = join(project, "store.mjs");
    writeFileSync(script, program);
    const output = execFileSync(process.execPath, [script], {
      cwd: project,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    });
    expect(output).toBe("1\n");
    const words = ["--tokens", "20", "--policy", "rfc6238", "--logins", "60d", "--workers", "2"];
    const fleet = oathbed("fleet", "simulate", ...words, "--random-seed", "1");
    expect(fleet.output).toContain("20 tokens of xtal-token");
    expect(fleet.status).toBe(0);
  });

  it("serves the page, with the files that a browser loads", async () => {
    const launcher = join(installed, "bin", "oathbed.js");
    const words = [launcher, "serve", "--demo", "--port", "0", "--json"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = await once(createInterface(child.stdout), "line");
    const { url } = JSON.parse(String(line)) as { readonly url: string };
    const html = await (await fetch(url)).text();
    const named = [...html.matchAll(/(?:src|href)="\.\/([^"]*)"/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(2);
    const answers = await Promise.all(named.map((path) => fetch(`${url}/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual(named.map(() => 200));
  });

  it("exports its rooms, with types", async () => {
    const names = Object.keys(packageFile().exports).filter((name) => !name.endsWith(".json"));
    const lines = names.map(
      (name) => `console.log(Object.keys(await import("oathbed/${name.slice(2)}")).length > 0);`,
    );
    const program = lines.join("\n");
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      cwd: project,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    });
    expect(output.trim().split("\n")).toEqual(names.map(() => "true"));
    const missing = packed.filter(
      (path) =>
        /^dist\/(?!.*\/built\/).*\.js$/.test(path) &&
        !packed.includes(path.replace(/\.js$/, ".d.ts")),
    );
    expect(missing).toEqual([]);
  });
});
