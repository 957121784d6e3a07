// A worker that takes a chunk of the next batch and never does it, as one that hangs would.

import { parentPort, workerData } from "node:worker_threads";
import { takeChunk } from "../pool-memory.ts";
import type { WasmMemory } from "../wasm-api.ts";

const { buffer } = workerData as WasmMemory;
const words = new Int32Array(buffer, 0, buffer.byteLength / 4);
parentPort?.postMessage("ready");
while (takeChunk(words) === null);
