// A worker of the pool: takes chunks of batches, does them, says so. Ended from outside.

import { parentPort, workerData } from "node:worker_threads";
import { SimdKernel } from "./kernel.ts";
import {
  DONE,
  JOB_WORDS,
  MAX_CHUNKS,
  type PoolWorkerData,
  partOf,
  TICKET,
  takeChunk,
} from "./pool-memory.ts";

/**
 * How often to look for the next job before going to sleep: some half a millisecond. Jobs that
 * follow each other find the worker awake: waking it takes as long as a thousand codes, and systems
 * that pack threads which sleep often onto one processor leave it to itself.
 */
const LOOKS = 70_000;

const { memory, module, index } = workerData as PoolWorkerData;
const kernel = new SimdKernel({ memory, module, instance: index + 1 });
const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
parentPort?.postMessage("ready");

// Bounded by the end of the worker: the pool terminates it, and so does the end of the process.
for (;;) {
  const chunk = takeChunk(words);
  if (chunk === null) {
    waitForJob();
    continue;
  }
  const [hash, steps, modulus] = words.subarray(JOB_WORDS, JOB_WORDS + 3);
  const part = { ...partOf(words, chunk), masks: "pool" } as const;
  kernel.runBatch(hash === 1 ? "SHA1" : "SHA256", part, steps as number, modulus as number);
  Atomics.add(words, DONE, 1);
  Atomics.notify(words, DONE);
}

function waitForJob(): void {
  const ticket = Atomics.load(words, TICKET);
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(words, TICKET) !== ticket) return;
  if ((ticket & MAX_CHUNKS) === 0) Atomics.wait(words, TICKET, ticket);
}
