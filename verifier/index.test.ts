// The example at the head of index.ts, through the public face alone.

import { expect, test } from "vitest";
import { rfc4226Secret, totpParameters } from "../core/index.ts";
import { openStore, policyOf, Verifier, VerifierError } from "./index.ts";

test("the example of the public face does what it says", async () => {
  const secret = rfc4226Secret();
  const nowUs = 60_000_000;
  await using store = await openStore("memory");
  const verifier = new Verifier({ store, policy: policyOf("rfc6238", { throttleLimit: 5 }) });
  const parameters = totpParameters();
  const id = await verifier.create({ label: "T-0001", user: "ada", parameters, secret });
  const enrolled = await verifier.enroll(id, ["755224", "287082"], nowUs);
  expect(enrolled.outcome).toBe("accepted");
  expect(await verifier.login(id, "359152", nowUs)).toEqual({ accepted: true });
  const verdict = await verifier.verify(id, "254676", nowUs);
  expect(verdict).toMatchObject({ outcome: "refused", reason: "out-of-sync", offsetSteps: 3 });
  const resynced = await verifier.resync(id, ["969429", "338314"], nowUs);
  expect(resynced).toMatchObject({ outcome: "accepted", offsetSteps: 2 });
  await expect(verifier.delete(id)).rejects.toBeInstanceOf(VerifierError);
});
