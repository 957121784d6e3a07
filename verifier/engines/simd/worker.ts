// A worker of the pool: waits for its part of a batch, does it, says so. Ended from outside.

import { parentPort, workerData } from "node:worker_threads";
import { SimdKernel } from "./kernel.ts";
import {
  JOB_WORDS,
  type PoolWorkerData,
  WORKER_DONE,
  WORKER_FIRST,
  WORKER_GIVEN,
  WORKER_LENGTH,
  workerWords,
} from "./pool-memory.ts";

const { memory, module, index } = workerData as PoolWorkerData;
const kernel = new SimdKernel({ memory, module, instance: index + 1 });
const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
const at = workerWords(index);
let done = Atomics.load(words, at + WORKER_GIVEN);
Atomics.store(words, at + WORKER_DONE, done);
parentPort?.postMessage("ready");

for (;;) {
  // Bounded by the end of the worker: the pool terminates it, and so does the end of the process.
  Atomics.wait(words, at + WORKER_GIVEN, done);
  const given = Atomics.load(words, at + WORKER_GIVEN);
  if (given === done) continue;
  const [hash, steps, modulus] = words.subarray(JOB_WORDS, JOB_WORDS + 3);
  const first = words[at + WORKER_FIRST] as number;
  const length = words[at + WORKER_LENGTH] as number;
  const part = { first, length, masks: "pool" } as const;
  kernel.runBatch(hash === 1 ? "SHA1" : "SHA256", part, steps as number, modulus as number);
  done = given;
  Atomics.store(words, at + WORKER_DONE, done);
  Atomics.notify(words, at + WORKER_DONE);
}
