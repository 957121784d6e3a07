// How fast a shell behind a pseudo-terminal is, with the serialport package as the host.

import { expect, test } from "vitest";
import { LineShell } from "../shell/line-shell.ts";
import { openSerialHost } from "../testing/serial-host.ts";
import { testToken } from "../testing/token.ts";
import { openPty } from "./pty.ts";

const ROUND_TRIPS = 10_000;

test.skipIf(process.platform !== "linux")(
  "gives 2,000 codes a second (Linux; elsewhere there is no pseudo-terminal)",
  async () => {
    await using port = await openPty();
    const { token } = testToken({ model: "serial-shell" });
    const shell = new LineShell({ token, dialect: "complete", send: (bytes) => port.write(bytes) });
    port.onData((bytes) => shell.receive(bytes));
    await using host = await openSerialHost(port.path);
    await host.ask("key 12345678901234567890");
    const start = performance.now();
    for (let turn = 0; turn < ROUND_TRIPS; turn++) await host.ask("totp");
    const perSecond = ROUND_TRIPS / ((performance.now() - start) / 1000);
    expect(perSecond).toBeGreaterThan(2000);
  },
);
