// The thread that stores groups (sqlite-thread.ts starts it): a group in, its answer out. The last
// message is null: then it closes the file and ends.

import { parentPort, workerData } from "node:worker_threads";
import { KeyRing } from "./key-ring.ts";
import type { Group } from "./sqlite-group.ts";
import { connect } from "./sqlite-open.ts";
import type { SqliteThreadData } from "./sqlite-thread.ts";
import { SqliteWriter } from "./sqlite-writer.ts";

const { path, keyFile, file, options } = workerData as SqliteThreadData;
const port = parentPort;
if (port === null) throw new Error("this file is a thread's; sqlite-thread.ts starts it");

const database = connect(path, options);
const writer = new SqliteWriter(path, database, new KeyRing(keyFile), file);
port.on("message", (group: Group | null) => {
  if (group !== null) {
    port.postMessage(writer.run(group));
    return;
  }
  writer.clear();
  database.close();
  port.close();
});
port.postMessage("ready");
