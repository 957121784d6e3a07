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

test.skipIf(process.platform !== "linux")(
  "a plan lists what a real-time token makes its host wait for, and what --max-wait would do",
  async () => {
    await using running = startOathbed(["token", "run", "--attach", "pty"]);
    const device = `serial:${await running.says(/^ready (\S+)$/m)}`;
    const plan = ["conformance", "--plan", "--device", device, "--suite", "clock"] as const;
    const short = await oathbed([...plan, "--max-wait", "30"]);
    expect(short.out).toContain("cases that wait for the token's clock in real time");
    expect(short.out).toMatch(/^ {5}64 {2}clock\/steps\/the-next-one: skipped, that is more/m);
    expect(short.out).toMatch(/^ {5}24 {2}clock\/calendar\/year-ends$/m);
    expect(short.out).toContain("with --max-wait 64 all of these run");
    expect(short.out).toMatch(/2 {2}needs more real time than --max-wait gives/);
    const long = await oathbed([...plan, "--max-wait", "64"]);
    expect(long.out).toMatch(/^ {5}64 {2}clock\/steps\/the-next-one$/m);
    expect(long.out).not.toContain("--max-wait");
  },
);
