// The workflow with a token in hand: its own codes, its own clock.

import { decodeBase32, encodeBase32 } from "../../../core/oath/base32.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../../core/oath/otpauth.ts";
import { type OathParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { ConformanceCase, PairCase } from "../../case.ts";
import type { Target, TargetTokenId } from "../../target.ts";
import type { TokenContext } from "../../token-context.ts";
import type { VerifierContext } from "../../verifier-context.ts";
import { randomSecret } from "../shared/secret-lengths.ts";
import { tokenHotp, tokenTotp } from "../shared/token-codes.ts";
import { ENABLE, LATE, SAVED_SECRET } from "./sources.ts";

/** A device created at the server and written to the token, and how to read its next code. */
interface Workflow {
  readonly target: Target;
  readonly id: TargetTokenId;
  readonly nextCode: () => Promise<string>;
  readonly nowUs: () => number;
}

async function begin(
  token: TokenContext,
  verifier: VerifierContext,
  preset: "rfc6238" | "aws",
  parameters: OathParameters = tokenTotp(token, { digits: 6 }),
): Promise<Workflow> {
  const secret = randomSecret(verifier.random);
  const target = await verifier.open({ preset });
  const id = await target.create({ secret, parameters });
  await token.provision(secret, parameters);
  let isFirst = true;
  const nextCode = async (): Promise<string> => {
    if (parameters.kind === "hotp") return (await token.hotp()).code;
    if (!isFirst) await token.wait(parameters.stepSeconds);
    isFirst = false;
    return (await token.totpNow()).code;
  };
  return { target, id, nextCode, nowUs: () => token.clock.nowUs() };
}

/** Two codes, one after the other, enable the device. */
async function enable(verifier: VerifierContext, work: Workflow): Promise<readonly string[]> {
  const pair = [await work.nextCode(), await work.nextCode()];
  const answer = await work.target.enroll(work.id, pair, work.nowUs());
  verifier.accepted("two codes, one after the other", answer);
  return pair;
}

const wholeWorkflow: PairCase = {
  id: "enrollment/token/workflow",
  subject: "pair",
  title: "the token is written, enabled with two codes, logs in, and its used codes are refused",
  requirement: ENABLE,
  level: "MUST",
  needs: ["totp", "provision", "state"],
  async run(token, verifier) {
    const work = await begin(token, verifier, "aws");
    const { target, id, nextCode, nowUs } = work;
    const pair = await enable(verifier, work);
    const code = await nextCode();
    verifier.accepted("a login", await target.submit(id, code, nowUs()));
    for (const used of [...pair, code]) {
      verifier.refused(`${used} again`, await target.submit(id, used, nowUs()));
    }
    verifier.accepted("the next code", await target.submit(id, await nextCode(), nowUs()));
  },
};

const eventBased: PairCase = {
  id: "enrollment/token/event-based",
  subject: "pair",
  title: "an event-based token is enabled with two codes and logs in",
  requirement: ENABLE,
  level: "MUST",
  needs: ["hotp", "hotp-own-counter", "provision", "state"],
  async run(token, verifier) {
    const work = await begin(token, verifier, "rfc6238", { ...tokenHotp(token), digits: 6 });
    const { target, id, nextCode, nowUs } = work;
    const pair = await enable(verifier, work);
    const code = await nextCode();
    verifier.accepted("a login", await target.submit(id, code, nowUs()));
    for (const used of [...pair, code]) {
      verifier.refused(`${used} again`, await target.submit(id, used, nowUs()));
    }
  },
};

const late: PairCase = {
  id: "enrollment/token/late-codes",
  subject: "pair",
  title: "codes typed in late leave the token associated but out of sync, until a resync",
  requirement: LATE,
  level: "MUST",
  needs: ["totp", "provision", "rig", "state", "resync"],
  async run(token, verifier) {
    const work = await begin(token, verifier, "aws");
    const { target, id, nextCode, nowUs } = work;
    const pair = [await nextCode(), await nextCode()];
    const { stepSeconds } = tokenTotp(token);
    await token.wait(6 * stepSeconds);
    verifier.accepted("the late pair", await target.enroll(id, pair, nowUs()));
    const login = await target.submit(id, await nextCode(), nowUs());
    verifier.refused("a login", login, "out-of-sync");
    const again = [await nextCode(), await nextCode()];
    verifier.accepted("resync", await target.resync(id, again, nowUs()));
    verifier.accepted("a login", await target.submit(id, await nextCode(), nowUs()));
  },
};

const fromTheShelf: PairCase = {
  id: "enrollment/token/fast-clock",
  aliases: ["E04"],
  subject: "pair",
  title: "a token whose clock is ahead is enabled, and its codes are followed",
  requirement: {
    text: "Upon successful validation, the validation server can record the detected clock drift.",
    source: "RFC 6238 §6",
  },
  level: "SHOULD",
  needs: ["totp", "provision", "set-time", "own-clock", "state"],
  async run(token, verifier) {
    const work = await begin(token, verifier, "rfc6238");
    const { target, id, nextCode, nowUs } = work;
    const { stepSeconds } = tokenTotp(token);
    const ahead = Math.floor(nowUs() / SECOND_US) + 40 * stepSeconds;
    await token.totpAt(ahead);
    await enable(verifier, work);
    verifier.accepted("a login", await target.submit(id, await nextCode(), nowUs()));
    const offset = (await target.state?.(id))?.offsetSteps;
    if (offset === undefined) return;
    const isNear = Math.abs(offset - 40) <= 1;
    verifier.holds("recorded drift, steps: 40 or a neighbour", isNear, offset);
  },
};

/** How the server shows a secret, and what a person or a scanner makes of it. */
const SHOWN: readonly {
  readonly name: string;
  readonly title: string;
  readonly carry: (secret: Uint8Array) => Uint8Array;
}[] = [
  {
    name: "from-the-uri",
    title: "a token written from the otpauth URI, as a scanner reads it, gives the server's codes",
    carry: (secret) => {
      const account = "root-account-mfa-device@123456789012";
      const parameters = totpParameters();
      const key = { issuer: "Bench", account, secret, parameters, counter: 0n };
      return parseOtpauthUri(formatOtpauthUri(key)).secret;
    },
  },
  {
    name: "from-the-typed-key",
    title: "a token written from the Base32 key, typed in groups of four, gives the server's codes",
    carry: (secret) => {
      const groups =
        encodeBase32(secret)
          .toLowerCase()
          .match(/.{1,4}/g) ?? [];
      return decodeBase32(groups.join(" "));
    },
  },
];

const fromShownSecret: readonly PairCase[] = SHOWN.map(({ name, title, carry }) => ({
  id: `enrollment/token/${name}`,
  subject: "pair",
  title,
  requirement: {
    text: "The QR code holds otpauth://totp/…?secret=Base32String; the string can be typed instead.",
    source: "AWS IAM API Reference, VirtualMFADevice",
  },
  level: "MUST",
  needs: ["totp", "provision", "state"],
  run: async (token, verifier) => {
    const secret = randomSecret(verifier.random);
    const parameters = tokenTotp(token, { digits: 6 });
    const target = await verifier.open({ preset: "aws" });
    const id = await target.create({ secret, parameters });
    await token.provision(carry(secret), parameters);
    const first = (await token.totpNow()).code;
    await token.wait(parameters.stepSeconds);
    const pair = [first, (await token.totpNow()).code];
    verifier.accepted("its pair", await target.enroll(id, pair, token.clock.nowUs()));
  },
}));

const writtenAgain: PairCase = {
  id: "enrollment/token/written-again",
  subject: "pair",
  title: "a token lost and written again from the saved secret serves the same device",
  requirement: SAVED_SECRET,
  level: "MUST",
  needs: ["totp", "provision", "remove", "state"],
  async run(token, verifier) {
    const secret = randomSecret(verifier.random);
    const parameters = tokenTotp(token, { digits: 6 });
    const target = await verifier.open();
    const id = await target.create({ secret, parameters });
    const name = await token.provision(secret, parameters);
    const first = (await token.totpNow()).code;
    await token.wait(parameters.stepSeconds);
    const pair = [first, (await token.totpNow()).code];
    verifier.accepted("its pair", await target.enroll(id, pair, token.clock.nowUs()));
    await token.device.remove(name, { signal: token.signal });
    await token.provision(secret, parameters);
    await token.wait(parameters.stepSeconds);
    const login = await target.submit(id, (await token.totpNow()).code, token.clock.nowUs());
    verifier.accepted("a login after it", login);
  },
};

const afterPowerCut: PairCase = {
  id: "enrollment/token/power-cut",
  subject: "pair",
  title: "a token that lost its power for a minute logs in afterwards",
  requirement: ENABLE,
  level: "SHOULD",
  needs: ["totp", "provision", "rig", "state"],
  async run(token, verifier) {
    const work = await begin(token, verifier, "rfc6238");
    const { target, id, nextCode, nowUs } = work;
    await enable(verifier, work);
    await token.rig?.powerCycle(60 * SECOND_US);
    await token.reconnect();
    verifier.accepted("a login", await target.submit(id, await nextCode(), nowUs()));
  },
};

/** Cases of this section. */
export const TOKEN_WORKFLOW_CASES: readonly ConformanceCase[] = [
  wholeWorkflow,
  eventBased,
  late,
  fromTheShelf,
  ...fromShownSecret,
  writtenAgain,
  afterPowerCut,
];
