// npm run build:wasm: assembles the verifier's kernel and writes it where the engine imports it.
// The same source gives the same bytes; a test holds the committed file against a fresh build.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import wabt from "wabt";
import { wasm } from "../verifier/engines/simd/wasm-api.ts";
import { kernelText } from "./wasm/kernel.ts";

/** The committed kernel. */
export const KERNEL_FILE: string = fileURLToPath(
  new URL("../verifier/engines/simd/kernel.gen.ts", import.meta.url),
);

const FEATURES = { simd: true, threads: true, mutable_globals: true } as const;
/** Characters of Base64 a line, within the line length of the house. */
const LINE = 92;

/** The kernel's binary. */
export async function assembleKernel(): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat("kernel.wat", kernelText(), FEATURES);
  try {
    const binary = module.toBinary({}).buffer;
    // The assembler's own validation knows no shared memory through its types; the engine's does.
    if (!wasm().validate(binary)) throw new Error("the kernel is not valid WebAssembly");
    return binary;
  } finally {
    module.destroy();
  }
}

/** The source text that carries the binary. */
export function kernelModule(binary: Uint8Array): string {
  const text = deflateRawSync(binary, { level: 9 }).toString("base64");
  const lines = text.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return [
    "// Made by `npm run build:wasm` from scripts/wasm/. Not to be edited.",
    "",
    `/** The kernel: ${binary.length} bytes of WebAssembly, deflated (RFC 1951), in Base64. */`,
    "export const KERNEL_DEFLATED: string = [",
    ...lines.map((line) => `  "${line}",`),
    '].join("");',
    "",
  ].join("\n");
}

if (import.meta.main) {
  const binary = await assembleKernel();
  const before = await readFile(KERNEL_FILE, "utf8").catch(() => "");
  const after = kernelModule(binary);
  if (after !== before) await writeFile(KERNEL_FILE, after);
  process.stdout.write(`${binary.length} bytes, ${after === before ? "unchanged" : "written"}\n`);
}
