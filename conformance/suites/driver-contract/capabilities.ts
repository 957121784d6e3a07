// A capability that is claimed works; one that is not claimed answers "not-supported".

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import { DeviceError } from "../../../devices/errors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { bestDigits, rejects, tokenHotp, tokenTotp } from "../shared/token-codes.ts";
import { RULES_SOURCE } from "./reading.ts";

const CLAIMED = {
  text: "A capability that is claimed works.",
  source: RULES_SOURCE,
} as const;
const NOT_CLAIMED = {
  text: "One that is not claimed answers not-supported.",
  source: RULES_SOURCE,
} as const;

/** On a physical token it would move on a counter that is somebody's. */
const NEXT_CODE = "read the next event-based code";

/** The operations, whether the token claims each, and a request that asks for no more. */
function operations(t: TokenContext): readonly {
  readonly what: string;
  readonly isClaimed: boolean;
  readonly ask: () => Promise<unknown>;
}[] {
  const { device, signal } = t;
  const { capabilities } = device;
  const { totp, hotp, provision, list, remove, setTime, readTime } = capabilities;
  const options = { signal };
  const seconds = Math.floor(t.clock.nowUs() / SECOND_US);
  return [
    {
      what: "read a time-based code",
      isClaimed: totp !== undefined,
      ask: () => device.readTotp({ ...options, atUs: t.clock.nowUs() }),
    },
    {
      what: NEXT_CODE,
      isClaimed: hotp?.ownCounter === true,
      ask: () => device.readHotp(options),
    },
    {
      what: "read the code of a counter",
      isClaimed: hotp?.atCounter === true,
      ask: () => device.readHotp({ ...options, counter: 1n }),
    },
    {
      what: "write a credential",
      isClaimed: provision !== undefined,
      ask: () =>
        device.provision(
          {
            name: "oathbed",
            secret: rfc4226Secret(),
            parameters:
              totp === undefined ? tokenHotp(t) : tokenTotp(t, { digits: bestDigits(t, "totp") }),
          },
          options,
        ),
    },
    { what: "list", isClaimed: list, ask: () => device.list(options) },
    { what: "remove", isClaimed: remove, ask: () => device.remove("oathbed", options) },
    { what: "set the time", isClaimed: setTime, ask: () => device.setTime(seconds, options) },
    { what: "read the time", isClaimed: readTime, ask: () => device.readTime(options) },
  ];
}

const claimedWorks: TokenCase = {
  id: "driver-contract/capabilities/claimed",
  subject: "token",
  title: "no operation that the token claims answers that it is not supported",
  requirement: CLAIMED,
  level: "MUST",
  needs: [],
  async run(t) {
    for (const { what, isClaimed, ask } of operations(t)) {
      if (!isClaimed || (t.rig === null && what === NEXT_CODE)) continue;
      const ended = await ask().then(
        () => "it works",
        (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
      );
      // A credential may be missing, or the button not pressed; the operation exists.
      t.holds(`${what}: it works, or the token refuses`, /^(it works|refused)$/.test(ended), ended);
    }
  },
};

const notClaimed: TokenCase = {
  id: "driver-contract/capabilities/not-claimed",
  subject: "token",
  title: "every operation that the token does not claim answers that it is not supported",
  requirement: NOT_CLAIMED,
  level: "MUST",
  needs: [],
  async run(t) {
    const missing = operations(t).filter(({ isClaimed }) => !isClaimed);
    if (missing.length === 0) t.skip("the token claims every operation there is");
    for (const { what, ask } of missing) await rejects(t, what, ask(), "not-supported");
  },
};

const timeRange: TokenCase = {
  id: "driver-contract/capabilities/time-range",
  subject: "token",
  title:
    "the token's clock holds both ends of the time range it claims, and refuses what is beyond",
  requirement: {
    text: "timeRange: Unix times the token's clock can hold, both included.",
    source: "devices/device.ts, Capabilities",
  },
  level: "MUST",
  needs: ["set-time", "read-time"],
  async run(t) {
    const { device, signal } = t;
    const { fromSeconds, toSeconds } = device.capabilities.timeRange;
    if (t.rig === null) t.skip("a physical token's clock is not taken to the ends of its range");
    for (const seconds of [fromSeconds, toSeconds]) {
      await device.setTime(seconds, { signal });
      const read = await device.readTime({ signal });
      t.equal(`set to ${seconds}`, read, seconds);
    }
    for (const seconds of [fromSeconds - 1, toSeconds + 1, 1.5, Number.NaN]) {
      await rejects(t, `set to ${seconds}`, device.setTime(seconds, { signal }), "bad-argument");
    }
  },
};

const whoItIs: TokenCase = {
  id: "driver-contract/capabilities/who-it-is",
  subject: "token",
  title: "the token says which driver, address and model it is of",
  requirement: {
    text: "DeviceInfo: the driver's name; an address that opens the same token again; the model.",
    source: "devices/device.ts, DeviceInfo",
  },
  level: "MUST",
  needs: [],
  async run(t) {
    const { driver, address, model } = t.device.info;
    t.holds("a driver", driver !== "", driver);
    t.holds("a model", model !== "", model);
    t.holds("an address that begins with the driver", address.startsWith(`${driver}:`), address);
  },
};

/** Cases of this section. */
export const CAPABILITY_CASES: readonly ConformanceCase[] = [
  claimedWorks,
  notClaimed,
  timeRange,
  whoItIs,
];
