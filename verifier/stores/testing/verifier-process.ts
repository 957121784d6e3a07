// A verifier in a process of its own, for tests: one line in, one line of JSON out.
//
//   node verifier-process.ts STATE       a file, or postgres://…
//   ready           -> {"outcomes":["ready"]}
//   open            -> {"outcomes":["opened"]}; other commands open the file too
//   replace N       -> {"outcomes":["replaced"]} after N replacements of the latest token
//   verify STEP N   -> outcomes of N parallel logins at that step with its code, token 1
//
// A store's error is {"error":CODE,"hint":HINT}. Ends when its input ends.

import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { policyOf } from "../../policy.ts";
import { codeOf } from "../../testing/codes.ts";
import { outcomeOf, stepUs } from "../../testing/desk.ts";
import { Verifier } from "../../verifier.ts";
import { openStore } from "../open.ts";
import { StoreError } from "../store.ts";

const PARAMETERS = totpParameters();
const [path = ""] = process.argv.slice(2);
let verifier: Verifier | undefined;

async function answer(line: string): Promise<object> {
  const [command, step = "0", count = "1"] = line.split(" ");
  if (command === "ready") return { outcomes: ["ready"] };
  verifier ??= new Verifier({ store: await openStore(path), policy: policyOf("rfc6238") });
  if (command === "open") return { outcomes: ["opened"] };
  if (command === "replace") {
    for (let nth = 0; nth < Number(step); nth++) await replaceLatest(verifier);
    return { outcomes: ["replaced"] };
  }
  const code = codeOf(PARAMETERS, BigInt(step));
  const verify = verifier.verify.bind(verifier, 1, code, stepUs(Number(step)));
  const verdicts = await Promise.all(Array.from({ length: Number(count) }, verify));
  return { outcomes: verdicts.map(outcomeOf) };
}

async function replaceLatest(on: Verifier): Promise<void> {
  const latest = (await on.list()).at(-1);
  if (latest === undefined) throw new Error("there is no token to replace");
  const secret = randomBytes(20);
  const input = { label: `R${latest.id}`, parameters: PARAMETERS, secret };
  await on.admin.replace(latest.id, input);
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(line).catch((error: unknown) => {
    if (!(error instanceof StoreError)) throw error;
    return { error: error.code, hint: error.hint };
  });
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
