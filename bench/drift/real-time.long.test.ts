// The end-to-end proof: a token at +40 ppm on a pseudo-terminal, in real time, for three minutes.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import type { Driver } from "../../devices/driver.ts";
import { openPhysicalSubject } from "../../devices/physical-subject.ts";
import { DRIVERS } from "../../devices/registry.ts";
import { startSerialToken } from "../../devices/rigs/serial-token.ts";
import { RealTimeWorld } from "../../devices/rigs/world.ts";
import { analyzeDrift } from "./analyze.ts";
import { SIMULATED_HOST } from "./host-clock.ts";
import type { DriftRecord } from "./log.ts";
import { measureDrift } from "./measure.ts";

test("three minutes over a pseudo-terminal hold the truth, +40 ppm", async () => {
  const options = { ratePpm: 40, offsetSeconds: 12.3, startUs: Date.now() * 1000 };
  await using token = await startSerialToken(options, new RealTimeWorld());
  const serial = DRIVERS.find(({ name }) => name === "serial") as Driver;
  await using subject = openPhysicalSubject("serial", serial, token.path ?? "");
  const device = await subject.connect();
  const parameters = totpParameters({ stepSeconds: 10 });
  const secret = rfc4226Secret();
  await device.provision({ name: "a", secret, parameters });
  const records: DriftRecord[] = [];
  const { algorithm, digits, stepSeconds, t0 } = parameters;
  await measureDrift({
    subject,
    secret,
    parameters,
    start: {
      kind: "start",
      format: "oathbed-drift-log",
      version: 1,
      device: "serial",
      algorithm,
      digits,
      stepSeconds,
      t0,
      secretFingerprint: "",
      wallUs: subject.clock.nowUs(),
      host: SIMULATED_HOST,
      leastLatencySeconds: 0,
      lagSeconds: 0,
    },
    earlier: [],
    spanSeconds: 180,
    targetSeconds: 0.01,
    maxReads: 60,
    watchSeconds: 0,
    priorPpm: 200,
    straySeconds: 0.5,
    signal: new AbortController().signal,
    append: (record) => void records.push(record),
  });
  const { ratePpm, faults, to, from } = analyzeDrift(records);
  expect(faults).toEqual([]);
  expect(to - from).toBeGreaterThanOrEqual(180);
  expect(ratePpm?.low).toBeLessThanOrEqual(40);
  expect(ratePpm?.high).toBeGreaterThanOrEqual(40);
  expect((ratePpm?.high ?? 999) - (ratePpm?.low ?? 0)).toBeLessThanOrEqual(130);
});
