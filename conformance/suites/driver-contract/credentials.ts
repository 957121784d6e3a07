// Credentials on a token: written, replaced, listed, removed, kept.

import { hotpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase, TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { rejects, tokenTotp } from "../shared/token-codes.ts";
import { timed } from "./reading.ts";

const PROVISION = {
  text: "Writes a credential; one of the same name is replaced, whole or not at all.",
  source: "devices/device.ts, Device.provision",
} as const;
const REMOVE = {
  text: "Removes a credential; refused when there is no such name.",
  source: "devices/device.ts, Device.remove",
} as const;

const replaces: TokenCase = {
  id: "driver-contract/credentials/replaced",
  subject: "token",
  title: "a credential of the same name is replaced: the new secret's code shows",
  requirement: PROVISION,
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const { parameters } = await timed(t);
    const seconds = 1_800_000_015;
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    for (const bytes of [20, 32]) {
      const secret = patternSecret(bytes);
      await t.provision(secret, parameters);
      const { code } = await t.totpAt(seconds);
      t.equal(`secret of ${bytes} bytes`, code, expectedCode(secret, parameters, timeStep));
    }
    if (!t.device.capabilities.list) return;
    const names = (await t.device.list({ signal: t.signal })).map(({ name }) => name);
    t.equal("each name once", new Set(names).size, names.length);
  },
};

const several: TokenCase = {
  id: "driver-contract/credentials/by-name",
  subject: "token",
  title: "several credentials are kept apart by their names, and listed as they were written",
  requirement: PROVISION,
  level: "MUST",
  needs: ["totp", "provision", "names", "list", "rig"],
  async run(t) {
    const most = t.device.capabilities.provision?.credentials ?? 1;
    const names = ["alpha", "Beta two", "gämma"].slice(0, most);
    const parameters = tokenTotp(t);
    for (const [at, name] of names.entries()) {
      await t.provision(patternSecret(20 + at), parameters, { name });
    }
    const seconds = 1_800_000_015;
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    for (const [at, name] of names.entries()) {
      const { code } = await t.totpAt(seconds, name);
      t.equal(name, code, expectedCode(patternSecret(20 + at), parameters, timeStep));
    }
    const listed = await t.device.list({ signal: t.signal });
    t.equal(
      "the list",
      listed,
      names.map((name) => ({ name, parameters })),
    );
    const { signal } = t;
    await rejects(t, "a name it does not hold", t.totpAt(seconds, "nobody"), "refused");
    await rejects(
      t,
      "removing it",
      t.device.remove("nobody", { signal }),
      "refused",
      "not-supported",
    );
  },
};

const removed: TokenCase = {
  id: "driver-contract/credentials/removed",
  subject: "token",
  title: "a credential that was removed gives no code, and cannot be removed again",
  requirement: REMOVE,
  level: "MUST",
  needs: ["totp", "provision", "remove"],
  async run(t) {
    const { signal } = t;
    const name = await t.provision(rfc4226Secret(), tokenTotp(t));
    await t.totpNow(name);
    await t.device.remove(name, { signal });
    await rejects(t, "its code", t.totpNow(name), "refused");
    await rejects(t, "removing it again", t.device.remove(name, { signal }), "refused");
  },
};

const capacity: TokenCase = {
  id: "driver-contract/credentials/capacity",
  subject: "token",
  title: "the token holds as many credentials as it claims, and refuses one more",
  requirement: {
    text: "credentials: most credentials at once.",
    source: "devices/device.ts, Capabilities",
  },
  level: "MUST",
  needs: ["totp", "provision", "names", "rig"],
  async run(t) {
    const most = t.device.capabilities.provision?.credentials ?? 0;
    const parameters = tokenTotp(t);
    for (let at = 0; at < most; at++) {
      await t.provision(patternSecret(20), parameters, { name: `c${at}` });
    }
    const oneMore = t.provision(patternSecret(20), parameters, { name: `c${most}` });
    await rejects(t, `credential ${most + 1}`, oneMore, "refused");
    const last = await t.totpNow(`c${most - 1}`);
    t.holds("the last one gives codes", last.code.length === parameters.digits, last.code);
  },
};

const secretSizes: TokenCase = {
  id: "driver-contract/credentials/secret-sizes",
  subject: "token",
  title: "the token takes the shortest and the longest secret it claims, and refuses others",
  requirement: {
    text: "bad-argument: the token rejected a value of ours.",
    source: "devices/errors.ts, DeviceErrorCode",
  },
  level: "MUST",
  needs: ["totp", "provision"],
  async run(t) {
    const { low, high } = t.device.capabilities.provision?.secretBytes ?? { low: 1, high: 1 };
    const parameters = tokenTotp(t);
    const seconds = 1_800_000_015;
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    let name = "";
    for (const bytes of [low, high]) {
      name = await t.provision(patternSecret(bytes), parameters);
      const { code } = await t.totpAt(seconds);
      t.equal(`${bytes} bytes`, code, expectedCode(patternSecret(bytes), parameters, timeStep));
    }
    for (const bytes of [low - 1, high + 1]) {
      const write = t.device.provision(
        { name, secret: patternSecret(bytes), parameters },
        { signal: t.signal },
      );
      await rejects(t, `${bytes} bytes`, write, "bad-argument");
    }
    const kept = await t.totpAt(seconds);
    t.equal("kept", kept.code, expectedCode(patternSecret(high), parameters, timeStep));
  },
};

const wrongKind: TokenCase = {
  id: "driver-contract/credentials/wrong-kind",
  subject: "token",
  title: "a time-based credential gives no event-based code, and the other way round",
  requirement: {
    text: "refused: the token said no: wrong state, wrong password, button not pressed.",
    source: "devices/errors.ts, DeviceErrorCode",
  },
  level: "MUST",
  needs: ["totp", "hotp-own-counter", "provision", "names", "rig"],
  async run(t) {
    if ((t.device.capabilities.provision?.credentials ?? 0) < 2) {
      t.skip("the token holds one credential");
    }
    const timedName = await t.provision(rfc4226Secret(), tokenTotp(t), { name: "timed" });
    const digits = t.device.capabilities.hotp?.digits[0] ?? 6;
    const name = await t.provision(rfc4226Secret(), hotpParameters({ digits }), {
      name: "counted",
    });
    await rejects(t, "HOTP of the timed one", t.hotp({ credential: timedName }), "refused");
    await rejects(t, "TOTP of the counted one", t.totpNow(name), "refused");
  },
};

const survives: TokenCase = {
  id: "driver-contract/credentials/kept-without-power",
  subject: "token",
  title: "credentials outlast a power cut",
  requirement: PROVISION,
  level: "MUST",
  needs: ["totp", "provision", "rig"],
  async run(t) {
    await timed(t);
    await t.rig?.powerCycle();
    await t.reconnect();
    const parameters = tokenTotp(t);
    const seconds = 1_800_000_015;
    const { code } = await t.totpAt(seconds);
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    t.equal("the code", code, expectedCode(rfc4226Secret(), parameters, timeStep));
  },
};

/** Cases of this section. */
export const CREDENTIAL_CASES: readonly ConformanceCase[] = [
  replaces,
  several,
  removed,
  capacity,
  secretSizes,
  wrongKind,
  survives,
];
