import { expect, test } from "vitest";
import { parseInventory } from "./inventory/inventory.ts";
import { EMULATED_SPECS, subjectSource } from "./sources.ts";

const inventory = parseInventory(
  JSON.stringify({
    version: 1,
    tokens: [
      { name: "desk", driver: "serial", address: "/dev/ttyACM0", serial: "A17" },
      { name: "soft", driver: "virtual", address: "display-token" },
      { name: "odd", driver: "carrier-pigeon", address: "loft" },
    ],
  }),
  "oathbed.tokens.json",
);

test.each(EMULATED_SPECS)("%s needs no hardware", (spec) => {
  expect(subjectSource(spec)).toMatchObject({ name: spec });
});

test("a virtual token is of the model that is asked for", async () => {
  await using subject = await subjectSource("virtual:display-token").open({});
  const { info } = await subject.connect();
  expect(info).toMatchObject({ address: "virtual:display-token", model: "display-token" });
});

test("the drifting clock drifts, and another one can be asked for", async () => {
  await using drifting = await subjectSource("drifting-clock").open({});
  expect((await drifting.rig?.truth())?.ratePpm).toBeGreaterThan(20);
  await using perfect = await subjectSource("drifting-clock").open({ clockName: "perfect" });
  expect((await perfect.rig?.truth())?.ratePpm).toBe(0);
});

test("a physical token has no rig", async () => {
  await using subject = await subjectSource("serial:/dev/ttyNONE").open({});
  expect(subject).toMatchObject({ name: "serial:/dev/ttyNONE", driver: "serial", rig: null });
});

test("a name of the inventory stands for its driver and address", () => {
  expect(subjectSource("desk", { inventory })).toMatchObject({
    name: "desk",
    driver: "serial",
    description: "token on /dev/ttyACM0, serial number A17",
  });
  expect(subjectSource("soft", { inventory })).toMatchObject({ name: "soft", driver: "virtual" });
});

test.each(["", "nothing", "virtual:", "virtual:nothing", "drifting-clock:1", "serial", "serial:"])(
  "refuses %j and says what there is",
  (spec) => {
    expect(() => subjectSource(spec, { inventory })).toThrow(
      /^--device: there is no ".*"; there are virtual, drifting-clock, .*serial:ADDRESS, .*desk/,
    );
  },
);

test("refuses a token of the inventory whose driver does not exist", () => {
  expect(() => subjectSource("odd", { inventory })).toThrow(
    '--device: there is no "odd, driver carrier-pigeon"',
  );
});

test("a wish that an emulated token cannot fulfil is refused when it is opened", async () => {
  await expect(subjectSource("virtual").open({ clockName: "sundial" })).rejects.toThrow(
    /there is no clock "sundial"/,
  );
});
