import { expect, test } from "vitest";
import { DeviceError } from "../../../devices/errors.ts";
import type { Rig } from "../../../devices/rig.ts";
import type { TokenContext } from "../../token-context.ts";
import { untilPowerFails, wentWell } from "./power.ts";

/** A token whose power goes away after `looks` looks at it. */
function tokenFor(looks: number): { readonly t: TokenContext; readonly signal: AbortController } {
  const signal = new AbortController();
  let left = looks;
  const rig: Partial<Rig> = {
    truth: async () => ({ offsetUs: 0, ratePpm: 0, powered: left-- > 0 }),
  };
  return { t: { rig, signal: signal.signal } as unknown as TokenContext, signal };
}

/** Never answers; ends when it is cancelled, as every driver does. */
function silent(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new DeviceError("cancelled", "cancelled"));
    signal?.addEventListener("abort", end, { once: true });
  });
}

test("an act that no answer comes to is ended when the power is gone, however late that is", async () => {
  const { t } = tokenFor(1000);
  const acting = untilPowerFails(t, ({ signal, timeoutMs }) => {
    expect(timeoutMs).toBeUndefined();
    return silent(signal);
  });
  expect(await wentWell(acting)).toBe(false);
});

test("an act that ends before the power fails has its own outcome", async () => {
  const turns = async (count: number): Promise<string> => {
    for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
    return "done";
  };
  expect(await untilPowerFails(tokenFor(1000).t, () => turns(50))).toBe("done");
  const failing = untilPowerFails(tokenFor(1000).t, async () => {
    throw new RangeError("wrong");
  });
  await expect(wentWell(failing)).rejects.toThrow("wrong");
});

test("a case that is over is not looked at any more", async () => {
  const { t, signal } = tokenFor(Number.POSITIVE_INFINITY);
  const acting = untilPowerFails(t, (options) => silent(options.signal));
  signal.abort();
  await expect(acting).rejects.toMatchObject({ code: "cancelled" });
});
