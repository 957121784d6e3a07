import { expect, test } from "vitest";
import { subjectSource } from "../sources.ts";

test("2,000 codes a second are read over a pseudo-terminal", async () => {
  await using subject = await subjectSource("serial:emulated").open({});
  const device = await subject.connect();
  const secret = Buffer.from("12345678901234567890");
  const parameters = {
    kind: "totp",
    algorithm: "SHA1",
    digits: 8,
    stepSeconds: 30,
    t0: 0,
  } as const;
  await device.provision({ name: "a", secret, parameters });
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const startMs = performance.now();
    for (let at = 0; at < 2000; at++) await device.readTotp();
    best = Math.max(best, 2000 / ((performance.now() - startMs) / 1000));
  }
  expect(best).toBeGreaterThan(2000);
});
