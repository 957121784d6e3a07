// The driver on this machine, whatever is plugged in, and PIN files.

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DeviceError } from "../errors.ts";
import { failure } from "../testing/contract-bench.ts";
import { hidDriver } from "./driver.ts";
import { pinsFrom } from "./pins.ts";

test("says whether it can work, and lists or says why not", async () => {
  const health = await hidDriver.health();
  if (health.state === "ready") {
    expect(Array.isArray(await hidDriver.list())).toBe(true);
    expect(await failure(hidDriver.open("/dev/hidraw-none"))).toBe("not-found");
  } else {
    expect(health.remedy).toMatch(/apt-get install|npm install/);
    expect(await failure(hidDriver.list())).toBe("missing-package");
  }
});

test("a PIN file is used when it is private, and refused when others may read it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-pins-"));
  try {
    const path = join(folder, "pins");
    await writeFile(path, "user=123456\nadmin=12345678\n", { mode: 0o600 });
    const pins = pinsFrom({}, path);
    expect([await pins.pin("admin"), await pins.pin("user")]).toEqual(["12345678", "123456"]);
    await chmod(path, 0o644);
    const refused = await pins.pin("admin").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DeviceError);
    expect(refused).toMatchObject({
      code: "no-access",
      hint: expect.stringContaining("chmod 600"),
    });
    await writeFile(path, "x".repeat(5000));
    expect(await failure(pins.pin("admin"))).toBe("no-access");
    expect(await failure(pinsFrom({}, join(folder, "none")).pin("user"))).toBe("no-access");
  } finally {
    await rm(folder, { recursive: true });
  }
});
