// A contender's process: node main.ts NAME WORKFILE. @see protocol.ts

import { createInterface } from "node:readline";
import { byHand, type JavaScriptJudge, noble, otpauth, otplib, speakeasy } from "./judges.ts";
import { batch, decisions, decisionsTogether, oneCall, twoThreads } from "./ours.ts";
import { readWork, SUBMISSIONS, type Work } from "./work.ts";

type MakeJudge = (work: Work) => JavaScriptJudge | Promise<JavaScriptJudge>;

/** By the name that stands in the contenders' list. */
const JUDGES: ReadonlyMap<string, MakeJudge> = new Map<string, MakeJudge>([
  ["oathbed-one-call", oneCall],
  ["oathbed-batch", batch],
  ["oathbed-two-threads", twoThreads],
  ["oathbed-decision", decisions],
  ["oathbed-decisions", decisionsTogether],
  ["otplib", otplib],
  ["otpauth", otpauth],
  ["speakeasy", speakeasy],
  ["createHmac", byHand],
  ["noble-hashes", noble],
]);

const [name = "", workFile = ""] = process.argv.slice(2);
const make = JUDGES.get(name);
if (make === undefined) throw new Error(`no contender is called ${name}`);
const { version, run } = await make(await readWork(workFile));
process.stdout.write(`ready ${version}\n`);
let position = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line);
  if (count % SUBMISSIONS === 0) position = 0;
  const begin = process.hrtime.bigint();
  const accepted = run(position, count);
  process.stdout.write(`${process.hrtime.bigint() - begin} ${accepted}\n`);
  position += count;
}
process.exit(0);
