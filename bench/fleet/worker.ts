// A worker thread of a fleet run: simulates the tokens it is given and answers with their counts.

import { parentPort, workerData } from "node:worker_threads";
import { FleetSimulator } from "./simulate.ts";
import type { FleetSpec } from "./spec.ts";

/** What a worker is sent. */
export interface Chunk {
  readonly first: number;
  readonly end: number;
}

const simulator = new FleetSimulator(workerData as FleetSpec);
parentPort?.on("message", ({ first, end }: Chunk) => {
  parentPort?.postMessage(simulator.run(first, end));
});
