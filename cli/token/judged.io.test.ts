// conformance of a token in another process: over USB/IP, with its rig on a control socket.

import { afterAll, beforeAll, expect, test } from "vitest";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

test("a Nitrokey Pro on USB/IP in real time is judged as one in process", async () => {
  const control = ["--control", folder.at("np.sock")] as const;
  const attach = ["--attach", "usbip", "--address", "127.0.0.1:0"] as const;
  await using running = startOathbed([
    ...["token", "run", "--profile", "nitrokey-pro"],
    ...attach,
    ...control,
  ]);
  const address = await running.says(/^ready (\S+)$/m);
  const cases = [
    "clock/steps/at-the-edge",
    "clock/power/never-a-wrong-time",
    "robustness/power/secret-and-counter",
  ];
  const { exitCode, out } = await oathbed([
    ...["conformance", "--device", `hid:usbip://${address}`, ...control, "--json"],
    ...cases.flatMap((id) => ["--only", id]),
  ]);
  const { results } = JSON.parse(out) as {
    readonly results: readonly { readonly id: string; readonly status: string }[];
  };
  expect(Object.fromEntries(results.map(({ id, status }) => [id, status]))).toEqual({
    "clock/steps/at-the-edge": "pass",
    // What the model is known for is known of it however it is reached.
    "clock/power/never-a-wrong-time": "xfail",
    "robustness/power/secret-and-counter": "pass",
  });
  expect(exitCode).toBe(0);
});
