// npm run test:examples: runs the examples of README.md and docs/*.md as they are printed. The
// blocks of a document run one after another in one empty folder; `oathbed` there is this checkout.
// TypeScript blocks import the built package by its name, and are type-checked first. Documents can
// be named: node scripts/examples.ts docs/service.md

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Example, examplesOf, missingOf } from "./examples/extract.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAMED: readonly string[] = process.argv.slice(2);
const DOCUMENTS: readonly string[] =
  NAMED.length > 0 ? NAMED : ["README.md", "CONTRIBUTING.md", "docs/**/*.md", "examples/*.md"];
/** Longest time for one block. */
const TIMEOUT_MS = 120_000;

// Inside the checkout, so that `oathbed/verifier` resolves to its own dist.
mkdirSync(join(ROOT, ".cache"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".cache", "examples-"));
let run = 0;
let failed = 0;
try {
  installCommand();
  for (const document of globSync(DOCUMENTS, { cwd: ROOT }).toSorted()) runDocument(document);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${run - failed} examples passed, ${failed} failed\n`);
if (run === 0) process.stdout.write("no document has an example\n");
process.exitCode = failed > 0 || run === 0 ? 1 : 0;

/** A command `oathbed` for the PATH of the examples. */
function installCommand(): void {
  mkdirSync(join(folder, "bin"));
  const path = join(folder, "bin", "oathbed");
  const launcher = join(ROOT, "bin", "oathbed.js");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
  chmodSync(path, 0o755);
}

function runDocument(document: string): void {
  const examples = examplesOf(readFileSync(join(ROOT, document), "utf8"));
  if (examples.length === 0) return;
  const place = join(folder, document.replace(/\W+/g, "-"));
  mkdirSync(place);
  // A document beside modules tells about them: they are there when its examples run.
  for (const module of globSync(join(dirname(document), "*.ts"), { cwd: ROOT })) {
    if (dirname(document) !== ".") copyFileSync(join(ROOT, module), join(place, basename(module)));
  }
  checkTypes(document, examples, place);
  for (const example of examples) {
    run++;
    const problem = runExample(example, place);
    if (problem === undefined) continue;
    failed++;
    process.stdout.write(`${document}:${example.line}: ${problem}\n`);
  }
}

/** What went wrong, with the output; undefined when all is well. */
function runExample(example: Example, place: string): string | undefined {
  const [command, args] = commandOf(example);
  const { status, signal, output, error } = spawnSync(command, args, {
    cwd: place,
    env: {
      ...process.env,
      PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`,
      NO_COLOR: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  const missing = missingOf(example.prints, output?.[1] ?? "");
  if (status === example.exitCode && missing === undefined) return undefined;
  const isEnd = status !== example.exitCode;
  const end = isEnd
    ? (error?.message ?? `exit code ${status ?? signal}, not ${example.exitCode}`)
    : `it does not print: ${missing}`;
  return `${end}\n${example.code}${(output ?? []).join("")}`;
}

function commandOf({ language, line, code }: Example): readonly [string, readonly string[]] {
  return language === "sh"
    ? ["sh", ["-eu", "-c", code]]
    : [process.execPath, ["--disable-warning=ExperimentalWarning", moduleName(line)]];
}

/** Writes the modules of a document and checks them as users of the package would. */
function checkTypes(document: string, examples: readonly Example[], place: string): void {
  const modules = examples.filter(({ language }) => language === "ts");
  if (modules.length === 0 && globSync("*.ts", { cwd: place }).length === 0) return;
  for (const { line, code } of modules) writeFileSync(join(place, moduleName(line)), code);
  const config = { extends: join(ROOT, "tsconfig.json"), include: ["*.ts"] };
  const compilerOptions = { isolatedDeclarations: false, declaration: false };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ ...config, compilerOptions }));
  try {
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [tsc, "--noEmit", "-p", place], { timeout: TIMEOUT_MS });
  } catch (error) {
    failed++;
    run++;
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    process.stdout.write(`${document}: its TypeScript does not type-check\n${output}`);
  }
}

function moduleName(line: number): string {
  return `line-${line}.ts`;
}
