// npm run test:examples: runs the examples of README.md and docs/*.md as they are printed. The
// blocks of a document run one after another in one empty folder, documents beside each other;
// `oathbed` there is this checkout. TypeScript blocks import the built package by its name, and are
// type-checked first. Documents can be named: node scripts/examples.ts docs/service.md

import { execFile } from "node:child_process";
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
import { availableParallelism } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Example, examplesOf, missingOf } from "./examples/extract.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAMED: readonly string[] = process.argv.slice(2);
const DOCUMENTS: readonly string[] =
  NAMED.length > 0 ? NAMED : ["README.md", "CONTRIBUTING.md", "docs/**/*.md", "examples/*.md"];
/** Where Node keeps what it makes of sources: half of what a command takes. */
const CACHE = join(ROOT, ".cache", "compile");
/** Longest time for one block. */
const TIMEOUT_MS = 120_000;
/** Most output of one block, bytes. */
const MAX_OUTPUT_BYTES = 10_000_000;

// Inside the checkout, so that `oathbed/verifier` resolves to its own dist.
mkdirSync(join(ROOT, ".cache"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".cache", "examples-"));
let total = 0;
let failed = 0;
try {
  installCommand();
  const documents = globSync(DOCUMENTS, { cwd: ROOT }).toSorted();
  const lane = async (): Promise<void> => {
    for (let next = documents.shift(); next !== undefined; next = documents.shift()) {
      await runDocument(next);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${total - failed} examples passed, ${failed} failed\n`);
if (total === 0) process.stdout.write("no document has an example\n");
process.exitCode = failed > 0 || total === 0 ? 1 : 0;

/** A command `oathbed` for the PATH of the examples. */
function installCommand(): void {
  mkdirSync(join(folder, "bin"));
  const path = join(folder, "bin", "oathbed");
  const launcher = join(ROOT, "bin", "oathbed.js");
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`);
  chmodSync(path, 0o755);
}

async function runDocument(document: string): Promise<void> {
  const examples = examplesOf(readFileSync(join(ROOT, document), "utf8"));
  if (examples.length === 0) return;
  const place = join(folder, document.replace(/\W+/g, "-"));
  mkdirSync(place);
  // A document beside modules tells about them: they are there when its examples run.
  for (const module of globSync(join(dirname(document), "*.ts"), { cwd: ROOT })) {
    if (dirname(document) !== ".") copyFileSync(join(ROOT, module), join(place, basename(module)));
  }
  await checkTypes(document, examples, place);
  for (const example of examples) {
    total++;
    const problem = await runExample(example, place);
    if (problem === undefined) continue;
    failed++;
    process.stdout.write(`${document}:${example.line}: ${problem}\n`);
  }
}

/** What went wrong, with the output; undefined when all is well. */
async function runExample(example: Example, place: string): Promise<string | undefined> {
  const [command, args] = commandOf(example);
  const { exitCode, end, stdout, stderr } = await run(command, args, place);
  const missing = missingOf(example.prints, stdout);
  const isEnd = exitCode === example.exitCode;
  if (isEnd && missing === undefined) return undefined;
  const problem = isEnd ? `it does not print: ${missing}` : `${end}, not ${example.exitCode}`;
  return `${problem}\n${example.code}${stdout}${stderr}`;
}

/** How a program ended, in a word, too, and what it said. */
interface Ran {
  readonly exitCode: number | undefined;
  readonly end: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, however it ends. */
function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  const path = `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`;
  const options = {
    cwd,
    env: { ...process.env, PATH: path, NO_COLOR: "1", NODE_COMPILE_CACHE: CACHE },
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  };
  return new Promise((resolve) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const { exitCode, signalCode } = child;
      const end = signalCode ?? (exitCode === null ? String(error) : `exit code ${exitCode}`);
      resolve({ exitCode: exitCode ?? undefined, end, stdout, stderr });
    });
    child.stdin?.end();
  });
}

function commandOf({ language, line, code }: Example): readonly [string, readonly string[]] {
  return language === "sh"
    ? ["sh", ["-eu", "-c", code]]
    : [process.execPath, ["--disable-warning=ExperimentalWarning", moduleName(line)]];
}

/** Writes the modules of a document and checks them as users of the package would. */
async function checkTypes(
  document: string,
  examples: readonly Example[],
  place: string,
): Promise<void> {
  const modules = examples.filter(({ language }) => language === "ts");
  if (modules.length === 0 && globSync("*.ts", { cwd: place }).length === 0) return;
  for (const { line, code } of modules) writeFileSync(join(place, moduleName(line)), code);
  const config = { extends: join(ROOT, "tsconfig.json"), include: ["*.ts"] };
  const compilerOptions = { isolatedDeclarations: false, declaration: false };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ ...config, compilerOptions }));
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const { exitCode, end, stdout } = await run(
    process.execPath,
    [tsc, "--noEmit", "-p", "."],
    place,
  );
  if (exitCode === 0) return;
  failed++;
  total++;
  process.stdout.write(`${document}: its TypeScript does not type-check: ${end}\n${stdout}`);
}

function moduleName(line: number): string {
  return `line-${line}.ts`;
}
